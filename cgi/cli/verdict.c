#include "verdict.h"

#include <json-c/json.h>

#include "claims_print.h"
#include "lib/base/json.h"
#include "lib/sign/key.h"
#include "lib/sign/permission.h"
#include "lib/sign/scope.h"

/* ---- times ---------------------------------------------------------------- */

static void judge_beginning(const struct claims *claims, int64_t now,
			    struct findings *findings)
{
	char span[64];

	if (claims->has_not_before && claims->not_before > now) {
		claims_print_span(claims->not_before - now, span, sizeof(span));
		findings_fault(findings,
			       "this token is not valid yet: its "
			       "time begins %s (nbf)",
			       span);
	}
	if (claims->issued <= now)
		return;
	claims_print_span(claims->issued - now, span, sizeof(span));
	if (claims->issued > now + VERDICT_SKEW)
		findings_fault(findings,
			       "this token is not valid yet: it says "
			       "that it will be issued %s (iat), so "
			       "one of two clocks is wrong",
			       span);
	else
		findings_warning(findings,
				 "it says that it will be issued %s "
				 "(iat): two clocks differ",
				 span);
}

void verdict_times(const struct claims *claims, int64_t now,
		   struct findings *findings)
{
	char span[64];

	judge_beginning(claims, now, findings);
	if (claims->expires <= claims->issued)
		findings_fault(findings, "this token is never valid: it "
					 "expires (exp) no later than it was "
					 "issued (iat)");
	else if (claims->has_not_before &&
		 claims->expires <= claims->not_before)
		findings_fault(findings, "this token is never valid: it "
					 "expires (exp) no later than its time "
					 "begins (nbf)");
	if (claims->expires - claims->issued > TTL_MAX)
		findings_warning(findings,
				 "it lives longer than R2's %d seconds",
				 TTL_MAX);
	if (claims->expires > now)
		return;
	claims_print_span(claims->expires - now, span, sizeof(span));
	findings_fault(findings, "this token expired %s", span);
}

/* ---- what it grants ------------------------------------------------------- */

static struct slice text_of(struct json_object *text)
{
	return slice_of(json_object_get_string(text),
			(size_t)json_object_get_string_len(text));
}

static bool has_empty(struct json_object *list)
{
	size_t count = list ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < count; i++) {
		if (text_of(json_object_array_get_idx(list, i)).length == 0)
			return true;
	}
	return false;
}

static bool is_action(struct slice name)
{
	for (size_t i = 0; i < ACTION_COUNT; i++) {
		if (slice_is(name, action_names[i]))
			return true;
	}
	return false;
}

/* PERMISSION_OBJECT_WRITE_ONLY is Mintage's own; R2 does not know it. */
static bool is_permission(struct slice name)
{
	for (size_t i = PERMISSION_NONE + 1; i < PERMISSION_COUNT; i++) {
		if (i != PERMISSION_OBJECT_WRITE_ONLY &&
		    slice_is(name, permission_names[i]))
			return true;
	}
	return false;
}

static void judge_actions(struct json_object *actions,
			  struct findings *findings)
{
	size_t count = json_object_array_length(actions);
	char quoted[KEY_QUOTE_MAX];

	if (count == 0)
		findings_warning(findings, "its list of actions is empty");
	for (size_t i = 0; i < count; i++) {
		struct slice name =
			text_of(json_object_array_get_idx(actions, i));

		if (!is_action(name))
			findings_warning(findings, "R2 has no action '%s'",
					 key_quote(quoted, name));
	}
}

/*
 * A claim that is nobody's may be one that somebody took for a limit: then the
 * token grants more than it seems to.
 */
static void judge_unknown(struct slice name, struct findings *findings)
{
	static const char *const limits[] = {
		"objectPaths", "prefixPaths", "objects",    "prefixes",
		"object",      "prefix",      "permission", "permissions",
		"method",      "methods",     "ip",         "condition",
		"conditions",  "ttlSeconds",
	};
	char quoted[KEY_QUOTE_MAX];
	const char *nearest =
		slice_nearest(name, claims_known, CLAIMS_KNOWN_COUNT);

	key_quote(quoted, name);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		if (slice_equal_nocase(name, slice_text(limits[i]))) {
			findings_fault(findings,
				       "its claim '%s' limits nothing: R2 "
				       "reads scope, actions and paths",
				       quoted);
			return;
		}
	}
	if (nearest)
		findings_fault(findings,
			       "its claim '%s' is unknown; the one "
			       "that R2 reads is '%s'",
			       quoted, nearest);
	else
		findings_warning(findings,
				 "its claim '%s' is unknown, and "
				 "what it means isn't told here",
				 quoted);
}

void verdict_scope(const struct claims *claims, struct findings *findings)
{
	struct json_object_iterator at = json_object_iter_begin(claims->root);
	struct json_object_iterator end = json_object_iter_end(claims->root);
	char quoted[KEY_QUOTE_MAX];

	if (claims->permission.data && claims->actions)
		findings_warning(findings, "it names both a permission and "
					   "actions; R2 may turn it away");
	if (claims->permission.data && !is_permission(claims->permission))
		findings_warning(findings, "R2 has no permission '%s'",
				 key_quote(quoted, claims->permission));
	if (claims->actions)
		judge_actions(claims->actions, findings);
	if (has_empty(claims->prefixes))
		findings_fault(findings, "one of its prefixes is empty, and "
					 "stands for the whole bucket");
	if (has_empty(claims->objects))
		findings_warning(findings, "one of its objects is empty, and "
					   "stands for nothing");
	for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
		const char *name = json_object_iter_peek_name(&at);

		if (!claims_is_known(name))
			judge_unknown(slice_text(name), findings);
	}
}

/* ---- the header ----------------------------------------------------------- */

void verdict_header(struct slice header, struct findings *findings)
{
	char quoted[KEY_QUOTE_MAX];
	bool has_type = false;
	struct json json;

	json_begin(&json, header);
	if (json_next(&json) != JSON_OBJECT)
		return;
	while (json_next(&json) == JSON_NAME) {
		bool is_type = slice_is(json.text, "typ");

		has_type = has_type || is_type;
		if (!is_type && !slice_is(json.text, "alg"))
			findings_warning(findings,
					 "its header has '%s', which R2's "
					 "tokens do not have",
					 key_quote(quoted, json.text));
		if (!json_skip(&json, JSON_NAME))
			return;
	}
	if (!has_type)
		findings_warning(findings, "its header has no 'typ', which "
					   "R2's tokens have");
}
