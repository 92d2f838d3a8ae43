/*
 * secret - values that name a file with a secret in it.
 */
#ifndef MINTAGE_LIB_CONFIG_SECRET_H
#define MINTAGE_LIB_CONFIG_SECRET_H

#include "section.h"

/* The member is a struct secret, with what the file holds: see secret_load. The
 * row's `file` is the offset of a char * that gets the path of the file. No
 * message quotes the value, in case it is the secret itself. */
extern const struct config_kind config_secret;

/* A key that names the file of a secret which other programs have too:
 * secret_load_text says which texts are good. */
extern const struct config_kind config_secret_text;

#endif
