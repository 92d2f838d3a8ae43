/*
 * download_warnings - what a [download] or a [domain] may hold, but probably by
 * mistake. config_warnings calls it.
 */
#ifndef MINTAGE_LIB_CONFIG_DOWNLOAD_WARNINGS_H
#define MINTAGE_LIB_CONFIG_DOWNLOAD_WARNINGS_H

#include "warner.h"

void config_download_warnings(struct config_warner *warner);

#endif
