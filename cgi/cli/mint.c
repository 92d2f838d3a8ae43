/*
 * mintage mint - a credential, or one for each entry.
 */
#include "issue.h"

static const struct cli_option options[] = {
	{ "bucket", OPTION_FIELD("BUCKET", FIELD_BUCKET, NULL), "the bucket" },
	{ "permission", OPTION_FIELD("P", FIELD_PERMISSION, choices_permission),
	  "%s" },
	{ "actions", OPTION_FIELD("A,B", FIELD_ACTIONS, choices_action),
	  "these actions instead, or out of them" },
	{ "ttl", OPTION_FIELD("TIME", FIELD_TTL, choices_ttl),
	  "how long it lives: seconds, or 15m, 1h, at most 7d; 15m" },
	{ "object", OPTION_FIELD("KEY", FIELD_OBJECTS, NULL),
	  "an object; may be given many times" },
	{ "prefix", OPTION_FIELD("PREFIX", FIELD_PREFIXES, NULL),
	  "all keys that begin so; may be given many times" },
	{ "whole-bucket", OPTION_FLAG(struct cli_fields, whole_bucket),
	  "every key of the bucket" },
	{ "each", OPTION_FLAG(struct cli_fields, each),
	  "a credential for each entry" },
	{ "on-error", OPTION_FIELD("report", FIELD_ON_ERROR, choices_on_error),
	  "with --each: a bad entry doesn't hold up the good ones" },
	{ "format",
	  OPTION_FIELD("FORMAT", FIELD_FORMAT, choices_credential_format),
	  "%s; else json, as the service answers" },
	OPTIONS_END,
};

static enum cli_status run(const struct command *command, int argc, char **argv)
{
	const struct cli_issuer issuer = { command, ISSUE_SINGLE };

	return cli_issue(&issuer, argc, argv);
}

const struct command mint_command = {
	.name = "mint",
	.summary = "make a credential, or one for each entry of a manifest",
	.synopsis = "--bucket BUCKET [OPTION]... [MANIFEST|-]",
	.about =
		"Print one credential for all that is named. Where nothing is, it is for\n"
		"the whole bucket; --whole-bucket says so where standard input is a pipe\n"
		"or a file. A MANIFEST is a file that names keys, in one of the formats\n"
		"below; '-' reads it from standard input. With --each a pipe is read even\n"
		"where nothing is named.\n",
	.options = options,
	.common = cli_fields_common,
	.argument = { "MANIFEST", false,
		      offsetof(struct cli_fields, manifest) },
	.run = run,
};
