#include "line.h"

#include "lib/base/clock.h"
#include "lib/base/date.h"
#include "lib/base/escape.h"
#include "lib/base/unicode.h"

static void add(struct audit_line *line, struct slice slice)
{
	if (!line->failed && !buffer_add(&line->text, slice.data, slice.length))
		line->failed = true;
}

void audit_line_text(struct audit_line *line, const char *text)
{
	add(line, slice_text(text));
}

static void add_escaped(struct audit_line *line, struct slice value)
{
	if (line->failed ||
	    !buffer_reserve(&line->text, value.length * ESCAPE_GROWTH)) {
		line->failed = true;
		return;
	}
	line->text.length += escape_json(line->text.data + line->text.length,
					 value.data, value.length);
}

void audit_line_string(struct audit_line *line, const char *name,
		       struct slice value)
{
	audit_line_text(line, ",\"");
	audit_line_text(line, name);
	audit_line_text(line, "\":\"");
	/* Web servers pass on any bytes. What is not UTF-8 becomes U+FFFD, so
	 * that the log is UTF-8. */
	while (value.length > 0) {
		size_t valid = unicode_valid(value);

		add_escaped(line, slice_of(value.data, valid));
		if (valid == value.length)
			break;
		audit_line_text(line, "\xef\xbf\xbd");
		value = slice_of(value.data + valid + 1,
				 value.length - valid - 1);
	}
	audit_line_text(line, "\"");
}

void audit_line_optional(struct audit_line *line, const char *name,
			 const char *value)
{
	if (value && *value) {
		audit_line_string(line, name, slice_text(value));
		return;
	}
	audit_line_text(line, ",\"");
	audit_line_text(line, name);
	audit_line_text(line, "\":null");
}

void audit_line_number(struct audit_line *line, const char *name,
		       uint64_t number)
{
	if (!line->failed &&
	    !buffer_format(&line->text, ",\"%s\":%ju", name, (uintmax_t)number))
		line->failed = true;
}

void audit_line_begin(struct audit_line *line, const char *event,
		      const struct audit_request *request)
{
	char stamp[DATE_TEXT_MAX];
	struct problem unused;
	struct timespec now;

	if (clock_read(&now, &unused)) {
		line->failed = true;
		return;
	}
	date_text(now.tv_sec, stamp);
	if (!buffer_format(&line->text, "{\"time\":\"%.19s.%03ldZ\"", stamp,
			   now.tv_nsec / 1000000))
		line->failed = true;
	audit_line_string(line, "event", slice_text(event));
	audit_line_string(line, "request", slice_text(request->id));
	audit_line_optional(line, "caller", request->caller);
	audit_line_optional(line, "user", request->user);
	audit_line_optional(line, "remote", request->remote);
	audit_line_optional(line, "route", request->route);
}

void audit_line_actions(struct audit_line *line, const char *name,
			abilities actions)
{
	const char *before = "\":[\"";

	audit_line_text(line, ",\"");
	audit_line_text(line, name);
	for (unsigned bit = 0; bit < ACTION_COUNT; bit++) {
		if (!(actions & UINT32_C(1) << bit))
			continue;
		audit_line_text(line, before);
		audit_line_text(line, action_names[bit]);
		before = "\",\"";
	}
	audit_line_text(line, "\"]");
}

struct slice audit_line_end(struct audit_line *line)
{
	audit_line_text(line, "}\n");
	return line->failed ? slice_of(NULL, 0) : buffer_slice(&line->text);
}
