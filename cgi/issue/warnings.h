/*
 * warnings - notes for the answer's `messages` on what is issued, but is
 * probably not what was meant. Each kind is told once, with how many entries it
 * is about and the first of them.
 *
 * To add a kind, add it to enum warning, its text to warnings.c, and for a kind
 * that is about a key its condition to warnings_check_key.
 */
#ifndef MINTAGE_CGI_ISSUE_WARNINGS_H
#define MINTAGE_CGI_ISSUE_WARNINGS_H

#include "lib/base/problem.h"
#include "lib/manifest/entry.h"

/* In the order in which they are told. */
enum warning {
	WARNING_WHOLE_BUCKET, /* a credential that names no path */
	WARNING_LONG_TOKEN,
	WARNING_OPEN_PREFIX, /* no slash at its end */
	WARNING_NOT_NFC,
	WARNING_SLASHES,   /* a link's key with an empty segment */
	WARNING_DOT_SLASH, /* as find writes names */
	WARNING_WINDOWS,   /* a drive, or backslashes */
	WARNING_ADDRESS,   /* s3://... */
	WARNING_BLANKS,    /* at either end */
	WARNING_COUNT
};

/* {0} is empty. Nothing needs to be freed. */
struct warnings {
	struct {
		uint64_t count;
		/* Where the first is: a JSON Pointer. */
		char first[PROBLEM_POINTER_MAX];
	} of[WARNING_COUNT];
};

/* Bytes, with the NUL. */
#define WARNINGS_TEXT_MAX PROBLEM_MESSAGE_MAX

void warnings_add(struct warnings *warnings, enum warning warning,
		  const char *pointer);

/* Add what there is to say of an entry's key or prefix. `for_link`: a link
 * opens it. */
void warnings_check_key(struct warnings *warnings, struct entry *entry,
			bool for_link);

/* How places are told: to programs by JSON Pointer, "/objects/0 and 2 more
 * entries: ..."; to people as they count, "3 entries, the first is entry 1 of
 * objects: ...". */
enum warnings_style { WARNINGS_FOR_PROGRAMS, WARNINGS_FOR_PEOPLE };

/* Write warning number `at`, from 0, as one line of ASCII, and return `text`.
 * NULL after the last. */
const char *warnings_get(const struct warnings *warnings, size_t at,
			 enum warnings_style style,
			 char text[WARNINGS_TEXT_MAX]);

#endif
