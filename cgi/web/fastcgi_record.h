/*
 * fastcgi_record - the records of FastCGI (specification, 3.3, 4, 5 and 8): the
 * head of each, and those that a responder sends.
 */
#ifndef MINTAGE_CGI_WEB_FASTCGI_RECORD_H
#define MINTAGE_CGI_WEB_FASTCGI_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fastcgi_connection.h"

#define FASTCGI_RECORD_HEAD 8 /* bytes */

enum fastcgi_record_type {
	FASTCGI_RECORD_BEGIN = 1,
	FASTCGI_RECORD_ABORT = 2,
	FASTCGI_RECORD_END = 3,
	FASTCGI_RECORD_PARAMS = 4,
	FASTCGI_RECORD_STDIN = 5,
	FASTCGI_RECORD_STDOUT = 6,
	FASTCGI_RECORD_GET_VALUES = 9,
	FASTCGI_RECORD_GET_VALUES_RESULT = 10,
	FASTCGI_RECORD_UNKNOWN_TYPE = 11,
};

/* The protocol status of an END_REQUEST record. */
enum fastcgi_record_status {
	FASTCGI_RECORD_COMPLETE = 0,
	FASTCGI_RECORD_NO_MULTIPLEXING = 1,
	FASTCGI_RECORD_UNKNOWN_ROLE = 3,
};

struct fastcgi_record {
	unsigned type;
	unsigned id;    /* of the request; 0: a management record */
	size_t length;  /* bytes of content that follow */
	size_t padding; /* bytes behind them that mean nothing */
};

/* Read a record's head. False when it is of another version of FastCGI, or no
 * FastCGI at all. */
bool fastcgi_record_read(struct fastcgi_record *record,
			 const uint8_t head[FASTCGI_RECORD_HEAD]) MUST_CHECK;

/* A record for the web server that is not of an answer. */
struct fastcgi_reply {
	uint8_t bytes[64];
	size_t length;
};

/* END_REQUEST: the request is over, or is not going to be served. */
void fastcgi_record_end(struct fastcgi_reply *reply, unsigned id,
			enum fastcgi_record_status status);

/* UNKNOWN_TYPE: a management record of this type is not understood. */
void fastcgi_record_unknown(struct fastcgi_reply *reply, unsigned type);

/* The variables that a web server may ask for with GET_VALUES. */
#define FASTCGI_RECORD_VALUES 3

/* Which variable has this name? FASTCGI_RECORD_VALUES where none has. */
size_t fastcgi_record_value(const char *name, size_t length);

/* GET_VALUES_RESULT with each variable whose bit, 1 << number, is in `asked`. */
void fastcgi_record_values(struct fastcgi_reply *reply, unsigned asked);

/*
 * Write all of `data` as STDOUT records of the request `id` to `connection`,
 * which is a blocking socket. The records are as long as can be, because each
 * of them wakes the web server. False when the server is gone or does not read.
 * A record may have been cut then, so the caller must close the connection.
 */
bool fastcgi_record_write(struct fastcgi_connection *connection, unsigned id,
			  const char *data, size_t length) MUST_CHECK;

/* Write `data` as fastcgi_record_write does, end STDOUT, and end the request.
 * What fits one record leaves with its end in one write, so that the web server
 * is woken once. */
bool fastcgi_record_finish(struct fastcgi_connection *connection, unsigned id,
			   const char *data, size_t length) MUST_CHECK;

#endif
