/*
 * fastcgi_reader - what a web server sends over one connection, record by
 * record: requests, one after the other, and records about the connection.
 *
 * The reader is given bytes as they come and says what they mean. It does not
 * call read(2) or write(2) itself. Whatever the bytes are, it takes them for
 * what they are or says that the connection must be closed; it never stores
 * more than FASTCGI_READER_PARAMS_MAX.
 */
#ifndef MINTAGE_CGI_WEB_FASTCGI_READER_H
#define MINTAGE_CGI_WEB_FASTCGI_READER_H

#include "fastcgi_pairs.h"
#include "fastcgi_record.h"
#include "lib/base/buffer.h"

/* Bytes of all parameters of a request together. Web servers take far less of
 * their clients. */
#define FASTCGI_READER_PARAMS_MAX ((size_t)1 << 20)

enum fastcgi_step {
	FASTCGI_MORE,     /* all bytes are used: add more */
	FASTCGI_REPLY,    /* send reader->reply, and go on */
	FASTCGI_FAREWELL, /* send reader->reply, and close the connection */
	FASTCGI_PARAMS,   /* all parameters of a request have come */
	FASTCGI_BODY,     /* *part is some of its body, never empty */
	FASTCGI_END,      /* the body is over; again until the request is */
	FASTCGI_ABORT,    /* the server gave the request up; stays so */
	FASTCGI_BROKEN,   /* close the connection; stays so */
};

/* Begins as {0} for each connection; ends with fastcgi_reader_free. */
struct fastcgi_reader {
	/* The record under way. */
	uint8_t head[FASTCGI_RECORD_HEAD];
	size_t head_got;              /* FASTCGI_RECORD_HEAD within a record */
	struct fastcgi_record record; /* of its lengths, what is left */
	int use;                      /* what the record is good for */
	bool is_empty;                /* it has no content: a stream ends */
	char content[16];             /* of BEGIN, or a name of GET_VALUES */
	size_t content_got;
	unsigned asked; /* variables named by GET_VALUES so far */
	struct fastcgi_pairs pairs;
	struct fastcgi_reply reply;
	/* The request under way. */
	int state;
	unsigned id;
	bool keep; /* the server wants to use the connection again */
	struct fastcgi_pairs param_pairs;
	struct buffer params; /* "NAME=VALUE", each with a NUL */
	size_t param_count;
	/* The bytes from start to end came and are not used yet. Those behind
	 * `dirty` have never been written, or were wiped. */
	size_t start, end, dirty;
	char bytes[16384];
};

/* Where to put bytes that are read, and how many fit; to be called only after
 * FASTCGI_MORE or for a new reader. */
char *fastcgi_reader_space(struct fastcgi_reader *reader, size_t *size);

/* So many bytes have been put there. */
void fastcgi_reader_add(struct fastcgi_reader *reader, size_t length);

/* Are there bytes that were not used yet? */
bool fastcgi_reader_has_bytes(const struct fastcgi_reader *reader);

/* Is neither a request nor a record under way? */
bool fastcgi_reader_is_idle(const struct fastcgi_reader *reader);

/* Use the bytes up to what means something. A *part of a body has at most `max`
 * bytes, and stands until the next call. */
enum fastcgi_step fastcgi_reader_next(struct fastcgi_reader *reader, size_t max,
				      struct slice *part);

/* Wipe what belonged to the request that ended. On a kept connection, the next
 * one can be read then. */
void fastcgi_reader_forget(struct fastcgi_reader *reader);

/* Wipe and free everything; leaves {0}. */
void fastcgi_reader_free(struct fastcgi_reader *reader);

#endif
