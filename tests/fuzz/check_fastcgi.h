/*
 * check_fastcgi - what must hold whatever a web server sends. As check.h, but
 * only for programs that have the responder's reader.
 */
#ifndef MINTAGE_FUZZ_CHECK_FASTCGI_H
#define MINTAGE_FUZZ_CHECK_FASTCGI_H

#include "cgi/web/fastcgi_reader.h"
#include "check.h"

/* The parameters are texts with an "=", one behind the other. */
static inline void check_params(const struct fastcgi_reader *reader,
				struct transcript *transcript)
{
	const char *next = reader->params.data;
	size_t left = reader->params.length;

	CHECK(left <= FASTCGI_READER_PARAMS_MAX);
	for (size_t i = 0; i < reader->param_count; i++) {
		size_t length = strnlen(next, left);

		CHECK(length < left);
		CHECK(memchr(next, '=', length) != NULL);
		next += length + 1;
		left -= length + 1;
	}
	CHECK(left == 0);
	transcript_add(transcript, reader->params.data, reader->params.length);
}

/* Note a step, in a way that does not depend on how the bytes came. False when
 * the connection is to be closed. */
static inline bool check_step(struct fastcgi_reader *reader,
			      enum fastcgi_step step, struct slice part,
			      struct transcript *transcript)
{
	int number = (int)step;

	if (step == FASTCGI_BODY) {
		CHECK(part.length > 0);
		for (size_t i = 0; i < part.length; i++)
			transcript_add(transcript, part.data + i, 1);
		return true;
	}
	transcript_add(transcript, &number, sizeof(number));
	switch (step) {
	case FASTCGI_REPLY:
	case FASTCGI_FAREWELL:
		CHECK(reader->reply.length >= FASTCGI_RECORD_HEAD);
		CHECK(reader->reply.length <= sizeof(reader->reply.bytes));
		CHECK(reader->reply.length % 8 == 0);
		transcript_add(transcript, reader->reply.bytes,
			       reader->reply.length);
		return step == FASTCGI_REPLY;
	case FASTCGI_PARAMS:
		check_params(reader, transcript);
		return true;
	case FASTCGI_END:
		CHECK(fastcgi_reader_next(reader, 1, &part) == step);
		fastcgi_reader_forget(reader);
		CHECK(fastcgi_reader_is_idle(reader));
		return true;
	default:
		CHECK(step == FASTCGI_ABORT || step == FASTCGI_BROKEN);
		CHECK(fastcgi_reader_next(reader, 1, &part) == step);
		return false;
	}
}

/* Read `data` as it comes in parts of `size` bytes, and bodies into space for
 * `max` bytes. */
static inline struct transcript
read_connection(const uint8_t *data, size_t length, size_t size, size_t max)
{
	static const struct fastcgi_reader untouched;
	static struct fastcgi_reader reader;
	struct transcript transcript = { .steps = 0 };
	struct slice part = { 0 };
	enum fastcgi_step step;
	bool open = true;

	while (open) {
		step = fastcgi_reader_next(&reader, max, &part);
		if (step == FASTCGI_MORE) {
			size_t space;
			char *to = fastcgi_reader_space(&reader, &space);
			size_t some = length < size ? length : size;

			some = some < space ? some : space;
			if (some == 0)
				break;
			memcpy(to, data, some);
			fastcgi_reader_add(&reader, some);
			data += some;
			length -= some;
			continue;
		}
		open = check_step(&reader, step, part, &transcript);
	}
	fastcgi_reader_free(&reader);
	CHECK(memcmp(&reader, &untouched, sizeof(reader)) == 0);
	return transcript;
}

/* However the bytes come, they mean the same. */
static inline void check_fastcgi(const uint8_t *data, size_t size)
{
	static const size_t sizes[] = { 1, 7, 8, 4096 };
	struct transcript whole =
		read_connection(data, size, SIZE_MAX, SIZE_MAX);

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct transcript parts =
			read_connection(data, size, sizes[i], sizes[i]);

		CHECK(parts.hash == whole.hash);
	}
}

#endif
