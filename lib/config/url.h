/*
 * url - values that are web addresses.
 */
#ifndef MINTAGE_LIB_CONFIG_URL_H
#define MINTAGE_LIB_CONFIG_URL_H

#include "section.h"

/*
 * http://HOST[:PORT] or https://HOST[:PORT], without user, query or fragment.
 * The member is a char *, NULL when there is neither a value nor a default;
 * slashes at its end are dropped. The row says what else holds:
 *   with_path    a path of letters, digits and / - . _ ~ may follow, which has
 *                no "//" and no segment "." or ".."
 *   https_only   plain http is taken for addresses of this machine only
 *   signed_host  links are signed for the host, so it has no capital letters
 *                and not the scheme's default port
 */
extern const struct config_kind config_url;

/* Does this value of the kind lead to another machine by plain http? */
bool config_url_is_plain(const char *text);

#endif
