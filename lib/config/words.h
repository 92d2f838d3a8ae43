/*
 * words - values that are lists of words, which may go on in indented lines.
 *
 * Words are separated by blanks; "..." makes one word of what holds blanks. A
 * list that is given has one word at least.
 */
#ifndef MINTAGE_LIB_CONFIG_WORDS_H
#define MINTAGE_LIB_CONFIG_WORDS_H

#include "place.h"

/* All words, each of which passes the row's `check`. The member is a struct
 * words. */
extern const struct config_kind config_words;

/* A list that the row's `settle` reads with config_words_each. */
extern const struct config_kind config_words_custom;

/*
 * Call `take` for each word of the list `name`, if the section has it. `take`
 * fails with its reason in *problem, to which the file, the line and the key
 * are then added. ERROR_CONFIG when it does, or when the list is empty or its
 * quotes are wrong.
 */
typedef enum error config_words_fn(void *context, struct slice word,
				   struct problem *problem);
enum error config_words_each(const struct config_place *place, const char *name,
			     config_words_fn *take, void *context) MUST_CHECK;

#endif
