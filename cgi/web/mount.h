/*
 * mount - the URL path at which this program is mounted, as links need it.
 */
#ifndef MINTAGE_CGI_WEB_MOUNT_H
#define MINTAGE_CGI_WEB_MOUNT_H

#include "lib/base/buffer.h"

/* Append `script`, which is SCRIPT_NAME, to `out`: escaped, without a slash at
 * its end, and never with two at its beginning, since what follows those is
 * another host. False without memory. */
bool mount_add(struct buffer *out, struct slice script) MUST_CHECK;

/* Append the path of the folder of the pages' styles and scripts, without a
 * slash at its end. False without memory. */
bool mount_add_assets(struct buffer *out, struct slice script) MUST_CHECK;

#endif
