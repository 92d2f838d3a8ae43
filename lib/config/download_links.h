/*
 * download_links - the keys of [download NAME] that say which links open it.
 */
#ifndef MINTAGE_LIB_CONFIG_DOWNLOAD_LINKS_H
#define MINTAGE_LIB_CONFIG_DOWNLOAD_LINKS_H

#include "section.h"

/* For rows: 'link', 'link-arguments' with the check of its words, and
 * 'link-uri'. `target` is a struct download. */
config_settle_fn config_download_links_kinds;
config_settle_fn config_download_links_arguments;
config_settle_fn config_download_links_uri;
enum error
config_download_links_argument_check(struct slice word, const char *pointer,
				     struct problem *problem) MUST_CHECK;

/*
 * After all rows: make the rules of the links. ERROR_CONFIG where a key is
 * missing, has no meaning in this section but looks as if it protected it, or
 * would let whoever has a link change it.
 */
enum error config_download_links_settle(const struct config_place *at,
					struct download *download) MUST_CHECK;

#endif
