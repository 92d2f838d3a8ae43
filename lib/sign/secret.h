/*
 * secret - the text of a secret: loaded from a file only its owner can read,
 * wiped when it is let go.
 */
#ifndef MINTAGE_LIB_SIGN_SECRET_H
#define MINTAGE_LIB_SIGN_SECRET_H

#include "lib/base/buffer.h"

#define SECRET_MAX 128

/* The text of a secret as R2 hands it out (64 hex digits are 64 bytes). */
struct secret {
	char text[SECRET_MAX];
	size_t length;
};

/*
 * Read a one-line secret file; blanks and the newline around it are dropped.
 * Its group may read it. Refuses (ERROR_CONFIG, problem->message names the
 * path, the reason and the remedy, never the content): a file that can't be
 * opened, isn't regular, can be read or written by others or written by its
 * group, is empty, has more than one line, more than SECRET_MAX bytes, a blank
 * or anything but ASCII. *secret is wiped first, and set on success only.
 */
enum error secret_load(struct secret *secret, const char *path,
		       struct problem *problem) MUST_CHECK;

void secret_wipe(struct secret *secret);

#endif
