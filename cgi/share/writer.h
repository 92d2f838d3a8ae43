/*
 * writer - the file of a share in shares-dir, written: file.h says what it
 * holds.
 *
 * It has another name until it is whole and on the disk, so nobody ever opens a
 * part of one, and a share that was answered is there after the machine lost
 * its power.
 */
#ifndef MINTAGE_CGI_SHARE_WRITER_H
#define MINTAGE_CGI_SHARE_WRITER_H

#include <limits.h>
#include <sys/types.h>

#include "head.h"
#include "id.h"
#include "lib/manifest/link_terms.h"
#include "lib/sign/key.h"

/* What the name of a file that is not whole begins with. No id does. */
#define SHARE_WRITER_UNFINISHED "new-"

/* Begins with share_writer_begin, ends with share_writer_end. */
struct share_writer {
	int file;           /* -1: not open */
	const char *folder; /* borrowed */
	bool failed;   /* a part could not be written: `failure` says why */
	int failure;   /* the errno of that */
	off_t size;    /* of what is in the file and in `lines` */
	off_t written; /* of what is in the file */
	struct buffer lines, places;
	uint64_t count;
	/* The folder that all keys so far have in common, with its slash. */
	size_t common_length;
	char common[KEY_MAX];
	char path[PATH_MAX], unfinished[PATH_MAX];
};

/* Make the file of the share `id` in `folder`, under the other name. Where that
 * fails, writer->failed is set, and nothing that follows does anything. */
void share_writer_begin(struct share_writer *writer, const char *folder,
			const char *id);

/* Add a file with its key and terms. */
void share_writer_add(struct share_writer *writer, struct slice key,
		      const struct link_terms *terms);

/* Write the head, with the count and the common folder of what was added, and
 * put the share in its place. False where that fails, or anything did before;
 * then there is no share. */
bool share_writer_publish(struct share_writer *writer,
			  const struct share_head *head) MUST_CHECK;

/* Close the file, and remove it where it was not published. */
void share_writer_end(struct share_writer *writer);

#endif
