/*
 * keeper_message - what a worker and its keeper say to one another: a request
 * is a number and what is wanted; the answers bear the same number, so that a
 * late answer to a request that was given up is known as such.
 */
#ifndef MINTAGE_CGI_SERVICE_KEEPER_MESSAGE_H
#define MINTAGE_CGI_SERVICE_KEEPER_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/opener.h"

/* Bytes and descriptors of a message. The longest path fits. */
#define KEEPER_MESSAGE_MAX 8192
#define KEEPER_MESSAGE_FILES 64

enum keeper_wanted {
	KEEPER_LOAD,
	KEEPER_HELPER,
	KEEPER_SYSLOG,
	KEEPER_WANTED_COUNT
};

struct keeper_request {
	uint32_t number;
	uint32_t wanted; /* enum keeper_wanted */
};

enum keeper_answer {
	KEEPER_FILES,  /* paths, and descriptors of those that were opened */
	KEEPER_DONE,   /* all paths were sent */
	KEEPER_SOCKET, /* a descriptor */
	KEEPER_FAILED, /* an errno, and the reason as a text */
};

struct keeper_message {
	struct keeper_head {
		uint32_t number;
		uint32_t answer;  /* enum keeper_answer */
		int32_t failure;  /* errno, of KEEPER_FAILED */
		uint32_t entries; /* of KEEPER_FILES */
	} head;
	char data[KEEPER_MESSAGE_MAX]; /* behind the head on the wire */
	size_t length;                 /* of data */
	int files[KEEPER_MESSAGE_FILES];
	size_t count;
	/* How far keeper_message_next has come. */
	size_t read, taken;
};

/* Make it a message without data or descriptors. */
void keeper_message_begin(struct keeper_message *message, uint32_t number,
			  enum keeper_answer answer);

/* Add an entry, and borrow its descriptor until the message is sent. False when
 * it doesn't fit. */
bool keeper_message_add(struct keeper_message *message,
			const struct opener_entry *entry) MUST_CHECK;

/* Send it. Returns 0, or the errno of what failed. */
int keeper_message_send(int socket,
			const struct keeper_message *message) MUST_CHECK;

/*
 * Wait for a message until `until`, by clock_ticks, and receive it with its
 * descriptors, which are the caller's. Returns 0; ETIMEDOUT; EPIPE at the end;
 * EBADMSG for what is no message, EMFILE where its descriptors found no place,
 * and after these two none is left open; else the errno of what failed.
 */
int keeper_message_receive(int socket, struct keeper_message *message,
			   int64_t until) MUST_CHECK;

/* Take the next entry of KEEPER_FILES from it, with its descriptor, which is
 * the caller's then. The path is borrowed. False behind the last, and from the
 * first on that is damaged: keeper_message_is_read tells which. */
bool keeper_message_next(struct keeper_message *message,
			 struct opener_entry *entry) MUST_CHECK;

/* Were all its entries taken, and no byte and no descriptor left over? */
bool keeper_message_is_read(const struct keeper_message *message) MUST_CHECK;

/* Close the descriptors that were not taken. */
void keeper_message_drop(struct keeper_message *message);

#endif
