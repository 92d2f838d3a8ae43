/*
 * An upstream_ask whose calls go nowhere: the test says what each is answered.
 * A test includes this, then writes `#define upstream_ask ask` and includes its
 * file of cgi/cli.
 */
#ifndef MINTAGE_UNIT_ANSWERED_H
#define MINTAGE_UNIT_ANSWERED_H

#include "unit.h"

#include "cgi/upstream/cloudflare.h"
#include "cgi/upstream/upstream.h"

/* NULL is an empty text. */
struct reply {
	unsigned status;
	const char *body, *headers, *failure;
	bool is_lost; /* the call can't be made at all */
};

/* What the next calls are answered; after the last there may be no other. */
static const struct reply *replies;
static size_t reply_count;

static enum error ask(struct upstream *upstream,
		      const struct upstream_batch *batch,
		      const struct upstream_call *call,
		      struct upstream_answer *answer, struct problem *problem)
{
	const struct reply *reply = replies;

	(void)upstream;
	(void)batch;
	(void)call;
	assert_true(reply_count > 0);
	replies++;
	reply_count--;
	*answer = (struct upstream_answer){
		.status = reply->status,
		.body = slice_text(reply->body ? reply->body : ""),
		.headers = slice_text(reply->headers ? reply->headers : ""),
		.failure = slice_text(reply->failure ? reply->failure : ""),
	};
	return reply->is_lost ? problem_set(problem, ERROR_UNAVAILABLE, NULL,
					    "no helper") :
				ERROR_NONE;
}

#endif
