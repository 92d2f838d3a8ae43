#include "guess.h"

#include <stdio.h>

#include "format.h"
#include "line.h"
#include "other.h"
#include "shape.h"

/* ---- by a name ----------------------------------------------------------- */

/* Is `text` one of these names, in any case? */
static bool is_one_of(struct slice text,
		      const char *const names[MANIFEST_READER_NAMES])
{
	for (size_t i = 0; i < MANIFEST_READER_NAMES && names[i]; i++) {
		if (slice_equal_nocase(text, slice_text(names[i])))
			return true;
	}
	return false;
}

static const struct manifest_reader *find_file_name(struct slice name)
{
	const struct manifest_reader *const *reader = manifest_format_readers;

	while (*reader && !is_one_of(name, (*reader)->file_names))
		reader++;
	return *reader;
}

/* The file's own name. Some browsers send the folders before it. */
static struct slice without_folders(struct slice path)
{
	struct slice name = { NULL, 0 };

	while (slice_split(&path, '/', &name))
		;
	path = name;
	while (slice_split(&path, '\\', &name))
		;
	return name;
}

const struct manifest_reader *manifest_guess_by_name(struct slice filename)
{
	struct slice name = without_folders(filename);
	const struct manifest_reader *reader;
	const char *dot = NULL;

	if (name.length > 0)
		dot = memrchr(name.data, '.', name.length);
	reader = find_file_name(name);
	if (!reader)
		reader = other_find(name);
	if (!reader && dot)
		reader = find_file_name(
			slice_of(dot, (size_t)(name.data + name.length - dot)));
	return reader && !reader->general ? reader : NULL;
}

static const struct manifest_reader *find_media_type(struct slice media_type)
{
	const struct manifest_reader *const *reader = manifest_format_readers;

	while (*reader && !is_one_of(media_type, (*reader)->media_types))
		reader++;
	return *reader;
}

const struct manifest_reader *
manifest_guess_by_media_type(struct slice media_type)
{
	const struct manifest_reader *reader = find_media_type(media_type);

	return reader && !reader->general ? reader : NULL;
}

bool manifest_guess_is_general(struct slice media_type)
{
	const struct manifest_reader *reader = find_media_type(media_type);

	return reader && reader->general;
}

/* ---- by content ---------------------------------------------------------- */

/* The surest reader, and how sure it is. NULL when none finds the line
 * possible. */
static const struct manifest_reader *surest(struct slice line,
					    enum manifest_likelihood *most)
{
	const struct manifest_reader *const *reader = manifest_format_readers;
	const struct manifest_reader *found = NULL;
	enum manifest_likelihood likelihood;

	*most = MANIFEST_UNLIKELY;
	for (; *reader && *most != MANIFEST_CERTAIN; reader++) {
		if (!(*reader)->likely)
			continue;
		likelihood = (*reader)->likely(line);
		if (likelihood > *most) {
			*most = likelihood;
			found = *reader;
		}
	}
	return found;
}

/* Look for a list of something else in a text that may be of *reader's format.
 * It is refused, or *reader becomes the format that reads it. */
static enum error check_shape(struct slice text,
			      enum manifest_likelihood likelihood,
			      const struct manifest_reader **reader,
			      struct problem *problem)
{
	struct shape_found found = likelihood < MANIFEST_LIKELY ?
					   shape_find(text) :
					   shape_find_opening(text);

	if (!found.shape)
		return ERROR_NONE;
	if (!found.shape->format)
		return shape_refuse(found, problem);
	*reader = manifest_format_find(slice_text(found.shape->format));
	return ERROR_NONE;
}

enum error manifest_guess_by_content(struct slice text,
				     const struct manifest_reader **reader,
				     struct problem *problem)
{
	const struct manifest_reader *const *one = manifest_format_readers;
	enum manifest_likelihood likelihood;
	const char *wrong = NULL;
	struct slice line;
	enum error error;

	if (!manifest_line_opening(text, &line))
		return problem_set(problem, ERROR_EMPTY, MANIFEST_DOCUMENT,
				   "the manifest is empty; name at least one "
				   "object or prefix");
	for (; *one && !wrong; one++) {
		if ((*one)->ambiguous)
			wrong = (*one)->ambiguous(line);
	}
	*reader = surest(line, &likelihood);
	if (!wrong && likelihood < MANIFEST_CERTAIN) {
		error = check_shape(text, likelihood, reader, problem);
		if (error != ERROR_NONE)
			return error;
	}
	if (!wrong && !*reader)
		wrong = "the first line is of no format that is known here";
	if (wrong)
		return problem_set(problem, ERROR_MALFORMED, MANIFEST_DOCUMENT,
				   "%s: say which with manifestFormat", wrong);
	return ERROR_NONE;
}

void manifest_guess_explain(const struct manifest_reader *reader,
			    struct problem *problem)
{
	struct problem plain = *problem;
	size_t i = 0;

	while (i < MANIFEST_READER_DOUBTS &&
	       reader->doubts[i] != problem->error)
		i++;
	if (i == MANIFEST_READER_DOUBTS || !reader->taken_for)
		return;
	problem_set(problem, plain.error, plain.pointer,
		    "%.230s (taken for %s; if it is a key a line, say so with "
		    "manifestFormat)",
		    plain.message, reader->taken_for);
}

bool manifest_guess_explain_shape(const struct manifest_reader *reader,
				  struct slice text, struct problem *problem)
{
	struct shape_found found;
	struct slice line;

	if (strcmp(problem->pointer, MANIFEST_DOCUMENT) != 0 ||
	    problem->error == ERROR_EMPTY ||
	    !manifest_format_find(slice_text(reader->name)) ||
	    !manifest_line_opening(text, &line))
		return false;
	found = shape_find_first(text);
	if (found.shape && found.shape->header && reader->likely &&
	    reader->likely(line) >= MANIFEST_LIKELY)
		return false;
	if (!found.shape || (found.shape->format &&
			     strcmp(found.shape->format, reader->name) == 0))
		return false;
	problem->error = shape_refuse(found, problem);
	return true;
}
