/*
 * writer - writes the file of a share in shares-dir: file.h says what it holds.
 *
 * The file has another name until it is whole and on the disk. So nobody ever
 * opens a part of a share, and a share whose address was told is still there
 * after the machine lost its power.
 */
#ifndef MINTAGE_CGI_SHARE_WRITER_H
#define MINTAGE_CGI_SHARE_WRITER_H

#include <limits.h>
#include <sys/types.h>

#include "head.h"
#include "id.h"
#include "lib/manifest/link_terms.h"
#include "lib/sign/key.h"

/* What the name of a file that is not whole begins with. No id begins so. */
#define SHARE_WRITER_UNFINISHED "new-"

/* Begins with share_writer_begin, ends with share_writer_end. */
struct share_writer {
	int file;           /* -1: not open */
	const char *folder; /* borrowed */
	bool failed;   /* a part could not be written: `failure` says why */
	int failure;   /* the errno of the first failure */
	off_t size;    /* bytes in the file and in `lines` */
	off_t written; /* bytes in the file, with space for the head */
	struct buffer lines;  /* those that are not in the file yet */
	struct buffer places; /* of all lines */
	uint64_t count;       /* of all lines */
	/* The folder that all keys so far have in common, with its slash. */
	size_t common_length;
	char common[KEY_MAX];
	char path[PATH_MAX], unfinished[PATH_MAX];
};

/* Make the file of the share with the terminated `id` in `folder`, which must
 * live until the end, under the other name. Where that fails, writer->failed is
 * set, and the functions below do nothing. */
void share_writer_begin(struct share_writer *writer, const char *folder,
			const char *id);

/* Add an object with its key, of at most KEY_MAX bytes, and its terms. Where
 * that fails, writer->failed is set. */
void share_writer_add(struct share_writer *writer, struct slice key,
		      const struct link_terms *terms);

/* Write the head, with the count and the common folder of what was added, and
 * give the file its name. False where this or anything before failed: then
 * there is no share. */
bool share_writer_publish(struct share_writer *writer,
			  const struct share_head *head) MUST_CHECK;

/* Close the file, and remove it where it was not published. */
void share_writer_end(struct share_writer *writer);

#endif
