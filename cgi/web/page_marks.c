#include "page_marks.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/base/problems.h"

/* By field: the value that says what is wrong with it, or 0; and whether its
 * problems may be about one entry of many. */
#define MARK(id, name, entries) [FIELD_##id] = { VALUE_WRONG_##id, entries },
static const struct {
	size_t wrong;
	bool has_entries;
} marks[FIELD_COUNT] = { PAGES_MARKED(MARK) };
#undef MARK

static enum field field_named(struct slice name)
{
	size_t field = 0;

	while (field < FIELD_COUNT && !slice_is(name, field_names[field]))
		field++;
	return (enum field)field;
}

enum field page_marks_field(const struct page *page,
			    const struct problem *problem, struct slice *index)
{
	struct slice rest = slice_text(problem->pointer);
	struct slice name;
	enum field field;

	*index = slice_of(NULL, 0);
	if (!page->caller || !slice_split(&rest, '/', &name) ||
	    !slice_split(&rest, '/', &name))
		return FIELD_COUNT;
	slice_split(&rest, '/', index);
	field = field_named(name);
	/* The form has the field `lifetime` in place of these two. */
	if (field == FIELD_TTL || field == FIELD_EXPIRES)
		field = FIELD_LIFETIME;
	if (field == FIELD_COUNT || marks[field].wrong == 0)
		return FIELD_COUNT;
	/* The form has no choice of parents where there is only one. */
	if (field == FIELD_PARENT &&
	    (!page->chosen || !page_parent(page, page->chosen, 1)))
		return FIELD_COUNT;
	return field;
}

size_t page_marks_next(const struct page *page, size_t *at)
{
	return page->problems ? problems_next(page->problems, at) : 0;
}

/* A further line of what is wrong with a field, for `count` entries of which
 * the first has this index. People count from 1. */
static void mark(struct page *page, enum field field, struct slice index,
		 size_t count, const char *message)
{
	size_t wrong = marks[field].wrong;
	uint64_t number;
	char many[48] = "", entry[96] = "";

	if (count > 1)
		snprintf(many, sizeof(many), "%zu entries, the first is ",
			 count);
	if (marks[field].has_entries &&
	    slice_number(index, UINT64_MAX - 1, &number))
		snprintf(entry, sizeof(entry), "%s%s %" PRIu64 ": ", many,
			 count > 1 ? "entry" : "Entry", number + 1);
	if (page->values[wrong].length > 0)
		page_add_text(page, wrong, slice_text("\n"));
	page_add_text(page, wrong, slice_text(entry));
	page_add_text(page, wrong, slice_text(message));
}

void page_marks_set(struct page *page)
{
	size_t marked = 0, count;

	for (size_t i = 0; (count = page_marks_next(page, &i)) > 0; i++) {
		const struct problem *problem = &page->problems->list[i];
		struct slice index;
		enum field field = page_marks_field(page, problem, &index);

		if (field == FIELD_COUNT)
			continue;
		mark(page, field, index, count, problem->message);
		marked++;
	}
	if (marked > 0)
		page_set_number(page, VALUE_PROBLEM_COUNT, marked);
}
