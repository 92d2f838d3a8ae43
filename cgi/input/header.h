/*
 * header - the parts of a header's value, such as Accept or Content-Type (RFC
 * 9110, 5.6).
 */
#ifndef MINTAGE_CGI_INPUT_HEADER_H
#define MINTAGE_CGI_INPUT_HEADER_H

#include "lib/base/slice.h"

/* Take the text before the next separator that no quotes enclose, without
 * blanks around it, as slice_split does. A quote that is never closed reaches
 * to the end. False when there is none left. */
bool header_next_part(struct slice *rest, char separator, struct slice *part);

/* Take the next parameter, such as q=0.5: its name, and its value as it stands,
 * with its quotes. The value is empty where there is none. False when there is
 * no parameter left. */
bool header_next_parameter(struct slice *rest, struct slice *name,
			   struct slice *value);

#endif
