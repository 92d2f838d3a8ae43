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
	{ "disposition",
	  OPTION_FIELD("HOW", FIELD_DISPOSITION, choices_disposition),
	  "GET: %s: whether a browser saves or shows it" },
	{ "response-content-type",
	  OPTION_FIELD("TYPE", FIELD_RESPONSE_TYPE, NULL),
	  "GET: the media type to answer with, instead of the stored one" },
	{ "response-cache-control",
	  OPTION_FIELD("TEXT", FIELD_RESPONSE_CACHE, NULL),
	  "GET: the Cache-Control to answer with" },
	{ "cache-control", OPTION_FIELD("TEXT", FIELD_CACHE_CONTROL, NULL),
	  "PUT: the Cache-Control that the object keeps" },
	{ "content-disposition",
	  OPTION_FIELD("TEXT", FIELD_CONTENT_DISPOSITION, NULL),
	  "PUT: the Content-Disposition that the object keeps" },
	{ "content-encoding",
	  OPTION_FIELD("CODING", FIELD_CONTENT_ENCODING, NULL),
	  "PUT: how the body is encoded, such as gzip" },
	{ "if-none-match", OPTION_FIELD("*", FIELD_IF_NONE_MATCH, NULL),
	  "PUT: never overwrite an object" },
	{ "metadata", OPTION_FIELD("JSON", FIELD_METADATA, NULL),
	  "PUT: names and texts that the object keeps, such as "
	  "'{\"author\": \"Ada\"}'" },
	{ "upload-id", OPTION_FIELD("ID", FIELD_UPLOAD_ID, NULL),
	  "PUT: of the upload that the link sends a part of" },
	{ "part-number", OPTION_FIELD("N", FIELD_PART_NUMBER, NULL),
	  "PUT: of that part, from 1" },
	{ "sign", OPTION_FIELD("SIGNER", FIELD_SIGN, choices_signer),
	  "parent: short links; scoped: each signed by a credential for "
	  "this object alone; download: see --download; or waf: links to a "
	  "[domain], which Cloudflare's WAF checks" },
	{ "download", NULL, take_download, 0, NULL, '\0',
	  "links to this service's own [download], which may work longer than "
	  "7d; GET and HEAD" },
	{ "section", OPTION_FIELD("SECTION", FIELD_DOWNLOAD, NULL),
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
		"its own method and ttlSeconds, filename, contentType, contentLength and\n"
		"sha256, and a value of its own for each option from --disposition to\n"
		"--part-number.\n",
	.options = options,
	.common = cli_fields_common,
	.argument = { "MANIFEST", false,
		      offsetof(struct cli_fields, manifest) },
	.run = run,
};
