#include "format.h"

#define FORMAT_ROW(id, name, content_type, ending, escape, uses, unfit) \
	[FORMAT_##id] = { name, content_type, ending, escape, uses, unfit },
const struct format format_table[FORMAT_COUNT] = { FORMAT_TABLE(FORMAT_ROW) };
#undef FORMAT_ROW

size_t format_find(const struct format *formats, size_t count,
		   struct slice name)
{
	size_t i = 0;

	while (i < count && !slice_is(name, formats[i].name))
		i++;
	return i;
}
