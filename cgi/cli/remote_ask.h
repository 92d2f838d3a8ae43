/*
 * cli_remote_ask - the requests to a service elsewhere, as many as are needed,
 * and their answers as one on standard output.
 */
#ifndef MINTAGE_CGI_CLI_REMOTE_ASK_H
#define MINTAGE_CGI_CLI_REMOTE_ASK_H

#include "cgi/issue/issue.h"
#include "fields.h"
#include "join.h"

/* Large: it holds an output. Zero it, set the first five; ends with
 * remote_ask_end. */
struct remote {
	struct cli_fields *asked; /* borrowed */
	enum issue_kind kind;
	struct secret token;   /* a caller's; owned */
	struct buffer url;     /* of the route; owned */
	uint64_t request_size; /* bytes of a body, unless one entry has more */
	struct upstream upstream;
	struct upstream_answer answer; /* the last one */
	/* The request in hand: */
	struct buffer body;
	size_t head; /* of it, the same for all */
	enum entry_kind entry_kind;
	uint64_t first; /* number of its first entry */
	uint64_t entries;
	bool dry; /* nothing is sent: how many would there be? */
	uint64_t parts;
	uint64_t total;
	struct join join;
	struct cli_output output;
};

/*
 * One request, never repeated; `asked` and the token are all it takes of
 * *remote, and `body` is JSON or none. What came back is remote->answer until
 * the next one: the caller looks at its failure and status. Errors are those of
 * upstream_ask.
 */
enum error remote_ask_once(struct remote *remote, const char *method,
			   struct slice url, struct slice body,
			   struct problem *problem) MUST_CHECK;

/*
 * Ask for all entries, which have been read once and are good, and print what
 * is answered. CLI_FAILED after a complaint; where there were several requests
 * it says which entries are in the output.
 */
enum cli_status remote_ask(struct remote *remote);

/* Asked or not. */
void remote_ask_end(struct remote *remote);

#endif
