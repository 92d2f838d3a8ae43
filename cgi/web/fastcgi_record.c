#include "fastcgi_record.h"

#include <string.h>

#define FASTCGI_VERSION 1
#define CONTENT_MAX 65528 /* bytes; a multiple of 8, so it needs no padding */

bool fastcgi_record_read(struct fastcgi_record *record,
			 const uint8_t head[FASTCGI_RECORD_HEAD])
{
	*record = (struct fastcgi_record){
		.type = head[1],
		.id = (unsigned)head[2] << 8 | head[3],
		.length = (size_t)head[4] << 8 | head[5],
		.padding = head[6],
	};
	return head[0] == FASTCGI_VERSION;
}

static void head_write(uint8_t head[FASTCGI_RECORD_HEAD],
		       enum fastcgi_record_type type, unsigned id,
		       size_t length, size_t padding)
{
	head[0] = FASTCGI_VERSION;
	head[1] = (uint8_t)type;
	head[2] = (uint8_t)(id >> 8);
	head[3] = (uint8_t)id;
	head[4] = (uint8_t)(length >> 8);
	head[5] = (uint8_t)length;
	head[6] = (uint8_t)padding;
	head[7] = 0;
}

/* ---- replies -------------------------------------------------------------- */

void fastcgi_record_end(struct fastcgi_reply *reply, unsigned id,
			enum fastcgi_record_status status)
{
	/* Four bytes of exit status, the protocol status, three reserved. */
	*reply = (struct fastcgi_reply){ .length = FASTCGI_RECORD_HEAD + 8 };
	head_write(reply->bytes, FASTCGI_RECORD_END, id, 8, 0);
	reply->bytes[FASTCGI_RECORD_HEAD + 4] = (uint8_t)status;
}

void fastcgi_record_unknown(struct fastcgi_reply *reply, unsigned type)
{
	/* The type, seven bytes reserved. */
	*reply = (struct fastcgi_reply){ .length = FASTCGI_RECORD_HEAD + 8 };
	head_write(reply->bytes, FASTCGI_RECORD_UNKNOWN_TYPE, 0, 8, 0);
	reply->bytes[FASTCGI_RECORD_HEAD] = (uint8_t)type;
}

/* A process serves one request at a time. */
static const struct {
	const char *name;
	char value;
} values[FASTCGI_RECORD_VALUES] = {
	{ "FCGI_MAX_CONNS", '1' },
	{ "FCGI_MAX_REQS", '1' },
	{ "FCGI_MPXS_CONNS", '0' },
};

size_t fastcgi_record_value(const char *name, size_t length)
{
	size_t i = 0;

	while (i < FASTCGI_RECORD_VALUES &&
	       (strlen(values[i].name) != length ||
		memcmp(values[i].name, name, length) != 0))
		i++;
	return i;
}

void fastcgi_record_values(struct fastcgi_reply *reply, unsigned asked)
{
	uint8_t *out = reply->bytes + FASTCGI_RECORD_HEAD;
	size_t length;

	*reply = (struct fastcgi_reply){ .length = 0 };
	for (size_t i = 0; i < FASTCGI_RECORD_VALUES; i++) {
		if (!(asked & 1u << i))
			continue;
		length = strlen(values[i].name);
		*out++ = (uint8_t)length;
		*out++ = 1;
		memcpy(out, values[i].name, length);
		out += length;
		*out++ = (uint8_t)values[i].value;
	}
	reply->length = (size_t)(out - reply->bytes);
	length = reply->length - FASTCGI_RECORD_HEAD;
	head_write(reply->bytes, FASTCGI_RECORD_GET_VALUES_RESULT, 0, length,
		   -length % 8);
	reply->length += -length % 8;
}

/* ---- the answer ----------------------------------------------------------- */

/* struct iovec has no const, but writing only reads. */
static struct iovec part_of(const void *data, size_t length)
{
	union {
		const void *data;
		void *base;
	} content = { .data = data };

	return (struct iovec){ content.base, length };
}

static bool write_record(struct fastcgi_connection *connection, unsigned id,
			 const char *data, size_t length)
{
	uint8_t head[FASTCGI_RECORD_HEAD];
	struct iovec parts[] = { part_of(head, sizeof(head)),
				 part_of(data, length) };

	head_write(head, FASTCGI_RECORD_STDOUT, id, length, 0);
	return fastcgi_connection_write(connection, parts, 2);
}

bool fastcgi_record_write(struct fastcgi_connection *connection, unsigned id,
			  const char *data, size_t length)
{
	size_t part;

	for (; length > 0; data += part, length -= part) {
		part = length < CONTENT_MAX ? length : CONTENT_MAX;
		if (!write_record(connection, id, data, part))
			return false;
	}
	return true;
}

bool fastcgi_record_finish(struct fastcgi_connection *connection, unsigned id,
			   const char *data, size_t length)
{
	uint8_t heads[2][FASTCGI_RECORD_HEAD];
	struct fastcgi_reply end;
	struct iovec parts[4];

	if (length > CONTENT_MAX) {
		if (!fastcgi_record_write(connection, id, data, length))
			return false;
		length = 0;
	}
	head_write(heads[0], FASTCGI_RECORD_STDOUT, id, length, 0);
	head_write(heads[1], FASTCGI_RECORD_STDOUT, id, 0, 0);
	fastcgi_record_end(&end, id, FASTCGI_RECORD_COMPLETE);
	/* A record without content would end STDOUT already. */
	parts[0] = part_of(heads[0], length > 0 ? FASTCGI_RECORD_HEAD : 0);
	parts[1] = part_of(data, length);
	parts[2] = part_of(heads[1], FASTCGI_RECORD_HEAD);
	parts[3] = part_of(end.bytes, end.length);
	return fastcgi_connection_write(connection, parts, 4);
}
