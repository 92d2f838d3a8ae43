/*
 * opener - the one door through which configuration, secrets and templates are
 * opened, and the folders that are listed for them.
 *
 * A worker that has confined itself can open none of them any more. Then the
 * keeper (cgi/service/keeper.h) opens them in a process of its own and sends
 * them, and the functions that load a configuration need not know. The door of
 * a process is in one of three modes:
 *
 *   plain      every path is opened, with open(2). Each program begins so.
 *   recording  likewise, and each path is kept with its descriptor, or with the
 *              reason why it can't be opened
 *   given      what was recorded elsewhere and given is handed out, with its
 *              descriptor or reason, and nothing else is: EACCES
 *
 * Whoever gets a descriptor owns it. In the last two modes the descriptors of
 * one path share their position in the file, which is set to the beginning when
 * one is handed out, so nobody may read a path twice at the same time.
 *
 * Names are not restricted: stat, lstat, access and readlink need no door.
 */
#ifndef MINTAGE_LIB_BASE_OPENER_H
#define MINTAGE_LIB_BASE_OPENER_H

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>

#include "error.h"

/* How many paths are kept at most. Where there are more, opening fails with
 * ENFILE. */
#define OPENER_MAX 16384

/* Open a file for reading. It is closed on exec, becomes no controlling
 * terminal, and to open a named pipe does not wait for its writer. -1 with
 * errno where that fails. */
int opener_open(const char *path) MUST_CHECK;

/* As opener_open, as a stream or a folder's listing; NULL with errno where that
 * fails. They end with fclose and closedir. */
FILE *opener_stream(const char *path) MUST_CHECK;
DIR *opener_list(const char *path) MUST_CHECK;

/* Connect to the Unix datagram socket `path`: a descriptor that neither blocks
 * nor survives an exec, or -1 with errno. In the mode `given` it is whoever
 * opener_ask named that connects; where nobody was named it fails with
 * EACCES. */
int opener_connect(const char *path) MUST_CHECK;

/* ---- the modes ------------------------------------------------------------ */

void opener_plain(void);
void opener_record(void);
void opener_restrict(void);

/* Whom opener_connect asks in the mode `given`; NULL for nobody. It returns
 * what opener_connect does. */
typedef int opener_connect_fn(void *context, const char *path);
void opener_ask(opener_connect_fn *connect, void *context);

/* What opener_record keeps of each path that it opens. */
struct opener_entry {
	const char *path;
	bool is_folder;
	int failure; /* 0, or the errno of opening it */
	int file;    /* -1 where it can't be opened */
};

/* The entry with this number, of those that were recorded or given; false
 * behind the last. It is borrowed until the next call of any function here. */
bool opener_entry(size_t number, struct opener_entry *entry) MUST_CHECK;

/* Keep an entry, to be handed out; its descriptor is the opener's from now on,
 * also after a failure. Copies the path. 0, or ENFILE or ENOMEM. */
int opener_give(const struct opener_entry *entry) MUST_CHECK;

/* The first path that was asked for and is not kept, because it was not given,
 * or because there are too many; or NULL. It stands until opener_forget. */
const char *opener_missed(void);

/* Close and forget all that was recorded or given. The mode stays. */
void opener_forget(void);

#endif
