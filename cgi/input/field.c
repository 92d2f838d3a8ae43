#include "field.h"

#define FIELD_NAME(id, name, setter) [FIELD_##id] = (name),
const char *const field_names[FIELD_COUNT] = { FIELD_TABLE(FIELD_NAME) };
#undef FIELD_NAME

#define FIELD_POINTER(id, name, setter) [FIELD_##id] = "/" name,
const char *const field_pointers[FIELD_COUNT] = { FIELD_TABLE(FIELD_POINTER) };
#undef FIELD_POINTER
