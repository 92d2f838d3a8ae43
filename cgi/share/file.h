/*
 * file - the file of a share in shares-dir, read.
 *
 * Its name is the share's id. It holds the head (head.h), then one line of
 * JSON for each object that is shared, in their order, as in an NDJSON
 * manifest, and then for each of these lines the place where it begins, counted
 * in bytes from the beginning of the file, as 16 hexadecimal digits and a
 * newline. It is written once (writer.h) and never changed. Removing it revokes
 * the share. The file's time of change is the share's end, so that the sweep
 * need not open each file (sweep.h).
 */
#ifndef MINTAGE_CGI_SHARE_FILE_H
#define MINTAGE_CGI_SHARE_FILE_H

#include <sys/types.h>

#include "head.h"
#include "id.h"
#include "lib/manifest/manifest.h"

/* Bytes of one place, with its newline. */
#define SHARE_PLACE_LENGTH 17

/* An open share. Ends with share_file_close. Not to be copied, because the head
 * borrows from it. */
struct share_file {
	int file; /* -1: not open */
	/* Why the last error was ERROR_UNAVAILABLE. True: the file holds no
	 * share, or somebody else could have written it. False: the system
	 * failed, and another try may go well. */
	bool is_damaged;
	char id[SHARE_ID_LENGTH + 1];
	struct share_head head;
	off_t places;           /* where the list of places begins */
	struct buffer line;     /* of the last entry */
	struct manifest parsed; /* that line */
	char head_line[SHARE_HEAD_SIZE], head_texts[SHARE_HEAD_SIZE];
};

/*
 * Open the share with the terminated `id` in `folder`, and read its head.
 * ERROR_NO_ROUTE where there is no such share, or `folder` is NULL;
 * ERROR_UNAVAILABLE where the file can't be read, is damaged, or belongs to
 * somebody else. The caller calls share_file_close in every case.
 */
enum error share_file_open(struct share_file *share, const char *folder,
			   const char *id, struct problem *problem) MUST_CHECK;

/* Open the share whose address has this secret, as share_file_open does.
 * ERROR_NO_ROUTE also where `secret` can't be a secret. */
enum error share_file_open_by(struct share_file *share, const char *folder,
			      struct slice secret,
			      struct problem *problem) MUST_CHECK;

void share_file_close(struct share_file *share);

/* Set *entry to the shared object of this number, from 0. Its slices live until
 * the next call for this share. ERROR_NO_ROUTE where the share has fewer
 * objects, ERROR_UNAVAILABLE where the file can't be read. */
enum error share_file_entry(struct share_file *share, uint64_t number,
			    struct entry *entry,
			    struct problem *problem) MUST_CHECK;

#endif
