/*
 * jurisdiction - the names of the places where R2 keeps buckets. A name is
 * written in the configuration, in the resources of an API token, and, but for
 * the default, in the host of the S3 endpoint.
 *
 * To add a place, add it to enum jurisdiction in types.h and to the table here.
 */
#ifndef MINTAGE_LIB_CONFIG_JURISDICTION_H
#define MINTAGE_LIB_CONFIG_JURISDICTION_H

#include "types.h"

/* "default", "eu", "us", "fedramp", by enum jurisdiction; NULL ends them. */
extern const char *const config_jurisdiction_names[JURISDICTION_COUNT + 1];

#endif
