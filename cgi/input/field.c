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
