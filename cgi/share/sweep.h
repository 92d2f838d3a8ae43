/*
 * sweep - removes shares from shares-dir that nobody needs any more.
 */
#ifndef MINTAGE_CGI_SHARE_SWEEP_H
#define MINTAGE_CGI_SHARE_SWEEP_H

#include <stdint.h>

/* How many seconds a share stays after its end, so that its visitors are told
 * that it is over (410) and not that there is none (404). */
#define SHARE_SWEEP_KEEP (30 * 86400)

/* How many seconds after its last change a file that was not finished is
 * removed. The process that wrote it has been killed. */
#define SHARE_SWEEP_UNFINISHED 3600

/* The folder is swept at most once in so many seconds. */
#define SHARE_SWEEP_PAUSE 3600

/* Sweep `folder` at `now` (Unix seconds), unless any process swept it within
 * the last SHARE_SWEEP_PAUSE seconds. A file that can't be read or removed
 * stays. */
void share_sweep(const char *folder, int64_t now);

#endif
