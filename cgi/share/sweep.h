/*
 * sweep - shares that nobody needs any more are removed from shares-dir.
 */
#ifndef MINTAGE_CGI_SHARE_SWEEP_H
#define MINTAGE_CGI_SHARE_SWEEP_H

#include <stdint.h>

/* Seconds for which a share that is over stays, so that its visitors are told
 * that it is over. */
#define SHARE_SWEEP_KEEP (30 * 86400)

/* Seconds after which a file that was not finished is none's any more: who
 * writes one for so long has been killed. */
#define SHARE_SWEEP_UNFINISHED 3600

/* The folder is swept once in so many seconds. */
#define SHARE_SWEEP_PAUSE 3600

/* Sweep `folder` at `now` (Unix seconds), unless one of the processes that
 * share it has done so within the pause. What can't be removed stays. */
void share_sweep(const char *folder, int64_t now);

#endif
