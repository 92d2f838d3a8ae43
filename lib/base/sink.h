/*
 * sink - the way out for everything that is written: a window of fixed size
 * that is handed on when it is full.
 */
#ifndef MINTAGE_LIB_BASE_SINK_H
#define MINTAGE_LIB_BASE_SINK_H

#include "buffer.h"

/*
 * Where output goes: a fixed window that is handed to `flush` when full. The
 * window is the size of the stream's own buffer, so that bytes are copied
 * once. After a failed flush everything else is dropped and `failed` stays.
 */
struct sink {
	char *window; /* borrowed */
	size_t used;
	size_t size;     /* at least SINK_MIN */
	size_t most;     /* used before a flush */
	uint64_t passed; /* bytes given to flush so far */
	bool failed;
	bool (*flush)(void *context, const char *data, size_t length);
	void *context;
};

/* Encoders write in wide steps: so far beyond what counts there may be bytes of
 * theirs, to be wiped too. */
#define WIDE_STEP_MAX 64

/* A longest single reservation, see sink_reserve. */
#define SINK_MIN 8184

/* Hand over what is in the window. False when the far end is gone. */
bool sink_flush(struct sink *sink);

/* Append `length` bytes of any number. */
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
 * At least `length` (<= SINK_MIN) free bytes to be written in place, then
 * added to sink->used by the caller. Never NULL.
 */
char *sink_reserve(struct sink *sink, size_t length);

/* A sink that grows a buffer (which the caller frees): for tests and
 * small answers. `window` holds at least SINK_MIN bytes. */
void sink_to_buffer(struct sink *sink, char *window, size_t size,
		    struct buffer *buffer);

/* Wipe what still stands in the window. */
void sink_wipe(struct sink *sink);

#endif
