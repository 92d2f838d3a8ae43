/*
 * What a web server sends to a fastcgi_reader, and what that says to it.
 */
#ifndef MINTAGE_UNIT_SENT_H
#define MINTAGE_UNIT_SENT_H

#include "unit.h"

#include "cgi/web/fastcgi_reader.h"

static struct fastcgi_reader reader;
static char said[4096]; /* what the reader said, a letter for each step */
static char body[4096];

/* ---- records -------------------------------------------------------------- */

/* What a web server sends. */
static uint8_t sent[16384];
static size_t sent_length;

static inline void record(unsigned type, unsigned id, const void *content,
			  size_t length, size_t padding)
{
	uint8_t head[] = { 1,
			   (uint8_t)type,
			   (uint8_t)(id >> 8),
			   (uint8_t)id,
			   (uint8_t)(length >> 8),
			   (uint8_t)length,
			   (uint8_t)padding,
			   0 };

	memcpy(sent + sent_length, head, sizeof(head));
	sent_length += sizeof(head);
	if (length > 0)
		memcpy(sent + sent_length, content, length);
	sent_length += length;
	memset(sent + sent_length, 'p', padding);
	sent_length += padding;
}

static inline void text_record(unsigned type, const char *content,
			       size_t length)
{
	record(type, 1, content, length, 0);
}

#define RECORD(type, content) text_record(type, content, sizeof(content) - 1)

static inline void begin_record_of(unsigned role, unsigned keep, unsigned id,
				   size_t padding)
{
	uint8_t content[8] = { 0, (uint8_t)role, (uint8_t)keep };

	record(1, id, content, sizeof(content), padding);
}

static inline void fresh(void)
{
	sent_length = 0;
	fastcgi_reader_free(&reader);
}

/* ---- what they mean ------------------------------------------------------- */

static inline char letter(enum fastcgi_step step)
{
	switch (step) {
	case FASTCGI_REPLY:
		return 'r';
	case FASTCGI_FAREWELL:
		return 'f';
	case FASTCGI_PARAMS:
		return 'p';
	case FASTCGI_END:
		return 'e';
	case FASTCGI_ABORT:
		return 'a';
	default:
		return 'x';
	}
}

/* Note all that the reader says to `length` bytes, a "b" for each byte of a
 * body. False when the connection is to be closed. */
static inline bool hear(const uint8_t *data, size_t length)
{
	enum fastcgi_step step;
	struct slice part;
	size_t space;

	memcpy(fastcgi_reader_space(&reader, &space), data, length);
	fastcgi_reader_add(&reader, length);
	while ((step = fastcgi_reader_next(&reader, 3, &part)) !=
	       FASTCGI_MORE) {
		if (step == FASTCGI_BODY) {
			assert_in_range(part.length, 1, 3);
			strncat(body, part.data, part.length);
			memset(said + strlen(said), 'b', part.length);
			continue;
		}
		said[strlen(said)] = letter(step);
		if (step == FASTCGI_END)
			fastcgi_reader_forget(&reader);
		else if (step != FASTCGI_PARAMS && step != FASTCGI_REPLY)
			return false;
	}
	return true;
}

/* Let the reader read all that was sent, in parts of `size` bytes. */
static inline void read_parts(size_t size)
{
	bool open = true;

	fastcgi_reader_free(&reader);
	memset(said, 0, sizeof(said));
	memset(body, 0, sizeof(body));
	for (size_t at = 0; at < sent_length && open; at += size) {
		size_t rest = sent_length - at;

		open = hear(sent + at, rest < size ? rest : size);
	}
}

static inline void check(const char *expected)
{
	static const size_t sizes[] = { 1, 2, 5, 8, 9, 64, 16384 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		read_parts(sizes[i]);
		assert_string_equal(said, expected);
	}
	sent_length = 0;
}

/* A whole request, with these paddings. */
static inline void request(unsigned keep, const size_t padding[5])
{
	begin_record_of(1, keep, 1, padding[0]);
	record(4, 1, "\1\2Axy", 5, padding[1]);
	record(4, 1, NULL, 0, padding[2]);
	record(5, 1, "hello", 5, padding[3]);
	record(5, 1, NULL, 0, padding[4]);
}

static const size_t no_padding[5];

static inline void params(const char *content, size_t length)
{
	begin_record_of(1, 0, 1, 0);
	record(4, 1, content, length, 0);
	record(4, 1, NULL, 0, 0);
}

#define PARAMS(content) params(content, sizeof(content) - 1)

#endif
