#include "reach.h"

#include <stdio.h>

#include "lib/sign/key.h"
#include "lib/sign/method.h"

/* ---- prefixes and {user} -------------------------------------------------- */

static const struct slice mark = SLICE(CONFIG_USER);

static const char *find_mark(struct slice text)
{
	return memmem(text.data, text.length, mark.data, mark.length);
}

static bool append(char dst[KEY_MAX], struct slice *out, struct slice text)
{
	if (text.length > KEY_MAX - out->length)
		return false;
	if (text.length > 0)
		memcpy(dst + out->length, text.data, text.length);
	*out = slice_of(dst, out->length + text.length);
	return true;
}

/* Write the prefix with `user` in place of {user}; an empty one leaves {user}
 * as it is. False for what is longer than any key. */
static bool expand(char dst[KEY_MAX], struct slice prefix, struct slice user,
		   struct slice *out)
{
	const char *found;

	*out = slice_of(dst, 0);
	while (user.length > 0 && (found = find_mark(prefix))) {
		size_t before = (size_t)(found - prefix.data);

		if (!append(dst, out, slice_of(prefix.data, before)) ||
		    !append(dst, out, user))
			return false;
		prefix = slice_of(found + mark.length,
				  prefix.length - before - mark.length);
	}
	return append(dst, out, prefix);
}

/* What has both beginnings, for this user: all that has `section`, a part of
 * it, or nothing. */
static enum config_reach_extent compare(struct slice section,
					struct slice prefix, struct slice user)
{
	char section_text[KEY_MAX], prefix_text[KEY_MAX];

	if (!expand(section_text, section, user, &section) ||
	    !expand(prefix_text, prefix, user, &prefix))
		return CONFIG_REACH_NOTHING;
	if (slice_starts(section, prefix))
		return CONFIG_REACH_ALL;
	return slice_starts(prefix, section) ? CONFIG_REACH_PART :
					       CONFIG_REACH_NOTHING;
}

/* The end of what the two begin with alike, {user} standing for itself. */
static size_t common_length(struct slice a, struct slice b)
{
	size_t length = 0;

	while (length < a.length && length < b.length &&
	       a.data[length] == b.data[length])
		length++;
	/* Not in the middle of a {user} that only one of them has. */
	for (size_t back = 1; back < mark.length && back <= length; back++) {
		size_t at = length - back;

		if (slice_starts(slice_of(a.data + at, a.length - at), mark) !=
		    slice_starts(slice_of(b.data + at, b.length - at), mark))
			return at;
	}
	return length;
}

/* What {user} in `pattern` may stand for, so that it can agree with `text`: in
 * users/{user}/ and users/ann/a, a beginning of ann. Empty where nothing
 * can. */
static struct slice find_users(struct slice pattern, struct slice text)
{
	size_t before = common_length(pattern, text);
	const char *end;

	if (text.length <= before ||
	    !slice_starts(slice_of(pattern.data + before,
				   pattern.length - before),
			  mark))
		return slice_of(NULL, 0);
	text = slice_of(text.data + before, text.length - before);
	end = memchr(text.data, '/', text.length); /* no name has one */
	if (end)
		text.length = (size_t)(end - text.data);
	end = find_mark(text);
	if (end)
		text.length = (size_t)(end - text.data);
	return text;
}

/* Is there a user for whom the two have a key in common, of the users whom the
 * pattern and the text suggest? */
static bool has_user(struct slice pattern, struct slice text,
		     struct slice section, struct slice prefix)
{
	struct slice users = find_users(pattern, text);

	for (size_t i = 1; i <= users.length; i++) {
		if (compare(section, prefix, slice_of(users.data, i)) !=
		    CONFIG_REACH_NOTHING)
			return true;
	}
	return false;
}

