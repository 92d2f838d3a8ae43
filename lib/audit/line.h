/*
 * line - one record as a JSON object on a line of its own.
 *
 * Members are added in the order of the calls. When memory runs out, or the
 * clock can't be believed, the line fails and nothing more is added. The caller
 * frees `text` with buffer_free.
 */
#ifndef MINTAGE_LIB_AUDIT_LINE_H
#define MINTAGE_LIB_AUDIT_LINE_H

#include "lib/base/buffer.h"
#include "lib/sign/action.h"
#include "request.h"

/* {0} is an empty line. */
struct audit_line {
	struct buffer text;
	bool failed;
};

/* Begin the object with the time, the event's name and who asked. */
void audit_line_begin(struct audit_line *line, const char *event,
		      const struct audit_request *request);

/* Add JSON text as it is, as in audit_line_text(line, ",\"x\":true"). */
void audit_line_text(struct audit_line *line, const char *text);
/* Add a member: a string of any bytes, escaped; a string, or null for NULL and
 * ""; a number; the names of `actions` as an array of one or more. */
void audit_line_string(struct audit_line *line, const char *name,
		       struct slice value);
void audit_line_optional(struct audit_line *line, const char *name,
			 const char *value);
void audit_line_number(struct audit_line *line, const char *name,
		       uint64_t number);
void audit_line_actions(struct audit_line *line, const char *name,
			abilities actions);

/* End the object and the line. Lends the line with its newline until `text` is
 * freed; nothing when the line failed. */
struct slice audit_line_end(struct audit_line *line);

#endif
