/*
 * secret - the text of a secret, read from a file that only its owner and
 * perhaps its group can read.
 */
#ifndef MINTAGE_LIB_SIGN_SECRET_H
#define MINTAGE_LIB_SIGN_SECRET_H

#include "lib/base/buffer.h"

#define SECRET_MAX 128

/* The text of a secret, such as R2 hands out (64 hex digits are 64 bytes). */
struct secret {
	char text[SECRET_MAX];
	size_t length;
};

/*
 * Read the file `path`, which holds a secret on one line. Blanks and newlines
 * around the secret are dropped. ERROR_CONFIG for a file that
 *   - can't be opened or isn't regular;
 *   - can be read by others, or written by others or by its group;
 *   - is empty, has more than one line or more than SECRET_MAX bytes;
 *   - has a blank, or a character that isn't ASCII, in the secret.
 * The message names the path, the reason and the remedy, never the content.
 * *secret is wiped first, and set on success only. The caller wipes it.
 */
enum error secret_load(struct secret *secret, const char *path,
		       struct problem *problem) MUST_CHECK;

/*
 * Read the file `path`, which holds a secret that another program has too, so
 * that nobody can choose it anew: any text of 1 to SECRET_MAX bytes on one
 * line. The end of that line is dropped; blanks belong to the secret.
 * ERROR_CONFIG for a file that secret_load would refuse for its kind, its mode,
 * its lines or its length, and for one with a control character other than a
 * tab or with a byte order mark. What is said of the message and of *secret
 * holds here, too.
 */
enum error secret_load_text(struct secret *secret, const char *path,
			    struct problem *problem) MUST_CHECK;

void secret_wipe(struct secret *secret);

#endif
