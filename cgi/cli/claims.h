/*
 * claims - reads and prints what the payload of a session token says.
 *
 * A token may come from anyone, so all of it is printed with cli_print_foreign.
 */
#ifndef MINTAGE_CGI_CLI_CLAIMS_H
#define MINTAGE_CGI_CLI_CLAIMS_H

#include "jsonout.h"

struct json_object;

/* Everything is borrowed from `root`. Zero it; ends with claims_free, also
 * after a failure. */
struct claims {
	struct json_object *root;
	struct slice bucket;
	struct slice permission;     /* empty when only actions are named */
	struct json_object *actions; /* NULL or an array of strings */
	struct json_object *objects;
	struct json_object *prefixes;
	struct slice account_id;    /* sub */
	struct slice access_key_id; /* iss */
	struct slice host;          /* aud */
	int64_t issued;             /* iat, in seconds, as is the next */
	int64_t expires;            /* exp */
	int64_t not_before;         /* nbf, where there is one */
	bool has_not_before;
};

/* The claims that are read here, by their names. */
#define CLAIMS_KNOWN_COUNT 10
extern const char *const claims_known[CLAIMS_KNOWN_COUNT];
bool claims_is_known(const char *name);

/*
 * Read a payload as session_open gives it; it isn't needed afterwards.
 * ERROR_MALFORMED: it is no JSON object, or a claim, which is named, is
 * missing, has the wrong type or is given twice, or `paths` has a member that
 * isn't R2's. ERROR_UNAVAILABLE: out of memory.
 */
enum error claims_parse(struct slice payload, struct claims *claims,
			struct problem *problem) MUST_CHECK;

/* Print a line for each claim. `now` in seconds serves to tell how far away
 * times are. Of claims that minting doesn't know, only the name is printed. */
void claims_print(struct cli_output *out, const struct claims *claims,
		  int64_t now);

/* Write the members of an object for the same claims. */
void claims_json(struct jsonout *json, const struct claims *claims);

/* Begin one more line, in the columns of claims_print. */
void claims_label(struct cli_output *out, const char *label);

/* Write "in 14 minutes", or "3 hours ago" where `seconds` is 0 or negative.
 * `text` with 64 bytes is large enough. */
void claims_span(int64_t seconds, char *text, size_t size);

void claims_free(struct claims *claims);

#endif
