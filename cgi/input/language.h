/*
 * language - what an Accept-Language header says (RFC 9110, 12.5.4).
 */
#ifndef MINTAGE_CGI_INPUT_LANGUAGE_H
#define MINTAGE_CGI_INPUT_LANGUAGE_H

#include "lib/base/slice.h"

/*
 * Choose the language that the header wants most, and return its place, from 0,
 * among the `count` languages, which are tags such as "de". A range such as
 * de-AT stands for de, too, where there is no de-AT (RFC 4647, 3.4). Of
 * languages that are wanted equally, the one that the header names first is
 * chosen. Where it names none of them, the place is 0. "*" stands for no
 * language.
 */
size_t language_choose(struct slice accept_language,
		       const char *const languages[], size_t count);

#endif
