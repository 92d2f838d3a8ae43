/*
 * language - what an Accept-Language header says (RFC 9110, 12.5.4).
 */
#ifndef MINTAGE_CGI_INPUT_LANGUAGE_H
#define MINTAGE_CGI_INPUT_LANGUAGE_H

#include "lib/base/slice.h"

/*
 * The place among `count` languages, such as "de", of the one that the header
 * wants most. A range such as de-AT stands for de, too, where there is no de-AT
 * (RFC 4647, 3.4). Of languages that are wanted equally it is the one that the
 * header names first; 0 where it names none of them.
 */
size_t language_choose(struct slice accept_language,
		       const char *const languages[], size_t count);

#endif
