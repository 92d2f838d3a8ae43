/*
 * claims - what the payload of a session token says, read and told.
 *
 * It may be anyone's: whatever it holds is printed with cli_print_foreign.
 */
#ifndef MINTAGE_CGI_CLI_CLAIMS_H
#define MINTAGE_CGI_CLI_CLAIMS_H

#include "cli.h"

struct json_object;

/* All borrowed from `root`. Zero it; ends with claims_free, also after a
 * failure. */
struct claims {
	struct json_object *root;
	struct slice bucket;
	struct slice permission;     /* none when only actions are named */
	struct json_object *actions; /* NULL or an array of strings */
	struct json_object *objects;
	struct json_object *prefixes;
	struct slice account_id;    /* sub */
	struct slice access_key_id; /* iss */
	struct slice host;          /* aud */
	int64_t issued;             /* iat, in seconds, as is the next */
	int64_t expires;            /* exp */
};

/*
 * Read a payload, as session_open gives it; it isn't needed afterwards.
 * ERROR_MALFORMED: no JSON object, or a claim (it is named) that is missing or
 * isn't what it should be; ERROR_UNAVAILABLE: memory.
 */
enum error claims_parse(struct slice payload, struct claims *claims,
			struct problem *problem) MUST_CHECK;

/* A line for each claim; `now` in seconds, to tell how far off times are.
 * Claims that minting here doesn't know are told by name. */
void claims_print(struct cli_output *out, const struct claims *claims,
		  int64_t now);

/* The beginning of one more line, in step with those of claims_print. */
void claims_label(struct cli_output *out, const char *label);

/* "in 14 minutes", or "3 hours ago" where `seconds` are none or negative.
 * 64 bytes are enough. */
void claims_span(int64_t seconds, char *text, size_t size);

void claims_free(struct claims *claims);

#endif
