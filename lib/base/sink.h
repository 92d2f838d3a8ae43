/*
 * sink - where all output is written: a window of fixed size that is handed on
 * when it is full.
 */
#ifndef MINTAGE_LIB_BASE_SINK_H
#define MINTAGE_LIB_BASE_SINK_H

#include "buffer.h"

/*
 * `flush` gets the window when it is full, and returns false when the output
 * can't be written. After that all output is dropped and `failed` stays set. A
 * window of the size of the stream's buffer saves a second copy.
 */
struct sink {
	char *window; /* borrowed */
	size_t used;
	size_t size;     /* at least SINK_MIN */
	size_t most;     /* the most that was used before a flush */
	uint64_t passed; /* bytes given to flush so far */
	bool failed;
	bool (*flush)(void *context, const char *data, size_t length);
	void *context;
};

/* Encoders write in wide steps. They leave bytes up to this far behind their
 * output, which must be wiped too. */
#define WIDE_STEP_MAX 64

/* The longest reservation: see sink_reserve. */
#define SINK_MIN 8184

/* Hand over what is in the window. False when `failed` is set. */
bool sink_flush(struct sink *sink);

/* Append any number of bytes. */
void sink_write(struct sink *sink, const char *data, size_t length);

static inline void sink_slice(struct sink *sink, struct slice slice)
{
	sink_write(sink, slice.data, slice.length);
}

static inline void sink_text(struct sink *sink, const char *text)
{
	sink_write(sink, text, strlen(text));
}

/*
 * Make space for `length` bytes, SINK_MIN at most, flushing when needed. The
 * caller writes to the pointer returned, which is never NULL, and adds to
 * sink->used what it wrote.
 */
char *sink_reserve(struct sink *sink, size_t length);

/* Make a sink that appends to `buffer`, for tests and small answers. `window`
 * has `size` bytes, SINK_MIN at least. Borrows both; the caller frees the
 * buffer. */
void sink_to_buffer(struct sink *sink, char *window, size_t size,
		    struct buffer *buffer);

/* Wipe all bytes that were ever written to the window. */
void sink_wipe(struct sink *sink);

#endif
