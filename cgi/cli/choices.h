/*
 * choices - the values that an option may have, taken from the tables that
 * decide about them.
 */
#ifndef MINTAGE_CGI_CLI_CHOICES_H
#define MINTAGE_CGI_CLI_CHOICES_H

#include <stddef.h>

/* The value with this number, from 0; NULL behind the last. A constant text. */
typedef const char *choices_fn(size_t number);

choices_fn choices_permission;
choices_fn choices_action;
choices_fn choices_method;
choices_fn choices_manifest_format;
choices_fn choices_credential_format; /* formats for `mintage mint` */
choices_fn choices_link_format;       /* formats for `mintage sign` */
choices_fn choices_on_error;
choices_fn choices_signer;
choices_fn choices_jurisdiction;
choices_fn choices_disposition;
choices_fn choices_ttl; /* usual ones; duration.h has the rest */

#define CHOICES_TEXT_MAX 1024

/* All of them, for a sentence: "a, b or c". Cut to `size` bytes, NUL included;
 * CHOICES_TEXT_MAX are enough for any list here. */
void choices_join(choices_fn *choices, char *text, size_t size);

#endif
