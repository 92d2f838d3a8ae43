#include "right.h"

#include "lib/base/unicode.h"
#include "lib/links/kind.h"
#include "lib/policy/grant.h"

/* ---- the key -------------------------------------------------------------- */

static bool append(struct download_right *right, struct slice text)
{
	size_t length = right->key.length;

	if (text.length > sizeof(right->text) - length)
		return false;
	if (text.length > 0)
		memcpy(right->text + length, text.data, text.length);
	right->key = slice_of(right->text, length + text.length);
	return true;
}

/* Append the section's prefix, with the user in place of {user}. */
static enum error append_prefix(struct download_right *right,
				const struct download_request *request,
				struct problem *problem)
{
	const struct slice mark = SLICE(CONFIG_USER);
	struct slice rest = slice_text(request->download->prefix);
	const struct subject *subject = request->subject;
	bool fits = true;
	const char *found;

	while (fits && (found = memmem(rest.data, rest.length, mark.data,
				       mark.length))) {
		size_t before = (size_t)(found - rest.data);
		struct slice user = slice_text(subject->user);

		if (subject->kind != SUBJECT_USER || !subject_is_segment(user))
			return problem_set(
				problem, ERROR_ACCESS_DENIED, NULL,
				"these downloads are in a folder of "
				"each user's own: log in with a name "
				"that can be a folder's");
		fits = append(right, slice_of(rest.data, before)) &&
		       append(right, user);
		rest = slice_of(found + mark.length,
				rest.length - before - mark.length);
	}
	if (fits && append(right, rest))
		return ERROR_NONE;
	return problem_set(problem, ERROR_OBJECT_NAME, NULL,
			   "this address is too long for a key");
}

/* R2 stores keys in NFC. A combining mark behind a prefix without a slash at
 * its end may join the prefix's last letter, and the stored key would no longer
 * begin with the prefix. */
static enum error check_form(struct slice key, size_t prefix_length,
			     struct problem *problem)
{
	if (prefix_length == 0 || key.data[prefix_length - 1] == '/' ||
	    unicode_is_nfc(key))
		return ERROR_NONE;
	return problem_set(problem, ERROR_ACCESS_DENIED, NULL,
			   "this address is not in Unicode NFC, the form that "
			   "R2 keeps keys in, and could lead elsewhere: write "
			   "it in NFC");
}

/* Set right->key to the section's prefix and what was named. */
static enum error settle_key(struct download_right *right,
			     const struct download_request *request,
			     struct slice named, struct problem *problem)
{
	size_t prefix_length;
	enum error error;

	if (named.length == 0 || named.data[named.length - 1] == '/')
		return problem_set(
			problem, ERROR_NO_ROUTE, NULL,
			"this address names a folder, and only files "
			"can be downloaded");
	right->key = slice_of(right->text, 0);
	error = append_prefix(right, request, problem);
	prefix_length = right->key.length;
	if (!error && !append(right, named))
		error = problem_set(problem, ERROR_OBJECT_NAME, NULL,
				    "this address is too long for a key");
	if (!error)
		error = key_check(right->key, NULL, problem);
	return error ? error : check_form(right->key, prefix_length, problem);
}

/* ---- the right ------------------------------------------------------------ */

/* A caller's own policy must allow what the section opens. */
static enum error ask_policy(struct download_right *right,
			     const struct download_request *request,
			     struct problem *problem)
{
	const struct download *download = request->download;
	abilities wanted = method_abilities(request->method);
	const struct want want = {
		.account_id = slice_text(download->account->id),
		.bucket = slice_text(download->bucket),
		.access_key_id =
			slice_text(download->parent->key.access_key_id),
		.abilities = wanted,
	};
	struct scope scope = { .actions = wanted };
	struct grant grant;
	enum error error;

	error = grant_begin(&grant, request->service->config, request->subject,
			    &want, problem);
	/* The account is there, but none of this caller's. */
	if (error == ERROR_NO_ROUTE)
		error = problem_set(problem, ERROR_ACCESS_DENIED, NULL,
				    "this caller may have nothing of what "
				    "these downloads are");
	if (!error) {
		if (grant.max_ttl < right->ttl)
			right->ttl = grant.max_ttl;
		scope.ttl = right->ttl;
		error = grant_scope_check(&grant, &scope, "", problem);
	}
	if (!error)
		error = grant_path_check(&grant, right->key, NULL, problem);
	grant_free(&grant);
	/* The request has no fields that a pointer could name. */
	problem->pointer[0] = '\0';
	return error;
}

static enum error link_problem(enum link_verdict verdict,
			       struct problem *problem)
{
	if (verdict == LINK_OVER)
		return problem_set(problem, ERROR_LINK_OVER, NULL,
				   "this link is no longer good: ask whoever "
				   "gave it to you for a new one");
	return problem_set(problem, ERROR_ACCESS_DENIED, NULL,
			   "this address is not a link that opens anything: "
			   "see that it was copied whole");
}

/* Set *named to the key in the link, when the link is good. */
static enum error ask_link(struct download_right *right,
			   const struct download_request *request, int64_t now,
			   struct slice *named, struct problem *problem)
{
	const struct link_shown shown = {
		.sent = request->sent,
		.decoded = request->decoded,
		.query = request->query,
		.address = request->address,
		.now = now,
	};
	struct link_right found;
	enum link_verdict verdict;

	verdict = links_kind_verify(request->download->link_kinds,
				    &request->download->rules, &shown, &found);
	if (verdict != LINK_GOOD)
		return link_problem(verdict, problem);
	*named = found.key;
	right->by_link = true;
	right->expires = found.expires;
	return ERROR_NONE;
}

enum error download_right_settle(struct download_right *right,
				 const struct download_request *request,
				 int64_t now, struct problem *problem)
{
	const struct download *download = request->download;
	struct slice named = request->decoded;
	enum error error = ERROR_NONE;

	right->ttl = download->ttl;
	right->by_link = false;
	if (download->open_to == OPEN_TO_LINK)
		error = ask_link(right, request, now, &named, problem);
	if (!error)
		error = settle_key(right, request, named, problem);
	if (!error && download->open_to == OPEN_TO_CALLERS)
		error = ask_policy(right, request, problem);
	return error;
}
