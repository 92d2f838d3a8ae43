/*
 * choice - values that are one of a few words.
 */
#ifndef MINTAGE_LIB_CONFIG_CHOICE_H
#define MINTAGE_LIB_CONFIG_CHOICE_H

#include "number.h"

/* One of the row's `names`. The member is an enum, and gets the place of the
 * word among them. */
extern const struct config_kind config_choice;

/* yes, on, true, no, off or false. The member is a bool. */
extern const struct config_kind config_choice_bool;

#endif
