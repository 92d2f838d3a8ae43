/*
 * online_calls - the calls of a batch, each made until it is answered: when one
 * is due, when one is made once more, and what is answered in the end.
 */
#ifndef MINTAGE_CGI_ONLINE_CALLS_H
#define MINTAGE_CGI_ONLINE_CALLS_H

#include "budget.h"
#include "cgi/upstream/frames.h"
#include "http.h"

struct call;

/* All that the helper knows. Zero it but for `http`, for the budget's file (-1)
 * and for waiting_end (&waiting). */
struct online {
	struct http *http;
	struct frame_stream in;
	struct buffer out;
	/* The batch: */
	bool begun;
	struct buffer settings; /* what the slices borrow from */
	struct slice token, proxy, ca_file;
	unsigned concurrency;
	unsigned seconds;
	size_t answer_max;
	int64_t deadline; /* monotonic milliseconds */
	int64_t pause;    /* no call before */
	unsigned pause_seconds;
	struct budget budget;
	uint64_t attempts; /* of all calls */
	unsigned active;
	struct call *waiting; /* in the order they came */
	struct call **waiting_end;
};

/* Monotonic milliseconds. */
int64_t calls_now(void);

/* A call of the batch, from a FRAME_CALL. False: no batch has begun, the frame
 * is bad, or memory is out. */
bool calls_add(struct online *online, const struct frame *frame) MUST_CHECK;

/*
 * Each call that has ended is answered in online->out, or waits to be made once
 * more. False, as with calls_start: there is no memory for an answer, and no
 * use in going on.
 */
bool calls_finish(struct online *online) MUST_CHECK;

/* Make what is due. When the time is over, all that waits is answered. */
bool calls_start(struct online *online) MUST_CHECK;

/* Until something is due: a call that waits, or the end. In milliseconds. */
int64_t calls_time_left(const struct online *online);

/* Break off and forget all of them. */
void calls_drop(struct online *online);

#endif
