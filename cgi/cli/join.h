/*
 * cli_join - the answers of several requests as the answer of one, in order.
 *
 * Each answer is seen to be whole before any of it is passed on: as many
 * entries as were asked for, and its end.
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
	JOIN_OTHER, /* can't be joined: one answer is all there may be */
};

/* By a format's name; none is JSON, as the service has it. */
enum join_format join_format(struct slice name);

/* Zero it, set the first two; ends with join_free. */
struct join {
	enum join_format format;
	struct cli_output *output;
	uint64_t count; /* issued */
	uint64_t failed;
	uint64_t parts;
	struct buffer messages; /* inside a JSON array */
};

/* Pass on an answer (of status 200) to `entries` entries. NULL, or why it is
 * not what it should be, as a constant text; then nothing was passed on. */
const char *join_part(struct join *join, const struct upstream_answer *answer,
		      uint64_t entries) MUST_CHECK;

/* What makes it whole. */
void join_end(struct join *join);

void join_free(struct join *join);

#endif
