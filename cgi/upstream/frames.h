/*
 * frames - what a program of ours and its helper mintage-online say to each
 * other over a socket.
 *
 * A frame is a head and a body; the body is fields one after the other, numbers
 * and texts, in the order that frame_type gives. Both ends are of one build on
 * one machine, so numbers stand as the machine has them.
 */
#ifndef MINTAGE_CGI_UPSTREAM_FRAMES_H
#define MINTAGE_CGI_UPSTREAM_FRAMES_H

#include <sys/types.h>

#include "lib/base/buffer.h"

enum frame_type {
	/* To the helper. */
	FRAME_BEGIN = 1, /* a batch; see upstream_batch: token, proxy, ca_file,
			  * state_dir; concurrency, seconds, calls,
			  * answer_max */
	FRAME_CALL,      /* see upstream_call: method, url, headers, body,
			  * signing key; flags */
	FRAME_END,       /* drop what goes on */
	/* From it. */
	FRAME_READY,  /* the batch may go on */
	FRAME_BUSY,   /* it doesn't fit: seconds until it would; text */
	FRAME_UNABLE, /* it can't be had at all: text */
	FRAME_ANSWER, /* to a call: status (0: none), seconds of Retry-After;
		       * text of the failure, headers, body */
	FRAME_DONE,   /* to FRAME_END */
};

/* Of FRAME_CALL. */
#define CALL_AGAIN 1u  /* may be repeated where the answer got lost */
#define CALL_BEARER 2u /* with the batch's token */

/* Longest body. */
#define FRAME_MAX ((size_t)64 << 20)

/* Slices borrow from where the frame was read. */
struct frame {
	enum frame_type type;
	uint64_t tag; /* a call's, and of its answer */
	struct slice body;
};

/* ---- writing -------------------------------------------------------------- */

struct frame_writer {
	struct buffer *out;
	size_t start;
	bool failed;
};

/* A frame behind what `out` holds; nothing else is added to it until the end.
 * False from frame_end when memory is out, or the body too long: then `out` is
 * as it was. */
void frame_begin(struct frame_writer *writer, struct buffer *out,
		 enum frame_type type, uint64_t tag);
void frame_number(struct frame_writer *writer, uint64_t number);
void frame_text(struct frame_writer *writer, struct slice text);
bool frame_end(struct frame_writer *writer) MUST_CHECK;

/* ---- reading -------------------------------------------------------------- */

/* What has come through a socket. {0}; ends with buffer_free on `bytes`. */
struct frame_stream {
	struct buffer bytes;
	size_t used;
};

/* read(2), once, behind what is there; frames taken before are gone then.
 * Returns what it does. */
ssize_t frame_fill(struct frame_stream *stream, int file);

enum frame_step {
	FRAME_WHOLE, /* *frame is set, and stands until the next frame_fill */
	FRAME_PART,  /* read more */
	FRAME_BAD,   /* nothing that could be a frame */
};

enum frame_step frame_next(struct frame_stream *stream, struct frame *frame);

/* The fields of a body. `bad`: there was not what was asked for. */
struct frame_reader {
	struct slice rest;
	bool bad;
};

uint64_t frame_take_number(struct frame_reader *reader);
/* With a NUL behind it; "" after a failure, never NULL. */
struct slice frame_take_text(struct frame_reader *reader);

#endif
