#include "keyed.h"

#include "format.h"
#include "line.h"

static enum error refuse_format(const struct manifest_reader *reader,
				struct problem *problem)
{
	const struct manifest_reader *const *one = manifest_format_readers;
	const char *names[MANIFEST_FORMATS_MAX];
	char list[MANIFEST_FORMAT_LIST_MAX];
	size_t count = 0;

	for (; *one; one++) {
		if ((*one)->keyed)
			names[count++] = (*one)->name;
	}
	return problem_set(problem, ERROR_BAD_VALUE, "/keyName",
			   "'keyName' names a column or member, and a manifest "
			   "of the format %s has none; leave it out, or say "
			   "with manifestFormat that the manifest is %s",
			   reader->name,
			   manifest_format_join(list, names, count));
}

enum error manifest_keyed_choose(struct slice text, struct slice key_name,
				 const struct manifest_reader **reader,
				 struct problem *problem)
{
	const struct manifest_reader *const *one = manifest_format_readers;
	enum manifest_likelihood most = MANIFEST_UNLIKELY, likelihood;
	struct slice line;

	if (*reader)
		return (*reader)->keyed ? ERROR_NONE :
					  refuse_format(*reader, problem);
	if (!manifest_line_opening(text, &line))
		return problem_set(problem, ERROR_EMPTY, MANIFEST_DOCUMENT,
				   "the manifest is empty; name at least one "
				   "object or prefix");
	for (; *one; one++) {
		likelihood = (*one)->keyed ? (*one)->keyed(line, key_name) :
					     MANIFEST_UNLIKELY;
		if (likelihood <= most)
			continue;
		most = likelihood;
		*reader = *one;
	}
	if (*reader)
		return ERROR_NONE;
	return problem_set(problem, ERROR_MALFORMED, MANIFEST_DOCUMENT,
			   "the first line is of no format with columns or "
			   "members: say which with manifestFormat");
}
