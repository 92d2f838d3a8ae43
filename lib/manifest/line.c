#include "line.h"

#include <inttypes.h>

struct slice manifest_line_skip_mark(struct slice text)
{
	static const struct slice mark = SLICE("\xEF\xBB\xBF");

	if (slice_starts(text, mark))
		return slice_of(text.data + mark.length,
				text.length - mark.length);
	return text;
}

enum error manifest_line_open(struct manifest_state *state,
			      const struct manifest_part *part,
			      struct problem *problem)
{
	(void)problem;
	state->next = manifest_line_skip_mark(part->text).data;
	state->line = 0;
	return ERROR_NONE;
}

bool manifest_line_next(struct manifest_state *state,
			const struct manifest_part *part, struct slice *line)
{
	const char *end = part->text.data + part->text.length;
	const char *begin, *stop;

	while (state->next < end) {
		begin = state->next;
		stop = memchr(begin, '\n', (size_t)(end - begin));
		state->next = stop ? stop + 1 : end;
		state->line++;
		if (stop == NULL)
			stop = end;
		if (stop > begin && stop[-1] == '\r')
			stop--;
		if (stop > begin) {
			*line = slice_of(begin, (size_t)(stop - begin));
			return true;
		}
	}
	return false;
}

bool manifest_line_first(struct slice text, struct slice *line)
{
	while (slice_split(&text, '\n', line)) {
		if (line->length > 0 && line->data[line->length - 1] == '\r')
			line->length--;
		if (line->length > 0)
			return true;
	}
	return false;
}

bool manifest_line_opening(struct slice text, struct slice *line)
{
	text = manifest_line_skip_mark(text);
	while (text.length > 0 && strchr(" \t\r\n", text.data[0]) &&
	       text.data[0] != '\0')
		text = slice_of(text.data + 1, text.length - 1);
	return manifest_line_first(text, line);
}

enum manifest_step manifest_line_problem(const struct entry *entry,
					 uint64_t line, struct problem *problem)
{
	struct problem plain;

	entry_prefix_pointer(entry, problem);
	plain = *problem;
	problem_set(problem, plain.error, plain.pointer, "line %" PRIu64 ": %s",
		    line, plain.message);
	return MANIFEST_BAD_ENTRY;
}
