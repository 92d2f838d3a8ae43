/*
 * secret - values that name a file with a secret in it.
 */
#ifndef MINTAGE_LIB_CONFIG_SECRET_H
#define MINTAGE_LIB_CONFIG_SECRET_H

#include "section.h"

/* The member is a struct keyed *, made of what the file holds (see secret_load)
 * in the pages of config->locked; its text is wiped. The row's `file` is the
 * offset of a char * that gets the path of the file. No message quotes the
 * value, in case it is the secret itself. */
extern const struct config_kind config_secret;

/* A secret that is sent as it is: likewise, and the text is kept. */
extern const struct config_kind config_secret_sent;

/* A key that names the file of a secret which other programs have too:
 * secret_load_text says which texts are good. The text is kept, and dropped
 * where the section is settled. */
extern const struct config_kind config_secret_text;

#endif
