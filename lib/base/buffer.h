/*
 * buffer - owned bytes that grow, and that are wiped when they are freed.
 */
#ifndef MINTAGE_LIB_BASE_BUFFER_H
#define MINTAGE_LIB_BASE_BUFFER_H

#include "problem.h"
#include "slice.h"

/* Owns its bytes. {0} is an empty buffer. Old storage is wiped on growth. */
struct buffer {
	char *data;
	size_t length;
	size_t capacity;
};

/* Make space for `more` bytes after `length`. False when memory is out. */
bool buffer_reserve(struct buffer *buffer, size_t more) MUST_CHECK;
/* Append bytes, or a text as printf writes it. False when memory is out. */
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

#endif
