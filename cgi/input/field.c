#include "field.h"

#define FIELD_NAME(id, name, setter) [FIELD_##id] = (name),
#define FIELD_LINK_NAME(id, name, uses, becomes, there, type, by, instead, \
			check)                                             \
	[FIELD_##id] = (name),
const char *const field_names[FIELD_COUNT] = { FIELD_TABLE(
	FIELD_NAME) LINK_TERMS_TABLE(FIELD_LINK_NAME) };
#undef FIELD_NAME
#undef FIELD_LINK_NAME

#define FIELD_POINTER(id, name, setter) [FIELD_##id] = "/" name,
#define FIELD_LINK_POINTER(id, name, uses, becomes, there, type, by, instead, \
			   check)                                             \
	[FIELD_##id] = "/" name,
const char *const field_pointers[FIELD_COUNT] = { FIELD_TABLE(
	FIELD_POINTER) LINK_TERMS_TABLE(FIELD_LINK_POINTER) };
#undef FIELD_POINTER
#undef FIELD_LINK_POINTER

/* Write the JSON Pointer (RFC 6901, 3) to a field of any name, cut to fit. */
static void point_at(char pointer[PROBLEM_POINTER_MAX], struct slice name)
{
	size_t used = 1;

	pointer[0] = '/';
	for (size_t i = 0; i < name.length && used < PROBLEM_POINTER_MAX - 2;
	     i++) {
		bool escaped = name.data[i] == '~' || name.data[i] == '/';

		if (escaped)
			pointer[used++] = '~';
		pointer[used++] = name.data[i] == '~' ? '0' :
				  escaped             ? '1' :
							name.data[i];
	}
	pointer[used] = '\0';
}

static void set_unknown(struct problem *problem, const char *pointer,
			struct slice shown, const char *nearest)
{
	if (nearest)
		problem_set(problem, ERROR_UNKNOWN_FIELD, pointer,
			    "no field is named '%.*s'; did you mean '%s'?",
			    (int)shown.length, shown.data, nearest);
	else
		problem_set(problem, ERROR_UNKNOWN_FIELD, pointer,
			    "no field is named '%.*s'", (int)shown.length,
			    shown.data);
}

enum field field_find(struct slice name, struct problem *problem)
{
	struct slice shown =
		slice_of(name.data, name.length > 40 ? 40 : name.length);
	char pointer[PROBLEM_POINTER_MAX];
	size_t i = 0;

	while (i < FIELD_COUNT && !slice_is(name, field_names[i]))
		i++;
	if (i < FIELD_COUNT)
		return (enum field)i;
	point_at(pointer, shown);
	set_unknown(problem, pointer, shown,
		    slice_nearest(name, field_names, FIELD_COUNT));
	return FIELD_COUNT;
}
