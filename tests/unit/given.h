/*
 * Fields of a request that a test gives as text or as JSON, and what is wrong
 * with them.
 */
#ifndef MINTAGE_UNIT_GIVEN_H
#define MINTAGE_UNIT_GIVEN_H

#include "lib/base/problems.h"
#include "unit.h"

#include "cgi/input/fields.h"
#include "cgi/input/fields_json.h"

static struct fields fields;
static struct problems problems;

/* One field as text, after what `fields` has already. */
static inline void set(const char *name, const char *value)
{
	fields_set(&fields, slice_text(name), slice_text(value), &problems);
}

static void begin(void)
{
	fields_begin(&fields);
	problems.count = 0;
}

static void read_json(const char *text)
{
	begin();
	fields_json_read(&fields, slice_text(text), &problems);
}

static void assert_no_problem(const char *text)
{
	if (problems.count > 0)
		fail_msg("%s: %d at '%s': %s", text,
			 (int)problems.list[0].error, problems.list[0].pointer,
			 problems.list[0].message);
}

/* Its one problem. */
static void assert_problem(const char *text, enum error error,
			   const char *pointer)
{
	const struct problem *problem = &problems.list[0];

	if (problems.count != 1)
		fail_msg("%s: %zu problems", text, problems.count);
	if (problem->error != error || strcmp(problem->pointer, pointer) != 0)
		fail_msg("%s: %d at '%s'", text, (int)problem->error,
			 problem->pointer);
	assert_true(problem->message[0] != '\0');
}

static inline void assert_text(struct slice slice, const char *text)
{
	assert_int_equal(slice.length, strlen(text));
	assert_memory_equal(slice.data, text, slice.length);
}

#endif
