/*
 * mintage sign - a presigned link for each entry.
 */
#include "issue.h"

const char cli_sign_usage[] =
	"sign --bucket BUCKET [OPTION]... [MANIFEST|-]\n"
	"\n"
	"Print a presigned link for each object. A MANIFEST names keys: one a\n"
	"line, CSV, NDJSON, JSON or what sha256sum prints; '-' reads it from\n"
	"standard input. In CSV and JSON an entry may have its own method,\n"
	"ttlSeconds, filename, contentType, contentLength and sha256.\n"
	"\n"
	"      --bucket BUCKET      the bucket\n"
	"      --method METHOD      GET, HEAD, PUT or DELETE; GET. A link is good\n"
	"                           for one of them: HEAD on a GET link is 403\n"
	"      --ttl SECONDS        how long it works: 1 to 604800; 900\n"
	"      --sign SIGNER        parent: short links; or scoped: each signed\n"
	"                           by a credential for this object alone\n"
	"      --object KEY         an object; may be given many times\n"
	"      --on-error report    a bad entry doesn't hold up the good ones\n"
	"      --format FORMAT      json (as the service answers), or another;\n"
	"                           mintage(1) has them all\n"
	"      --manifest-format F  json, ndjson, lines, csv or sha256sum; else\n"
	"                           by the name's ending, then by the content\n"
	"      --parent PARENT      who signs: its section's name or its\n"
	"                           access key id; else the one that fits\n"
	"      --account ACCOUNT    its section's name or its id\n"
	"      --config FILE        the configuration\n" USAGE_REMOTE;

static const struct option options[] = {
	OPTIONS_COMMON,
	OPTION_FIELD("method", FIELD_METHOD),
	OPTION_FIELD("sign", FIELD_SIGN),
	OPTIONS_END,
};

static const struct cli_issuer sign = { "sign", options, ISSUE_LINKS };

enum cli_status cli_sign(int argc, char **argv)
{
	return cli_issue(&sign, argc, argv);
}
