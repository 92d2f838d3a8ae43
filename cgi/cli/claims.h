/*
 * claims - reads what the payload of a session token says.
 */
#ifndef MINTAGE_CGI_CLI_CLAIMS_H
#define MINTAGE_CGI_CLI_CLAIMS_H

#include "cli.h"

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

void claims_free(struct claims *claims);

#endif
