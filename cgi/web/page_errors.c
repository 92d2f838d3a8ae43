#include "page_errors.h"

#include <stdio.h>

#include "lib/base/problems.h"

/* The list of errors, and where in it a run of the template is. */
struct error_rows {
	const struct problems *problems;
	size_t row;
	struct slice values[VALUE_NUMBER_OF_PAGE_NAMES];
	char code[16];
	char more[96];
};

/* The row behind the last. Its code is that of the first problem, as the
 * answer's status is. */
static void errors_more(struct error_rows *errors)
{
	size_t more = errors->problems->count - problems_kept(errors->problems);

	snprintf(errors->more, sizeof(errors->more),
		 "%zu more %s not listed here", more,
		 more == 1 ? "problem is" : "problems are");
	errors->values[VALUE_ERROR_MESSAGE] = slice_text(errors->more);
	errors->values[VALUE_ERROR_POINTER] = slice_of(NULL, 0);
	snprintf(errors->code, sizeof(errors->code), "%u",
		 (unsigned)errors->problems->list[0].error);
}

static bool errors_next(void *context, size_t number)
{
	struct error_rows *errors = context;
	size_t kept = problems_kept(errors->problems);
	size_t row = errors->row++;
	const struct problem *problem;

	if (number != VALUE_ERRORS || row >= errors->problems->count ||
	    row > kept) {
		errors->row = 0;
		return false;
	}
	errors->values[VALUE_FIRST] = slice_text(row == 0 ? "1" : NULL);
	if (row == kept) {
		errors_more(errors);
	} else {
		problem = &errors->problems->list[row];
		snprintf(errors->code, sizeof(errors->code), "%u",
			 (unsigned)problem->error);
		errors->values[VALUE_ERROR_MESSAGE] =
			slice_text(problem->message);
		errors->values[VALUE_ERROR_POINTER] =
			slice_text(problem->pointer);
	}
	errors->values[VALUE_ERROR_CODE] = slice_text(errors->code);
	return true;
}

void page_errors_write(const struct renderer *renderer,
		       const struct problems *problems, struct sink *sink)
{
	struct error_rows errors = { .problems = problems };
	const struct template_data data = { errors.values, errors_next,
					    &errors };

	template_run(renderer->other_templates[0][PAGE_ERROR], &data, sink);
}
