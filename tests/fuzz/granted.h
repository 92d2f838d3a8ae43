/*
 * granted - what an answer of the site holds: all tokens and links in it, each
 * within its caller's rules and within what was asked, and as many as the log
 * had before the answer began.
 */
#ifndef MINTAGE_FUZZ_GRANTED_H
#define MINTAGE_FUZZ_GRANTED_H

#include "asked.h"
#include "issued.h"
#include "markup.h"
#include "site.h"

/* What the log says of the request, and what was found in its answer. */
static struct {
	const struct rules_caller *caller; /* NULL: nobody in particular */
	char user[512];
	uint64_t issues, outcomes, redirects;
	uint64_t count, failed, issued; /* by the log */
	char account[64], parent[64], bucket[64];
	char scope[512]; /* as recorded.h writes it */
	int64_t ttl;
	int64_t made_at;           /* of links to hosts of this service */
	char download[64];         /* of a redirect, or of such links */
	char key[1025], method[8]; /* of a redirect */
	/* Entries with another scope or lifetime. */
	uint64_t differing;
	uint32_t differing_reach;
	int64_t differing_ttl;
	char scopes[65];        /* the digest of all scopes */
	uint64_t tokens, links; /* that were found */
} granted;

/* ---- the log -------------------------------------------------------------- */

/* Does the request show what the caller is recognised by? A token is that
 * caller's or nobody's, so nothing else counts beside one. */
static inline bool granted_is_caller(const struct rules_caller *caller)
{
	const char *token = site.token;
	const char *user = site_variable("REMOTE_USER");
	const char *address = site_variable("REMOTE_ADDR");

	if (caller->token)
		return strstr(token, caller->token) != NULL;
	/* Other schemes are the web server's. */
	if (strncasecmp(token, "Bearer ", 7) == 0)
		return false;
	if (caller->user)
		return user && *user &&
		       (strcmp(caller->user, "*") == 0 ||
			strcmp(caller->user, user) == 0);
	return (!user || !*user) && address &&
	       (strncmp(address, "127.", 4) == 0 ||
		strcmp(address, "::1") == 0 ||
		strncasecmp(address, "::ffff:127.", 11) == 0);
}

static inline void granted_read_caller(json_object *line)
{
	json_object *name, *user;

	if (!json_object_object_get_ex(line, "caller", &name) ||
	    json_object_is_type(name, json_type_null))
		return;
	granted.caller = rules_caller(json_object_get_string(name));
	CHECK(granted.caller != NULL && granted_is_caller(granted.caller));
	granted.user[0] = '\0';
	if (json_object_object_get_ex(line, "user", &user) &&
	    json_object_get_string(user))
		snprintf(granted.user, sizeof(granted.user), "%s",
			 json_object_get_string(user));
	/* Of users that no caller is, the log may replace bytes. */
	CHECK(!granted.caller->user ||
	      (site_variable("REMOTE_USER") &&
	       strcmp(granted.user, site_variable("REMOTE_USER")) == 0));
}

/* Copy a text that the line has, or may have. */
static inline void granted_note(json_object *line, const char *name, char *dst,
				size_t size)
{
	json_object *member;

	if (json_object_object_get_ex(line, name, &member)) {
		CHECK(json_object_get_string_len(member) < (int)size);
		snprintf(dst, size, "%s", json_object_get_string(member));
	}
}

#define GRANTED_NOTE(line, name, text) \
	granted_note(line, name, text, sizeof(text))

/* The names of actions, with commas between them, as bits. */
static inline uint32_t granted_actions(json_object *names, char *dst)
{
	size_t count = json_object_array_length(names), used = 0;
	uint32_t may = 0;

	for (size_t i = 0; i < count; i++) {
		const char *name = json_object_get_string(
			json_object_array_get_idx(names, i));

		may |= rules_action(name);
		used += (size_t)sprintf(dst + used, "%s%s", i > 0 ? "," : "",
					name);
		CHECK(used < 480);
	}
	return may;
}

/* What "issue" and "redirect" both say. */
static inline void granted_read_where(json_object *line)
{
	GRANTED_NOTE(line, "account", granted.account);
	GRANTED_NOTE(line, "parent", granted.parent);
	GRANTED_NOTE(line, "bucket", granted.bucket);
	GRANTED_NOTE(line, "download", granted.download);
	granted.ttl = issued_number(line, "ttlSeconds");
}

static inline void granted_read_differing(json_object *line)
{
	json_object *names;
	char unused[512];

	if (!json_object_object_get_ex(line, "differing", NULL))
		return;
	granted.differing = (uint64_t)issued_number(line, "differing");
	granted.differing_ttl = issued_number(line, "differingTtlSeconds");
	CHECK(json_object_object_get_ex(line, "differingActions", &names));
	granted.differing_reach = granted_actions(names, unused);
	/* The log does not tell one from the other. */
	if (json_object_object_get_ex(line, "differingAdmin", NULL))
		granted.differing_reach |= RULES_ADMIN_READ | RULES_ADMIN_WRITE;
}

static inline void granted_read_issue(json_object *line)
{
	json_object *actions;
	struct tm date = { 0 };
	char text[32] = "";

	granted.issues++;
	granted_read_where(line);
	granted.count = (uint64_t)issued_number(line, "count");
	granted.failed = (uint64_t)issued_number(line, "failed");
	GRANTED_NOTE(line, "permission", granted.scope);
	if (json_object_object_get_ex(line, "actions", &actions))
		(void)granted_actions(actions, granted.scope);
	GRANTED_NOTE(line, "scopes", granted.scopes);
	granted_read_differing(line);
	GRANTED_NOTE(line, "expiresAt", text);
	if (text[0]) {
		CHECK(strptime(text, "%Y-%m-%dT%H:%M:%SZ", &date) != NULL);
		granted.made_at = timegm(&date) - granted.ttl;
	}
}

