/*
 * multipart_parameter - the parameters in a header of a part, as browsers write
 * them (WHATWG HTML, "multipart form data").
 */
#ifndef MINTAGE_CGI_INPUT_MULTIPART_PARAMETER_H
#define MINTAGE_CGI_INPUT_MULTIPART_PARAMETER_H

#include "lib/base/slice.h"

/* Move *p behind blanks and tabs, at most to `end`. */
void multipart_parameter_skip(char **p, const char *end);

/* Read the parameter that begins at *p: ;name=value or ;name="value". The value
 * is decoded in place, and both slices borrow the header. False where there is
 * none. */
bool multipart_parameter_read(char **p, const char *end, struct slice *name,
			      struct slice *value);

#endif
