/*
 * cli_remote_ask - the requests to a service elsewhere, as many as are needed,
 * and their answers as one on standard output.
 */
#ifndef MINTAGE_CGI_CLI_REMOTE_ASK_H
#define MINTAGE_CGI_CLI_REMOTE_ASK_H

#include "cgi/issue/issue.h"
#include "fields.h"
#include "join.h"
#include "lib/sign/secret.h"

/* Large, because it holds an output. Zero it and set the first five members;
 * ends with remote_ask_end. */
struct remote {
	struct cli_fields *asked; /* borrowed */
	enum issue_kind kind;
	struct secret token;   /* a caller's; owned */
	struct buffer url;     /* the route's; owned */
	uint64_t request_size; /* bytes of a body, unless one entry has more */
	struct upstream upstream;
	struct upstream_answer answer; /* to the last request */
	/* The request that is being made: */
	struct buffer body;
	size_t head; /* length of what all bodies begin with */
	enum entry_kind entry_kind;
	uint64_t first; /* number of its first entry, from 0 */
	uint64_t entries;
	bool dry; /* send nothing, only count the requests */
	uint64_t parts;
	uint64_t total;
	struct join join;
	struct cli_output output;
};

/*
 * Make one request, which is never repeated. Of *remote it takes `asked` and
 * the token; `body` is JSON or empty. remote->answer is valid until the next
 * request, and the caller looks at its failure and status. Errors are those of
 * upstream_ask.
 */
enum error remote_ask_once(struct remote *remote, const char *method,
			   struct slice url, struct slice body,
			   struct problem *problem) MUST_CHECK;

/*
 * Ask for all entries, which have been read once and found valid, and print the
 * answers. CLI_FAILED after a complaint; where there were several requests
 * it says which entries are in the output.
 */
enum cli_status remote_ask(struct remote *remote);

/* Free what *remote owns, also when nothing was asked. */
void remote_ask_end(struct remote *remote);

#endif
