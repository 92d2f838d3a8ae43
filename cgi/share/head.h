/*
 * head - what holds for a share as a whole: who made it, from which bucket, and
 * until when it is open. It is the first line of the share's file, as a JSON
 * object.
 *
 * A new member is a row in one of the two tables, and another version number in
 * head.c.
 */
#ifndef MINTAGE_CGI_SHARE_HEAD_H
#define MINTAGE_CGI_SHARE_HEAD_H

#include "lib/base/buffer.h"

/*
 * Columns: the end of the enum's name, the name in the file. CALLER is the name
 * of the section of whoever made the share; USER the REMOTE_USER, empty for a
 * caller with a token; ACCOUNT the account's id. PARENT is the name of the
 * parent's section, and not its access key id, which changes when its token is
 * rolled. REQUEST is the id of the request that made the share.
 */
#define SHARE_TEXTS(ROW)          \
	ROW(CALLER, "caller")     \
	ROW(USER, "user")         \
	ROW(ACCOUNT, "account")   \
	ROW(PARENT, "parent")     \
	ROW(BUCKET, "bucket")     \
	ROW(REQUEST, "requestId") \
	ROW(TITLE, "title")       \
	ROW(MESSAGE, "message")

/* CREATED and EXPIRES are Unix seconds; TTL is how many seconds an address of
 * R2 is good for; MAX_DOWNLOADS is for each file, 0 for no limit; COUNT is how
 * many files there are; FOLDER how many bytes of every key are the folder that
 * all have in common, which visitors are not shown. */
#define SHARE_NUMBERS(ROW)                 \
	ROW(CREATED, "created")            \
	ROW(EXPIRES, "expires")            \
	ROW(TTL, "ttlSeconds")             \
	ROW(MAX_DOWNLOADS, "maxDownloads") \
	ROW(COUNT, "count")                \
	ROW(FOLDER, "folder")

#define SHARE_ID(id, name) SHARE_##id,
enum share_text { SHARE_TEXTS(SHARE_ID) SHARE_TEXT_COUNT };
enum share_number { SHARE_NUMBERS(SHARE_ID) SHARE_NUMBER_COUNT };
#undef SHARE_ID

/* Bytes of the line with its newline. It has a constant length, padded with
 * blanks, so that it can be written last. A title of FIELDS_TITLE_MAX bytes and
 * a message of FIELDS_MESSAGE_MAX fit, even where escaping makes each byte six.
 */
#define SHARE_HEAD_SIZE 16384

struct share_head {
	struct slice text[SHARE_TEXT_COUNT]; /* borrowed */
	uint64_t number[SHARE_NUMBER_COUNT];
};

/* Append a member of a JSON object whose value is this text. False without
 * memory. The caller frees `line` in every case. */
bool share_head_add_text(struct buffer *line, const char *name,
			 struct slice text) MUST_CHECK;

/* Append the line, of SHARE_HEAD_SIZE bytes, to the empty buffer `line`. False
 * without memory, or where the texts are too long for it. The caller frees
 * `line` in every case. */
bool share_head_write(const struct share_head *head,
		      struct buffer *line) MUST_CHECK;

/*
 * Read a line. The texts borrow from `line`, or, where they hold escapes, from
 * `scratch`, which has SHARE_HEAD_SIZE bytes. False where the line is not one
 * that share_head_write wrote.
 */
bool share_head_read(struct share_head *head, struct slice line,
		     char scratch[SHARE_HEAD_SIZE]) MUST_CHECK;

#endif
