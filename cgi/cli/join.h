/*
 * cli_join - the answers of several requests as the answer of one, in order.
 *
 * Before any of an answer is passed on, it is checked to be whole: it must have
 * as many entries as were asked for, and its end.
 */
#ifndef MINTAGE_CGI_CLI_JOIN_H
#define MINTAGE_CGI_CLI_JOIN_H

#include "cgi/upstream/upstream.h"
#include "cli.h"

enum join_format {
	JOIN_JSON,
	JOIN_NDJSON,
	JOIN_TEXT,
	JOIN_CSV,
	JOIN_OTHER, /* answers can't be joined: there may be only one */
};

/* Which one is the format of this name? Without a name it is JSON, as it is
 * with the service. */
enum join_format join_format(struct slice name);

/* Zero it, set the first two; ends with join_free. */
struct join {
	enum join_format format;
	struct cli_output *output;
	uint64_t count; /* entries that were issued */
	uint64_t failed;
	uint64_t parts;
	struct buffer messages; /* elements of a JSON array */
};

/* Pass on an answer with status 200 to a request for `entries` entries. NULL,
 * or a constant text that says what is wrong with the answer; then nothing of
 * it was passed on. */
const char *join_part(struct join *join, const struct upstream_answer *answer,
		      uint64_t entries) MUST_CHECK;

/* Print what belongs at the end of the joined answer. */
void join_end(struct join *join);

void join_free(struct join *join);

#endif
