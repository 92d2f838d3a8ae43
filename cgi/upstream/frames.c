#include "frames.h"

#include <errno.h>
#include <unistd.h>

/* Bytes that are read at once. */
#define WINDOW 65536

struct frame_head {
	uint64_t length; /* of the body */
	uint64_t type;
	uint64_t tag;
};

/* ---- writing -------------------------------------------------------------- */

static void put(struct frame_writer *writer, const void *data, size_t length)
{
	if (!writer->failed && !buffer_add(writer->out, data, length))
		writer->failed = true;
}

void frames_begin(struct frame_writer *writer, struct buffer *out,
		  enum frame_type type, uint64_t tag)
{
	struct frame_head head = { .type = (uint64_t)type, .tag = tag };

	*writer = (struct frame_writer){ .out = out, .start = out->length };
	put(writer, &head, sizeof(head));
}

void frames_number(struct frame_writer *writer, uint64_t number)
{
	put(writer, &number, sizeof(number));
}

void frames_text(struct frame_writer *writer, struct slice text)
{
	frames_number(writer, text.length);
	put(writer, text.data, text.length);
	put(writer, "", 1);
}

bool frames_end(struct frame_writer *writer)
{
	struct buffer *out = writer->out;
	uint64_t length;

	if (!writer->failed) {
		length =
			out->length - writer->start - sizeof(struct frame_head);
		writer->failed = length > FRAME_MAX;
		memcpy(out->data + writer->start, &length, sizeof(length));
	}
	if (writer->failed)
		out->length = writer->start;
	return !writer->failed;
}

/* ---- reading -------------------------------------------------------------- */

ssize_t frames_fill(struct frame_stream *stream, int file)
{
	struct buffer *bytes = &stream->bytes;
	ssize_t got;

	if (stream->used > 0) {
		bytes->length -= stream->used;
		memmove(bytes->data, bytes->data + stream->used, bytes->length);
		stream->used = 0;
	}
	if (!buffer_reserve(bytes, WINDOW)) {
		errno = ENOMEM;
		return -1;
	}
	got = read(file, bytes->data + bytes->length, WINDOW);
	if (got > 0)
		bytes->length += (size_t)got;
	return got;
}

enum frame_step frames_next(struct frame_stream *stream, struct frame *frame)
{
	size_t left = stream->bytes.length - stream->used;
	const char *start;
	struct frame_head head;

	if (left < sizeof(head))
		return FRAME_PART;
	start = stream->bytes.data + stream->used;
	memcpy(&head, start, sizeof(head));
	if (head.length > FRAME_MAX || head.type < FRAME_BEGIN ||
	    head.type > FRAME_DONE)
		return FRAME_BAD;
	if (left - sizeof(head) < head.length)
		return FRAME_PART;
	*frame = (struct frame){
		.type = (enum frame_type)head.type,
		.tag = head.tag,
		.body = slice_of(start + sizeof(head), (size_t)head.length),
	};
	stream->used += sizeof(head) + (size_t)head.length;
	return FRAME_WHOLE;
}

uint64_t frames_take_number(struct frame_reader *reader)
{
	uint64_t number = 0;

	if (reader->bad || reader->rest.length < sizeof(number)) {
		reader->bad = true;
		return 0;
	}
	memcpy(&number, reader->rest.data, sizeof(number));
	reader->rest = slice_of(reader->rest.data + sizeof(number),
				reader->rest.length - sizeof(number));
	return number;
}

struct slice frames_take_text(struct frame_reader *reader)
{
	uint64_t length = frames_take_number(reader);
	struct slice rest = reader->rest;

	if (reader->bad || rest.length < 1 || length > rest.length - 1 ||
	    rest.data[length] != '\0') {
		reader->bad = true;
		return slice_of("", 0);
	}
	reader->rest = slice_of(rest.data + length + 1,
				rest.length - (size_t)length - 1);
	return slice_of(rest.data, (size_t)length);
}
