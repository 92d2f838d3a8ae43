/*
 * buffer - slices of bytes, a growable buffer that wipes itself, and the sink
 * through which every answer leaves.
 */
#ifndef MINTAGE_BUFFER_H
#define MINTAGE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "error.h"

/* Borrowed bytes: not terminated, may hold NUL. {NULL, 0} is "none". */
struct slice {
	const char *data;
	size_t length;
};

/* A slice of a string literal, usable in initialisers of constants. */
#define SLICE(literal)                         \
	{                                      \
		(literal), sizeof(literal) - 1 \
	}

static inline struct slice slice_of(const char *data, size_t length)
{
	return (struct slice){ data, length };
}

/* The slice of a terminated string; NULL gives the empty slice. */
static inline struct slice slice_text(const char *text)
{
	return (struct slice){ text, text ? strlen(text) : 0 };
}

static inline bool slice_equal(struct slice a, struct slice b)
{
	return a.length == b.length &&
	       (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static inline bool slice_is(struct slice a, const char *text)
{
	return slice_equal(a, slice_text(text));
}

static inline bool slice_starts(struct slice a, struct slice prefix)
{
	return a.length >= prefix.length &&
	       (prefix.length == 0 ||
		memcmp(a.data, prefix.data, prefix.length) == 0);
}

/* ASCII-only, locale-free. */
bool slice_equal_nocase(struct slice a, struct slice b);

/* Without blanks and tabs at both ends. */
struct slice slice_trim(struct slice a);

/* Take the part of *rest before the first `separator` (or all of it) and move
 * *rest behind it. False when *rest is none. */
bool slice_split(struct slice *rest, char separator, struct slice *part);

/* A decimal without sign, blanks, leading zeros or anything else, at most
 * `max`. */
bool slice_number(struct slice a, uint64_t max, uint64_t *number) MUST_CHECK;

/*
 * The closest of `count` names to `name` within an edit distance that makes
 * "did you mean" helpful, or NULL.
 */
const char *slice_nearest(struct slice name, const char *const names[],
			  size_t count);

/* Owns its bytes. {0} is an empty buffer. Old storage is wiped on growth. */
struct buffer {
	char *data;
	size_t length;
	size_t capacity;
};

/* Room for `more` bytes after `length`; false when memory is out. */
bool buffer_reserve(struct buffer *buffer, size_t more) MUST_CHECK;
bool buffer_add(struct buffer *buffer, const void *data,
		size_t length) MUST_CHECK;
bool buffer_format(struct buffer *buffer, const char *format, ...)
	PRINTF_LIKE(2, 3) MUST_CHECK;

/* Wipe and free; leaves {0}. */
void buffer_free(struct buffer *buffer);

static inline struct slice buffer_slice(const struct buffer *buffer)
{
	return slice_of(buffer->data, buffer->length);
}

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

/* A longest single reservation, see sink_room. */
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
char *sink_room(struct sink *sink, size_t length);

/* A sink that grows a buffer (which the caller frees): for tests and
 * small answers. `window` holds at least SINK_MIN bytes. */
void sink_to_buffer(struct sink *sink, char *window, size_t size,
		    struct buffer *buffer);

/* Wipe what still stands in the window. */
void sink_wipe(struct sink *sink);

#endif
