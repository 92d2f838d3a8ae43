/*
 * template - run a compiled template: the part that every credential passes.
 *
 * template_compile.h makes templates, and says what they can hold.
 */
#ifndef MINTAGE_LIB_RENDER_TEMPLATE_H
#define MINTAGE_LIB_RENDER_TEMPLATE_H

#include "lib/base/sink.h"
#include "lib/base/slice.h"

struct template;

/* What a run takes its values from. */
struct template_data {
	/* By number; borrowed. {NULL, 0} counts as empty. */
	struct slice *values;
	/*
	 * Move list `number` to its next row, setting `values`; false after
	 * the last row. A template may hold several sections of one list, one
	 * after the other. Each of them asks for the rows anew, and a list that
	 * can't go back to its start answers false. May be NULL when there are
	 * no lists.
	 */
	bool (*next)(void *context, size_t number);
	void *context;
};

/* Write the template to `sink`. Ends early when the sink has failed. Allocates
 * nothing. */
void template_run(const struct template *template,
		  const struct template_data *data, struct sink *sink);

/* NULL is fine. */
void template_free(struct template *template);

#endif
