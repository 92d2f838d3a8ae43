#include "callers.h"

#include "labels.h"
#include "lib/base/hex.h"
#include "lib/config/rate.h"

/* How many bytes of a hash are shown. */
#define HASH_SHOWN 4

/* ---- for people ----------------------------------------------------------- */

static void print_caller_lists(struct cli_output *out,
			       const struct caller *caller)
{
	size_t count = 0;

	labels_begin(out, "parents");
	for (size_t i = 0; i < caller->parent_count; i++)
		cli_print(out, "%s%s", i ? " " : "",
			  caller->parents[i]->key.name);
	sink_text(&out->sink, caller->parent_count ? "\n" : "none\n");
	labels_words(out, "buckets", &caller->buckets);
	labels_begin(out, "permissions");
	for (size_t i = 0; i < PERMISSION_COUNT; i++) {
		if (caller->permissions[i])
			cli_print(out, "%s%s", count++ ? " " : "",
				  permission_names[i]);
	}
	sink_text(&out->sink, count ? "\n" : "none\n");
	labels_words(out, "prefixes", &caller->prefixes);
}

void callers_print(struct cli_output *out, const struct caller *caller)
{
	char rate[CONFIG_RATE_TEXT_MAX];

	cli_print(out, "caller %s\n", caller->name);
	if (caller->has_bearer)
		labels_text(out, "known by", "bearer token");
	else if (caller->anonymous)
		labels_text(out, "known by", "being on this machine");
	else
		labels_text(out, "remote user", caller->remote_user);
	print_caller_lists(out, caller);
	labels_text(out, "whole bucket", caller->whole_bucket ? "yes" : "no");
	labels_number(out, "max ttl", caller->max_ttl);
	labels_number(out, "max link age", caller->max_link_age);
	labels_number(out, "max entries", caller->max_entries);
	labels_text(out, "rate", config_rate_text(rate, &caller->rate));
	if (caller->daily_entries > 0)
		labels_number(out, "daily entries", caller->daily_entries);
	else
		labels_text(out, "daily entries", "no limit");
}

/* ---- as JSON -------------------------------------------------------------- */

void callers_json_words(struct jsonout *json, const char *name,
			const struct words *words)
{
	jsonout_array(json, name);
	for (size_t i = 0; i < words->count; i++)
		jsonout_slice(json, NULL, words->list[i]);
	jsonout_array_end(json);
}

static void write_identity(struct jsonout *json, const struct caller *caller)
{
	char hash[HEX_LENGTH(HASH_SHOWN) + 1];

	hex_encode(hash, caller->bearer_sha256, HASH_SHOWN);
	hash[HEX_LENGTH(HASH_SHOWN)] = '\0';
	jsonout_text(json, "recognisedBy",
		     caller->has_bearer ? "bearer" :
		     caller->anonymous  ? "anonymous" :
					  "remote-user");
	jsonout_text(json, "bearerSha256Begin",
		     caller->has_bearer ? hash : NULL);
	jsonout_text(json, "remoteUser", caller->remote_user);
}

static void write_lists(struct jsonout *json, const struct caller *caller)
{
	jsonout_array(json, "parents");
	for (size_t i = 0; i < caller->parent_count; i++)
		jsonout_text(json, NULL, caller->parents[i]->key.name);
	jsonout_array_end(json);
	callers_json_words(json, "buckets", &caller->buckets);
	jsonout_array(json, "permissions");
	for (size_t i = 0; i < PERMISSION_COUNT; i++) {
		if (caller->permissions[i])
			jsonout_text(json, NULL, permission_names[i]);
	}
	jsonout_array_end(json);
	callers_json_words(json, "prefixes", &caller->prefixes);
}

void callers_json(struct jsonout *json, const struct caller *caller)
{
	char rate[CONFIG_RATE_TEXT_MAX];

	jsonout_object(json, NULL);
	jsonout_text(json, "name", caller->name);
	write_identity(json, caller);
	write_lists(json, caller);
	jsonout_bool(json, "wholeBucket", caller->whole_bucket);
	jsonout_number(json, "maxTtlSeconds", caller->max_ttl);
	jsonout_number(json, "maxLinkAgeSeconds", caller->max_link_age);
	jsonout_number(json, "maxEntries", (int64_t)caller->max_entries);
	jsonout_text(json, "rate",
		     caller->rate.most > 0 ?
			     config_rate_text(rate, &caller->rate) :
			     NULL);
	if (caller->daily_entries > 0)
		jsonout_number(json, "dailyEntries", caller->daily_entries);
	else
		jsonout_text(json, "dailyEntries", NULL);
	jsonout_number(json, "line", caller->line);
	jsonout_object_end(json);
}
