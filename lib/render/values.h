/*
 * values - the names that a template of an answer may use: lists with what
 * their rows set, then what holds for the whole answer.
 */
#ifndef MINTAGE_LIB_RENDER_VALUES_H
#define MINTAGE_LIB_RENDER_VALUES_H

#include "template_compile.h"

/* Numbers of the names. A value that is yes or no is "1" or empty. */
enum value {
	VALUE_FIRST, /* "1" in the first row of any list */

	VALUE_ENTRIES, /* list: an issued or failed entry a row */
	VALUE_KEY,     /* of an object entry */
	VALUE_PREFIX,  /* of a prefix entry */
	VALUE_ACCESS_KEY_ID,
	VALUE_SECRET_ACCESS_KEY,
	VALUE_SESSION_TOKEN,
	VALUE_EXPIRES_AT, /* 2026-02-03T04:05:06Z */
	VALUE_ROW,        /* the entry's number in the answer, from 0; behind
			   * the list: how many rows it had */
	VALUE_METHOD,     /* of a link: "GET" ... */
	VALUE_IS_GET,     /* "1" for a link of that method */
	VALUE_IS_HEAD,
	VALUE_IS_PUT,
	VALUE_IS_DELETE,
	VALUE_DIFFERS, /* "1": this link or the one before has another
			* method than GET, so a client has to begin a new set
			* of options between the two */
	VALUE_URL,     /* of a link, else empty */
	VALUE_NAME,    /* to save a link's file under: its download name,
			* else its key */
	VALUE_SHA256,  /* of a link's file where the manifest has it */
	VALUE_HEADERS, /* list: what must be sent with a link as it is */
	VALUE_HEADER_NAME,
	VALUE_HEADER_VALUE,
	VALUE_BY_CLIENT,  /* "1": a header that every client writes by itself,
			   * from what it sends: Content-Length */
	VALUE_ERROR_CODE, /* of a failed entry, else empty */
	VALUE_ERROR_MESSAGE,

	VALUE_MESSAGES, /* list: warnings */
	VALUE_MESSAGE,

	/* of the whole answer */
	VALUE_SINGLE,    /* "1" on the single route */
	VALUE_LINKS,     /* "1" where the entries are links */
	VALUE_REDIRECTS, /* "1" where they lead to this service, which answers
			  * with a redirect that a client must follow */
	VALUE_COUNT,     /* issued */
	VALUE_FAILED,
	VALUE_REQUEST_ID,
	VALUE_ACCOUNT_ID,
	VALUE_ENDPOINT,
	VALUE_BUCKET,
	VALUE_CR, /* a carriage return, for lines that end in CR and LF; a
		   * template holds none, because editors change them */
	VALUE_PERMISSION, /* as scope_text has it */
	VALUE_NUMBER_OF_NAMES
};

/* By enum value; VALUE_NUMBER_OF_NAMES of them. */
extern const struct template_schema values_schema;

#endif
