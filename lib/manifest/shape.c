#include "shape.h"

#include <inttypes.h>

#include "digest_line.h"
#include "line.h"

/* ---- the lines that are looked at ---------------------------------------- */

struct sample {
	struct slice lines[SHAPE_LINES];
	uint64_t numbers[SHAPE_LINES];
	size_t count;
};

/* Take the first lines of a text, at most `max`. A line that SHAPE_BYTES cut is
 * taken only if there is no other. */
static void take_lines(struct sample *sample, struct slice text, size_t max)
{
	struct slice rest = manifest_line_skip_mark(text), line;
	bool cut = rest.length > SHAPE_BYTES;

	if (cut)
		rest.length = SHAPE_BYTES;
	sample->count = 0;
	for (uint64_t number = 1;
	     sample->count < max && slice_split(&rest, '\n', &line); number++) {
		if (cut && !rest.data && sample->count > 0)
			return;
		if (line.length > 0 && line.data[line.length - 1] == '\r')
			line.length--;
		if (line.length == 0 || digest_line_is_comment(line))
			continue;
		sample->numbers[sample->count] = number;
		sample->lines[sample->count++] = line;
	}
}

/* ---- deciding ------------------------------------------------------------ */

/* How the lines of a sample fit a shape. */
struct counts {
	size_t alike, similar;
	size_t first; /* the first line that is alike, else that is similar */
};

static struct counts count_lines(const struct shape *shape,
				 const struct sample *sample)
{
	struct counts counts = { 0 };

	for (size_t i = 0; i < sample->count; i++) {
		switch (shape_table_fit(shape, sample->lines[i])) {
		case SHAPE_ALIKE:
			if (counts.alike++ == 0)
				counts.first = i;
			break;
		case SHAPE_SIMILAR:
			counts.similar++;
			break;
		case SHAPE_OTHER:
			break;
		}
	}
	return counts;
}

static bool is_enough(const struct shape *shape, const struct counts *counts,
		      size_t lines)
{
	if (counts->alike == 0)
		return shape->similar_min > 0 && counts->similar == lines &&
		       lines >= shape->similar_min;
	return 2 * (counts->alike + counts->similar) >= lines ||
	       (shape->format && counts->first == 0);
}

static struct shape_found find(const struct sample *sample)
{
	struct shape_found found = { 0 };
	struct counts counts;

	if (sample->count == 0)
		return found;
	for (const struct shape *shape = shape_table; shape->name; shape++) {
		counts = count_lines(shape, sample);
		if (!is_enough(shape, &counts, sample->count) &&
		    !shape_table_opens(shape, sample->lines[0]))
			continue;
		found.shape = shape;
		found.line = sample->numbers[counts.first];
		break;
	}
	return found;
}

struct shape_found shape_find(struct slice text)
{
	struct sample sample;

	take_lines(&sample, text, SHAPE_LINES);
	return find(&sample);
}

struct shape_found shape_find_first(struct slice text)
{
	struct sample sample;

	take_lines(&sample, text, 1);
	return find(&sample);
}

struct shape_found shape_find_opening(struct slice text)
{
	struct shape_found found = { 0 };
	struct sample sample;

	take_lines(&sample, text, 1);
	if (sample.count == 0)
		return found;
	for (const struct shape *shape = shape_table; shape->name; shape++) {
		if (shape_table_opens(shape, sample.lines[0]))
			return (struct shape_found){ shape, sample.numbers[0] };
	}
	return found;
}

enum error shape_refuse(struct shape_found found, struct problem *problem)
{
	if (found.shape->format)
		return problem_set(
			problem, ERROR_BAD_VALUE, MANIFEST_DOCUMENT,
			"line %" PRIu64 " looks like %s; say "
			"manifestFormat=%s, or give the file another "
			"name",
			found.line, found.shape->name, found.shape->format);
	return problem_set(problem, ERROR_BAD_VALUE, MANIFEST_DOCUMENT,
			   "line %" PRIu64 " looks like %s: %s; if each line "
			   "is a key, say manifestFormat=lines "
			   "(--manifest-format lines)",
			   found.line, found.shape->name, found.shape->remedy);
}

enum error shape_check_keys(struct slice text, const char *pointer,
			    struct problem *problem)
{
	struct shape_found found = shape_find(text);

	if (!found.shape)
		return ERROR_NONE;
	if (found.shape->format)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "line %" PRIu64 " looks like %s: send the "
				   "list as a manifest (the field manifest)",
				   found.line, found.shape->name);
	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   "line %" PRIu64 " looks like %s: %s; if each line "
			   "is a key, send the list as a manifest with "
			   "manifestFormat=lines",
			   found.line, found.shape->name, found.shape->remedy);
}
