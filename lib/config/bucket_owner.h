/*
 * bucket_owner - the account and the bucket that a section names.
 */
#ifndef MINTAGE_LIB_CONFIG_BUCKET_OWNER_H
#define MINTAGE_LIB_CONFIG_BUCKET_OWNER_H

#include "place.h"

/* Set *account to the one that the key 'account' names, or to the only one
 * there is where the section lacks that key. ERROR_CONFIG when there is none of
 * that name, or more than one to choose from. */
enum error config_bucket_owner_account(const struct config_place *at,
				       struct account **account) MUST_CHECK;

/* ERROR_CONFIG when the text of the key 'bucket', which the section has, is not
 * the name of a bucket. */
enum error config_bucket_owner_bucket(const struct config_place *at,
				      const char *bucket) MUST_CHECK;

#endif
