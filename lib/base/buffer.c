#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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
	/* realloc could leave a copy of a secret in the memory it frees. */
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
