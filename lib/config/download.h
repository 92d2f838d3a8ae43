/*
 * download - the words that the keys of [download NAME] choose among.
 */
#ifndef MINTAGE_LIB_CONFIG_DOWNLOAD_H
#define MINTAGE_LIB_CONFIG_DOWNLOAD_H

#include "types.h"

/* By enum open_to and enum disposition; NULL ends them. */
extern const char *const config_download_open_to_names[OPEN_TO_COUNT + 1];
extern const char
	*const config_download_disposition_names[DISPOSITION_COUNT + 1];

#endif
