#include "buffer.h"

#include <stdio.h>
#include <stdlib.h>

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool slice_equal_nocase(struct slice a, struct slice b)
{
	if (a.length != b.length)
		return false;
	for (size_t i = 0; i < a.length; i++) {
		if (lower(a.data[i]) != lower(b.data[i]))
			return false;
	}
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct slice slice_trim(struct slice a)
{
	while (a.length > 0 && is_blank(a.data[0])) {
		a.data++;
		a.length--;
	}
	while (a.length > 0 && is_blank(a.data[a.length - 1]))
		a.length--;
	return a;
}

bool slice_split(struct slice *rest, char separator, struct slice *part)
{
	const char *end;

	if (!rest->data)
		return false;
	end = rest->length ? memchr(rest->data, separator, rest->length) : NULL;
	if (!end) {
		*part = *rest;
		*rest = slice_of(NULL, 0);
		return true;
	}
	*part = slice_of(rest->data, (size_t)(end - rest->data));
	*rest = slice_of(end + 1, rest->length - part->length - 1);
	return true;
}

bool slice_number(struct slice a, uint64_t max, uint64_t *number)
{
	uint64_t value = 0;

	if (a.length == 0 || a.length > 20 ||
	    (a.length > 1 && a.data[0] == '0'))
		return false;
	for (size_t i = 0; i < a.length; i++) {
		unsigned digit = (unsigned)(unsigned char)a.data[i] - '0';

		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (value > max)
		return false;
	*number = value;
	return true;
}

#define NEAREST_MAX 32

static size_t min(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool same_letter(struct slice a, size_t i, struct slice b, size_t j)
{
	return lower(a.data[i - 1]) == lower(b.data[j - 1]);
}

/* How many letters are wrong, too many, missing, or change places with their
 * neighbour (optimal string alignment); in any case. */
static size_t edit_distance(struct slice a, struct slice b)
{
	size_t rows[NEAREST_MAX + 1][NEAREST_MAX + 1];

	for (size_t i = 0; i <= a.length; i++)
		rows[i][0] = i;
	for (size_t j = 0; j <= b.length; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.length; i++) {
		for (size_t j = 1; j <= b.length; j++) {
			size_t least = min(rows[i - 1][j], rows[i][j - 1]) + 1;

			least = min(least, rows[i - 1][j - 1] +
						   !same_letter(a, i, b, j));
			if (i > 1 && j > 1 && same_letter(a, i, b, j - 1) &&
			    same_letter(a, i - 1, b, j))
				least = min(least, rows[i - 2][j - 2] + 1);
			rows[i][j] = least;
		}
	}
	return rows[a.length][b.length];
}

const char *slice_nearest(struct slice name, const char *const names[],
			  size_t count)
{
	const char *best = NULL;
	size_t best_distance = 0;

	if (name.length == 0 || name.length > NEAREST_MAX)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		struct slice candidate = slice_text(names[i]);
		size_t distance, most;

		if (candidate.length == 0 || candidate.length > NEAREST_MAX)
			continue;
		most = 1 + candidate.length / 4;
		/* So many are missing, or too many, at least. */
		if (name.length > candidate.length + most ||
		    candidate.length > name.length + most)
			continue;
		distance = edit_distance(name, candidate);
		if (distance > most)
			continue;
		if (!best || distance < best_distance) {
			best = names[i];
			best_distance = distance;
		}
	}
	return best;
}

bool buffer_reserve(struct buffer *buffer, size_t more)
{
	size_t capacity = buffer->capacity ? buffer->capacity : 256;
	char *data;

	if (more <= buffer->capacity - buffer->length)
		return true;
	if (more > SIZE_MAX / 4 - buffer->length)
		return false;
	while (capacity - buffer->length < more)
		capacity *= 2;
	/* Not realloc: it may leave a copy of a secret behind. */
	data = malloc(capacity);
	if (!data)
		return false;
	if (buffer->data) {
		memcpy(data, buffer->data, buffer->length);
		explicit_bzero(buffer->data, buffer->capacity);
		free(buffer->data);
	}
	buffer->data = data;
	buffer->capacity = capacity;
	return true;
}

bool buffer_add(struct buffer *buffer, const void *data, size_t length)
{
	if (!buffer_reserve(buffer, length))
		return false;
	if (length > 0)
		memcpy(buffer->data + buffer->length, data, length);
	buffer->length += length;
	return true;
}

bool buffer_format(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0 || !buffer_reserve(buffer, (size_t)length + 1))
		return false;
	va_start(arguments, format);
	vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format,
		  arguments);
	va_end(arguments);
	buffer->length += (size_t)length;
	return true;
}

void buffer_free(struct buffer *buffer)
{
	if (buffer->data) {
		explicit_bzero(buffer->data, buffer->capacity);
		free(buffer->data);
	}
	*buffer = (struct buffer){ 0 };
}

bool sink_flush(struct sink *sink)
{
	if (sink->used > sink->most)
		sink->most = sink->used;
	if (!sink->failed && sink->used > 0) {
		if (sink->flush(sink->context, sink->window, sink->used))
			sink->passed += sink->used;
		else
			sink->failed = true;
	}
	sink->used = 0;
	return !sink->failed;
}

void sink_write(struct sink *sink, const char *data, size_t length)
{
	while (length > 0) {
		size_t room = sink->size - sink->used;
		size_t part = length < room ? length : room;

		memcpy(sink->window + sink->used, data, part);
		sink->used += part;
		data += part;
		length -= part;
		if (sink->used == sink->size)
			sink_flush(sink);
	}
}

char *sink_room(struct sink *sink, size_t length)
{
	if (sink->size - sink->used < length)
		sink_flush(sink);
	return sink->window + sink->used;
}

static bool flush_to_buffer(void *context, const char *data, size_t length)
{
	return buffer_add(context, data, length);
}

void sink_to_buffer(struct sink *sink, char *window, size_t size,
		    struct buffer *buffer)
{
	*sink = (struct sink){
		.window = window,
		.size = size,
		.flush = flush_to_buffer,
		.context = buffer,
	};
}

void sink_wipe(struct sink *sink)
{
	size_t length = sink->used > sink->most ? sink->used : sink->most;

	length += WIDE_STEP_MAX;
	explicit_bzero(sink->window, length < sink->size ? length : sink->size);
	sink->used = 0;
}