static inline void granted_read_line(json_object *line)
{
	const char *event = issued_text(line, "event");

	if (strcmp(event, "refusals") != 0)
		granted_read_caller(line);
	if (strcmp(event, "issue") == 0) {
		granted_read_issue(line);
	} else if (strcmp(event, "outcome") == 0) {
		granted.outcomes++;
		granted.issued = (uint64_t)issued_number(line, "issued");
	} else if (strcmp(event, "redirect") == 0) {
		granted.redirects++;
		granted_read_where(line);
		GRANTED_NOTE(line, "key", granted.key);
		GRANTED_NOTE(line, "method", granted.method);
	}
}

/* The service never tells what only its configuration knows. The engine learns
 * it from comparisons, so a request may hold it, and then have it back. */
static inline void granted_check_secret(struct slice text, const char *secret)
{
	CHECK(!is_in(text, slice_text(secret)) ||
	      asked_says(slice_text(secret)));
}

static inline void granted_check_secrets(struct slice text)
{
	for (size_t i = 0; i < RULES_COUNT(rules_parents); i++)
		granted_check_secret(text, rules_parents[i].secret);
	for (size_t i = 0; i < RULES_COUNT(rules_downloads); i++) {
		if (rules_downloads[i].secret)
			granted_check_secret(text, rules_downloads[i].secret);
	}
	granted_check_secret(text, RULES_DOMAIN_SECRET);
	granted_check_secret(text, site.folder);
}

/* Read the log of the request: whole lines of JSON. */
static inline void granted_read_log(void)
{
	struct slice rest = slice_of(site.log_text, site.log_length), line;

	memset(&granted, 0, sizeof(granted));
	granted_check_secrets(rest);
	while (rest.length > 0) {
		json_object *one;

		CHECK(memchr(rest.data, '\n', rest.length) != NULL);
		(void)slice_split(&rest, '\n', &line);
		one = markup_json(line);
		granted_read_line(one);
		json_object_put(one);
	}
	CHECK(granted.issues <= 1 && granted.redirects <= 1);
	CHECK(granted.outcomes == granted.issues);
	CHECK(granted.issues + granted.redirects <= 1);
}

/* ---- within the grant, and within what was asked -------------------------- */

static inline void granted_check_path(struct slice path)
{
	const struct rules_caller *caller = granted.caller;

	CHECK(path.length > 0 && path.length <= 1024);
	CHECK(unicode_valid(path) == path.length);
	CHECK(rules_reach(caller, granted.user, path.data, path.length));
	CHECK(rules_lists(caller->prefixes, "*") || caller->whole_bucket ||
	      !rules_has_dots(path.data, path.length));
	CHECK(asked_has(path));
}

static inline size_t granted_check_paths(json_object *paths)
{
	size_t count = paths ? json_object_array_length(paths) : 0;

	for (size_t i = 0; i < count; i++) {
		json_object *one = json_object_array_get_idx(paths, i);

		granted_check_path(
			slice_of(json_object_get_string(one),
				 (size_t)json_object_get_string_len(one)));
	}
	return count;
}

/* A lifetime that was named, or the default one, which is `most` where this
 * is shorter. */
static inline bool granted_asked_ttl(int64_t ttl, unsigned most)
{
	static const struct {
		int64_t seconds;
		const char *unit;
	} units[] = { { 1, "" },
		      { 60, "m" },
		      { 3600, "h" },
		      { 86400, "d" },
		      { 604800, "w" } };
	char text[32];

	for (size_t i = 0; i < RULES_COUNT(units); i++) {
		snprintf(text, sizeof(text), "%" PRId64 "%s",
			 ttl / units[i].seconds, units[i].unit);
		if (ttl % units[i].seconds == 0 && asked_has(slice_text(text)))
			return true;
	}
	return ttl == (most < 900 ? (int64_t)most : 900);
}

/* A permission or actions that were named; links name none. */
static inline bool granted_asked_may(const struct issued *issued)
{
	for (size_t i = 0; i < RULES_COUNT(rules_permissions); i++) {
		const struct rules_permission *one = &rules_permissions[i];

		if ((issued->may & ~one->may) == 0 &&
		    asked_has(slice_text(one->name)))
			return true;
	}
	for (size_t i = 0; i < RULES_ACTION_COUNT; i++) {
		if (issued->may >> i & 1 &&
		    !asked_has(slice_text(rules_actions[i])))
			return false;
	}
	return issued->may >> RULES_ACTION_COUNT == 0;
}

static inline void granted_check_common(const struct issued *issued)
{
	const struct rules_caller *caller = granted.caller;

	CHECK(caller != NULL);
	CHECK(rules_lists(caller->parents, issued->parent->name));
	CHECK(rules_lists(issued->parent->buckets, issued->bucket));
	CHECK(rules_lists(caller->buckets, issued->bucket));
	CHECK(asked_has(slice_text(issued->bucket)));
	CHECK(issued->ttl >= 1 && issued->ttl <= caller->max_ttl);
	CHECK(granted_asked_ttl(issued->ttl, caller->max_ttl));
	CHECK(rules_allow(caller, issued->parent, issued->may));
}

static inline void granted_check_token(const struct issued *issued)
{
	size_t count;

	granted_check_common(issued);
	CHECK(granted_asked_may(issued));
	count = granted_check_paths(issued->objects) +
		granted_check_paths(issued->prefixes);
	CHECK(count > 0 || granted.caller->whole_bucket);
	/* Only the route for one credential makes it for more. */
	CHECK(count <= 1 || !strstr(site_variable("PATH_INFO"), "/batch"));
}

#endif