static enum config_reach_extent
compare_any(struct slice section, struct slice prefix, const char *remote_user)
{
	static const struct slice nobody = SLICE("");
	enum config_reach_extent extent;

	if (remote_user && strcmp(remote_user, "*") != 0)
		return compare(section, prefix, slice_text(remote_user));
	extent = compare(section, prefix, nobody);
	if (extent != CONFIG_REACH_NOTHING)
		return extent;
	return has_user(prefix, section, section, prefix) ||
			       has_user(section, prefix, section, prefix) ?
		       CONFIG_REACH_PART :
		       CONFIG_REACH_NOTHING;
}

/* ---- what one caller reaches ---------------------------------------------- */

static bool has_parent(const struct caller *caller, const struct parent *parent)
{
	for (size_t i = 0; i < caller->parent_count; i++) {
		if (caller->parents[i] == parent)
			return true;
	}
	return false;
}

static bool may_read(const struct caller *caller)
{
	abilities reading = method_abilities(METHOD_GET) |
			    method_abilities(METHOD_HEAD);

	for (size_t i = 1; i < PERMISSION_COUNT; i++) {
		if (caller->permissions[i] &&
		    abilities_within(reading,
				     permission_abilities((enum permission)i)))
			return true;
	}
	return false;
}

static const char *find_lack(const struct caller *caller,
			     const struct download *download)
{
	if (!has_parent(caller, download->parent))
		return "parents";
	if (!words_have(&caller->buckets, slice_text(download->bucket)))
		return "buckets";
	if (!may_read(caller))
		return "permissions";
	if (!caller->remote_user && strstr(download->prefix, CONFIG_USER))
		return "remote-user";
	return NULL;
}

static void compare_prefixes(struct config_reach *reach,
			     const struct caller *caller, struct slice section)
{
	const struct words *prefixes = &caller->prefixes;

	for (size_t i = 0; i < prefixes->count; i++) {
		enum config_reach_extent one = compare_any(
			section, prefixes->list[i], caller->remote_user);

		if (one == CONFIG_REACH_ALL)
			reach->extent = one;
		if (one != CONFIG_REACH_PART ||
		    reach->count == CONFIG_PREFIXES_MAX)
			continue;
		reach->prefixes[reach->count++] = prefixes->list[i];
	}
	if (reach->extent == CONFIG_REACH_ALL)
		reach->count = 0;
	else if (reach->count > 0)
		reach->extent = CONFIG_REACH_PART;
	else
		reach->lacks = "prefixes";
}

void config_reach_find(struct config_reach *reach, const struct caller *caller,
		       const struct download *download)
{
	*reach = (struct config_reach){ .extent = CONFIG_REACH_NOTHING };
	reach->lacks = find_lack(caller, download);
	if (reach->lacks)
		return;
	if (caller->whole_bucket ||
	    words_have(&caller->prefixes, slice_text("*")))
		reach->extent = CONFIG_REACH_ALL;
	else
		compare_prefixes(reach, caller, slice_text(download->prefix));
}

const char *config_reach_why(char dst[CONFIG_REACH_WHY_MAX],
			     const struct config_reach *reach,
			     const struct download *download)
{
	char quoted[KEY_QUOTE_MAX];
	const char *lacks = reach->lacks ? reach->lacks : "";

	if (strcmp(lacks, "parents") == 0)
		snprintf(dst, CONFIG_REACH_WHY_MAX, "its 'parents' lack %s",
			 download->parent->key.name);
	else if (strcmp(lacks, "buckets") == 0)
		snprintf(dst, CONFIG_REACH_WHY_MAX, "its 'buckets' lack %s",
			 download->bucket);
	else if (strcmp(lacks, "permissions") == 0)
		snprintf(dst, CONFIG_REACH_WHY_MAX,
			 "none of its 'permissions' can read");
	else if (strcmp(lacks, "remote-user") == 0)
		snprintf(dst, CONFIG_REACH_WHY_MAX,
			 "it has no user that " CONFIG_USER " could stand for");
	else
		snprintf(dst, CONFIG_REACH_WHY_MAX,
			 "none of its 'prefixes' is within '%s'",
			 key_quote(quoted, slice_text(download->prefix)));
	return dst;
}
