/*
 * once - forms that are good for one issue: the numbers of the forms that were
 * shown, and which of them were used.
 *
 * Each form that the page shows holds a number of its own. A reload of the
 * answer, or the form found again by the Back button, sends it a second time,
 * and then nothing is issued. What is remembered is a hash of the number, and
 * when and by which request it was used; never what was issued.
 *
 * The numbers are kept in a file of constant size, "forms.1", which all
 * processes share: in state-dir, else in /run/mintage, else beside the audit
 * log. Where no file can be had each process keeps its own. A number holds the
 * time it was made at. One that may have been forgotten, because it is more
 * than ONCE_LIFE seconds old or because too many were used since, is not taken.
 */
#ifndef MINTAGE_CGI_SERVICE_ONCE_H
#define MINTAGE_CGI_SERVICE_ONCE_H

#include "lib/audit/request.h"
#include "lib/base/problem.h"
#include "lib/base/slice.h"
#include "lib/config/config.h"

/* Ten digits of time and 128 random bits, in hexadecimal. */
#define ONCE_NUMBER_LENGTH 42

/* Seconds in which a form can be used. */
#define ONCE_LIFE 86400

/* How many used numbers are remembered. */
#define ONCE_SLOTS 4096

struct once_table;

/* Zero it, and set `file` to -1; ends with once_close. */
struct once {
	int file;                 /* of all processes, or -1 */
	struct once_table *table; /* owned; NULL until it is needed */
};

void once_close(struct once *once);

/* Make a number for a form, terminated. False when the kernel has no random
 * bytes. */
bool once_number(char number[ONCE_NUMBER_LENGTH + 1], int64_t now) MUST_CHECK;

/*
 * Use `number` before anything is issued. Of two processes that do so at once,
 * one succeeds. ERROR_USED when it was used; the message says when, and by
 * which request. ERROR_BAD_VALUE when no form has this number, or when it is
 * too old to tell; ERROR_UNAVAILABLE when that can't be looked up or noted.
 */
enum error once_use(struct once *once, const struct config *config,
		    struct slice number, const char *request_id, int64_t now,
		    struct problem *problem) MUST_CHECK;

/* Forget that `number`, which once_use took, was used, because nothing was
 * issued after all. Where that fails, the form has to be sent once more.
 * `now` is as for once_use. */
void once_release(struct once *once, struct slice number, int64_t now);

#endif
