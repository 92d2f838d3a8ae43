#include "claims_print.h"

#include <json-c/json.h>
#include <stdio.h>

#include "lib/base/date.h"

/* ---- telling it ----------------------------------------------------------- */

void claims_print_label(struct cli_output *out, const char *label)
{
	cli_print(out, "%-11s", label);
}

static void print_claim(struct cli_output *out, const char *label,
			struct slice text)
{
	claims_print_label(out, label);
	cli_print_foreign(out, text);
	sink_text(&out->sink, "\n");
}

static struct slice list_text(struct json_object *list, size_t place)
{
	struct json_object *text = json_object_array_get_idx(list, place);

	return slice_of(json_object_get_string(text),
			(size_t)json_object_get_string_len(text));
}

static void print_list(struct cli_output *out, const char *label,
		       struct json_object *list)
{
	size_t count = list ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < count; i++)
		print_claim(out, i == 0 ? label : "", list_text(list, i));
}

static bool is_empty(struct json_object *list)
{
	return !list || json_object_array_length(list) == 0;
}

static void print_scope(struct cli_output *out, const struct claims *claims)
{
	print_claim(out, "bucket", claims->bucket);
	if (claims->permission.data)
		print_claim(out, "permission", claims->permission);
	print_list(out, "actions", claims->actions);
	if (claims->actions && is_empty(claims->actions))
		cli_print(out, "%-11snone\n", "actions");
	print_list(out, "objects", claims->objects);
	print_list(out, "prefixes", claims->prefixes);
	if (is_empty(claims->objects) && is_empty(claims->prefixes))
		cli_print(out, "%-11sthe whole bucket\n", "paths");
}

void claims_print_span(int64_t seconds, char *text, size_t size)
{
	static const struct {
		int64_t seconds;
		const char *name;
	} units[] = {
		{ 86400, "day" },
		{ 3600, "hour" },
		{ 60, "minute" },
		{ 1, "second" },
	};
	int64_t length = seconds < 0 ? -seconds : seconds;
	size_t unit = 0;

	/* Take the largest unit that fits in twice, so that rounding down
	 * loses little. */
	while (unit < 3 && length < 2 * units[unit].seconds)
		unit++;
	length /= units[unit].seconds;
	snprintf(text, size, "%s%lld %s%s%s", seconds > 0 ? "in " : "",
		 (long long)length, units[unit].name, length == 1 ? "" : "s",
		 seconds > 0 ? "" : " ago");
}

static void print_time(struct cli_output *out, const char *label,
		       int64_t seconds, int64_t now)
{
	char date[DATE_TEXT_MAX];
	char span[64];

	date_text(seconds, date);
	claims_print_span(seconds - now, span, sizeof(span));
	cli_print(out, "%-11s%s (%s)\n", label, date, span);
}

/* Name the claims that minting doesn't know, instead of hiding them. */
static void print_others(struct cli_output *out, struct json_object *root)
{
	struct json_object_iterator at = json_object_iter_begin(root);
	struct json_object_iterator end = json_object_iter_end(root);

	for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
		const char *name = json_object_iter_peek_name(&at);

		if (!claims_is_known(name))
			print_claim(out, "unknown", slice_text(name));
	}
}

void claims_print(struct cli_output *out, const struct claims *claims,
		  int64_t now)
{
	print_scope(out, claims);
	print_claim(out, "account", claims->account_id);
	print_claim(out, "parent", claims->access_key_id);
	print_claim(out, "endpoint", claims->host);
	print_time(out, "issued", claims->issued, now);
	if (claims->has_not_before)
		print_time(out, "not before", claims->not_before, now);
	print_time(out, claims->expires > now ? "expires" : "EXPIRED",
		   claims->expires, now);
	print_others(out, claims->root);
}

/* ---- as JSON -------------------------------------------------------------- */

static void write_list(struct jsonout *json, const char *name,
		       struct json_object *list)
{
	size_t count = list ? json_object_array_length(list) : 0;

	jsonout_array(json, name);
	for (size_t i = 0; i < count; i++)
		jsonout_slice(json, NULL, list_text(list, i));
	jsonout_array_end(json);
}

static void write_time(struct jsonout *json, const char *name, int64_t seconds,
		       bool is_known)
{
	char date[DATE_TEXT_MAX];

	date_text(seconds, date);
	jsonout_text(json, name, is_known ? date : NULL);
}

static void write_others(struct jsonout *json, struct json_object *root)
{
	struct json_object_iterator at = json_object_iter_begin(root);
	struct json_object_iterator end = json_object_iter_end(root);

	jsonout_array(json, "unknownClaims");
	for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
		const char *name = json_object_iter_peek_name(&at);

		if (!claims_is_known(name))
			jsonout_text(json, NULL, name);
	}
	jsonout_array_end(json);
}

void claims_print_json(struct jsonout *json, const struct claims *claims)
{
	jsonout_slice(json, "bucket", claims->bucket);
	if (claims->permission.data)
		jsonout_slice(json, "permission", claims->permission);
	else
		jsonout_text(json, "permission", NULL);
	if (claims->actions)
		write_list(json, "actions", claims->actions);
	else
		jsonout_text(json, "actions", NULL);
	write_list(json, "objects", claims->objects);
	write_list(json, "prefixes", claims->prefixes);
	jsonout_bool(json, "wholeBucket",
		     is_empty(claims->objects) && is_empty(claims->prefixes));
	jsonout_slice(json, "accountId", claims->account_id);
	jsonout_slice(json, "parentAccessKeyId", claims->access_key_id);
	jsonout_slice(json, "endpoint", claims->host);
	write_time(json, "issuedAt", claims->issued, true);
	write_time(json, "notBefore", claims->not_before,
		   claims->has_not_before);
	write_time(json, "expiresAt", claims->expires, true);
	write_others(json, claims->root);
}
