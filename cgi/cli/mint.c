/*
 * mintage mint - a credential, or one for each entry.
 */
#include "issue.h"

const char cli_mint_usage[] =
	"mint --bucket BUCKET [OPTION]... [MANIFEST|-]\n"
	"\n"
	"Print one credential for all that is named, or for the whole bucket\n"
	"where nothing is. A MANIFEST names keys: one a line, CSV, NDJSON,\n"
	"JSON or what sha256sum prints; '-' reads it from standard input.\n"
	"\n"
	"      --bucket BUCKET      the bucket\n"
	"      --permission P       object-read-only, object-read-write,\n"
	"                           object-write-only, admin-read-only or\n"
	"                           admin-read-write\n"
	"      --actions A,B        these actions instead, or out of them\n"
	"      --ttl SECONDS        how long it lives: 1 to 604800; 900\n"
	"      --object KEY         an object; may be given many times\n"
	"      --prefix PREFIX      all that begins so; may be given many times\n"
	"      --each               a credential for each entry\n"
	"      --on-error report    with --each: a bad entry doesn't hold up\n"
	"                           the good ones\n"
	"      --format FORMAT      json (as the service answers), ndjson, html,\n"
	"                           csv, env, aws, process, container, rclone\n"
	"      --manifest-format F  json, ndjson, lines, csv or sha256sum; else\n"
	"                           by the name's ending, then by the content\n"
	"      --parent PARENT      who signs: its section's name or its\n"
	"                           access key id; else the one that fits\n"
	"      --account ACCOUNT    its section's name or its id\n"
	"      --config FILE        the configuration\n" USAGE_REMOTE;

static const struct option options[] = {
	OPTIONS_COMMON,
	OPTION_FIELD("permission", FIELD_PERMISSION),
	OPTION_FIELD("actions", FIELD_ACTIONS),
	OPTION_FIELD("prefix", FIELD_PREFIXES),
	{ "each", no_argument, NULL, OPTION_EACH },
	OPTIONS_END,
};

static const struct cli_issuer mint = { "mint", options, ISSUE_SINGLE };

enum cli_status cli_mint(int argc, char **argv)
{
	return cli_issue(&mint, argc, argv);
}
