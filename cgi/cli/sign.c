/*
 * mintage sign - a presigned link for each entry.
 */
#include "issue.h"

/* --download is short for --sign=download. */
static enum cli_status take_download(const char *command,
				     const struct cli_option *option,
				     const char *value, void *request)
{
	struct cli_fields *asked = request;

	(void)command;
	(void)option;
	(void)value;
	fields_set(&asked->fields, slice_text(field_names[FIELD_SIGN]),
		   slice_text(fields_sign_names[SIGN_DOWNLOAD]),
		   &asked->problems);
	return CLI_DONE;
}

static const struct cli_option options[] = {
	{ "bucket", OPTION_FIELD("BUCKET", FIELD_BUCKET, NULL), "the bucket" },
	{ "method", OPTION_FIELD("METHOD", FIELD_METHOD, choices_method),
	  "%s; else GET. A link works for one of them: HEAD on a GET link is "
	  "answered with 403" },
	{ "ttl", OPTION_FIELD("TIME", FIELD_TTL, choices_ttl),
	  "how long it works: seconds, or 15m, 1h, at most 7d; 15m. With "
	  "--download as long as max-link-age allows" },
	{ "sign", OPTION_FIELD("SIGNER", FIELD_SIGN, choices_signer),
	  "parent: short links; scoped: each signed by a credential for "
	  "this object alone; download: see --download; or waf: links to a "
	  "[domain], which Cloudflare's WAF checks" },
	{ "download", NULL, take_download, 0, NULL, '\0',
	  "links to this service's own [download], which may work longer than "
	  "7d; GET and HEAD" },
	{ "section", OPTION_FIELD("NAME", FIELD_DOWNLOAD, NULL),
	  "the [download] or the [domain] that they lead to; else the one "
	  "that fits" },
	{ "object", OPTION_FIELD("KEY", FIELD_OBJECTS, NULL),
	  "an object; may be given many times" },
	{ "on-error", OPTION_FIELD("report", FIELD_ON_ERROR, choices_on_error),
	  "a bad entry doesn't hold up the good ones" },
	{ "format", OPTION_FIELD("FORMAT", FIELD_FORMAT, choices_link_format),
	  "%s; else json, as the service answers" },
	OPTIONS_END,
};

static enum cli_status run(const struct command *command, int argc, char **argv)
{
	const struct cli_issuer issuer = { command, ISSUE_LINKS };

	return cli_issue(&issuer, argc, argv);
}

const struct command sign_command = {
	.name = "sign",
	.summary = "make a presigned link for each entry of a manifest",
	.synopsis = "--bucket BUCKET [OPTION]... [MANIFEST|-]",
	.about =
		"Print a presigned link for each object. A MANIFEST is a file that names\n"
		"keys, in one of the formats below; '-' reads it from standard input, and\n"
		"so does a pipe where nothing is named. In CSV and JSON an entry may have\n"
		"its own method, ttlSeconds, filename, contentType, contentLength and\n"
		"sha256.\n",
	.options = options,
	.common = cli_fields_common,
	.argument = { "MANIFEST", false,
		      offsetof(struct cli_fields, manifest) },
	.run = run,
};
