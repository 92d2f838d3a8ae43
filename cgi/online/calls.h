/*
 * calls - the calls of a batch: when each of them is due, whether it is
 * repeated after a failure, and what is answered in the end.
 */
#ifndef MINTAGE_CGI_ONLINE_CALLS_H
#define MINTAGE_CGI_ONLINE_CALLS_H

#include "budget.h"
#include "cgi/upstream/frames.h"
#include "http.h"

struct call;

/* All that the helper knows. Begins as zeros but for `http`, the budget's file
 * (-1) and waiting_end (&waiting). */
struct online {
	struct http *http;
	struct frame_stream in;
	struct buffer out;
	/* the batch */
	bool begun;
	struct buffer settings; /* what the slices borrow from */
	struct slice token, proxy, ca_file;
	unsigned concurrency;
	unsigned seconds;
	size_t answer_max;
	int64_t deadline; /* monotonic milliseconds */
	int64_t pause;    /* no call is made before; monotonic milliseconds */
	unsigned pause_seconds;
	struct budget budget;
	uint64_t attempts;    /* requests made for all calls together */
	unsigned active;      /* requests under way */
	struct call *waiting; /* in the order they came */
	struct call **waiting_end;
};

/* Take a call of the batch from a FRAME_CALL. False when no batch has begun,
 * when the frame is malformed, or without memory. */
bool calls_add(struct online *online, const struct frame *frame) MUST_CHECK;

/*
 * Answer each call that has ended in online->out, or let it wait to be
 * repeated. False, as with calls_start, when there is no memory for an answer:
 * then the helper can only end.
 */
bool calls_finish(struct online *online) MUST_CHECK;

/* Make the calls that are due. When the batch's time is over, answer all that
 * wait. */
bool calls_start(struct online *online) MUST_CHECK;

/* Make no call before `seconds` are over. */
void calls_hold(struct online *online, int64_t seconds);

/* Milliseconds until a waiting call is due, or the batch's time is over. */
int64_t calls_time_left(const struct online *online);

/* Break off and forget all calls. */
void calls_drop(struct online *online);

#endif
