/*
 * frames - what a program and its helper mintage-online say to each other over
 * a socket.
 *
 * A frame is a head and a body. The body is fields one after the other, numbers
 * and texts, in the order that enum frame_type gives. Both ends were built
 * together and run on one machine, so numbers have the machine's byte order.
 */
#ifndef MINTAGE_CGI_UPSTREAM_FRAMES_H
#define MINTAGE_CGI_UPSTREAM_FRAMES_H

#include <sys/types.h>

#include "lib/base/buffer.h"

enum frame_type {
	/* To the helper. */
	FRAME_BEGIN = 1, /* a batch (struct upstream_batch): token, proxy,
			  * ca_file, state_dir; concurrency, seconds, calls,
			  * answer_max */
	FRAME_CALL,      /* a call (struct upstream_call): method, url, headers,
			  * body, signing key; flags */
	FRAME_END,       /* drop the calls of the batch */
	/* From the helper. */
	FRAME_READY,  /* to FRAME_BEGIN: calls may follow */
	FRAME_BUSY,   /* to FRAME_BEGIN: too many calls for now; seconds until
		       * they can be made; text with the reason */
	FRAME_UNABLE, /* to FRAME_BEGIN: the batch can't be made; text with the
		       * reason */
	FRAME_ANSWER, /* to FRAME_CALL: status (0: none), seconds of
		       * Retry-After; text of the failure, headers, body */
	FRAME_DONE,   /* to FRAME_END: nothing of the batch follows */
};

/* Flags of FRAME_CALL. */
#define CALL_AGAIN 1u  /* may be repeated where the answer got lost */
#define CALL_BEARER 2u /* is made with the batch's token */

/* Bytes of the longest body. */
#define FRAME_MAX ((size_t)64 << 20)

/* Slices borrow from where the frame was read. */
struct frame {
	enum frame_type type;
	uint64_t tag; /* the same for a call and its answer; else 0 */
	struct slice body;
};

/* ---- writing -------------------------------------------------------------- */

struct frame_writer {
	struct buffer *out;
	size_t start;
	bool failed;
};

/* Write a frame behind what `out` holds: frames_begin, then its fields, then
 * frames_end, and nothing else is added to `out` in between. frames_end is
 * false without memory or when the body is longer than FRAME_MAX; then `out` is
 * as it was. */
void frames_begin(struct frame_writer *writer, struct buffer *out,
		  enum frame_type type, uint64_t tag);
void frames_number(struct frame_writer *writer, uint64_t number);
void frames_text(struct frame_writer *writer, struct slice text);
bool frames_end(struct frame_writer *writer) MUST_CHECK;

/* ---- reading -------------------------------------------------------------- */

/* What has come through a socket. Begins as {0}; ends with buffer_free on
 * `bytes`. */
struct frame_stream {
	struct buffer bytes;
	size_t used; /* bytes of frames that were taken */
};

/* Call read(2) once and keep what it gives behind what is there. Frames that
 * were taken before are gone then. Returns what read(2) does. */
ssize_t frames_fill(struct frame_stream *stream, int file);

enum frame_step {
	FRAME_WHOLE, /* *frame is set, and stands until the next frames_fill */
	FRAME_PART,  /* read more */
	FRAME_BAD,   /* what came can't be a frame */
};

/* Take the next frame. */
enum frame_step frames_next(struct frame_stream *stream, struct frame *frame);

/* Takes the fields of a body one after the other; begins as { .rest = body }.
 * `bad` becomes true when the body doesn't hold the field that was asked for. */
struct frame_reader {
	struct slice rest;
	bool bad;
};

/* 0 after a failure. */
uint64_t frames_take_number(struct frame_reader *reader);
/* Borrows from the body and has a NUL behind it; "" after a failure, never
 * NULL. */
struct slice frames_take_text(struct frame_reader *reader);

#endif
