#include "unfit.h"

const char *unfit_line(struct slice name)
{
	for (size_t i = 0; i < name.length; i++) {
		unsigned char c = (unsigned char)name.data[i];

		if (c < ' ' || c == 0x7f)
			return "there is a control character in its name, "
			       "which must fit on a line";
	}
	return NULL;
}

/* A program that saves such a name would find no file to write, or write
 * another one than the one named. */
const char *unfit_file(struct slice name)
{
	struct slice segment;

	while (slice_split(&name, '/', &segment)) {
		if (segment.length == 0 || slice_is(segment, ".") ||
		    slice_is(segment, ".."))
			return "with an empty, '.' or '..' part in its name, "
			       "no file in a folder can have it";
		if (segment.length > UNFIT_PART_MAX)
			return "a part of its name has more than 255 bytes, "
			       "and no file or folder can have that name: give "
			       "it a shorter 'filename'";
	}
	return NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

const char *unfit_aria2(struct slice name)
{
	const char *why = unfit_line(name);

	if (why)
		return why;
	if (name.length > 0 &&
	    (is_blank(name.data[0]) || is_blank(name.data[name.length - 1])))
		return "aria2 drops a blank where a name begins or ends";
	if (name.length > 0 && memmem(name.data, name.length, "${HOME}", 7))
		return "aria2 puts a folder in the place of ${HOME}";
	return unfit_file(name);
}

/* XML 1.0, 2.2 doesn't allow U+FFFE and U+FFFF. */
static bool has_noncharacter(struct slice name)
{
	return name.length > 0 &&
	       (memmem(name.data, name.length, "\xef\xbf\xbe", 3) ||
		memmem(name.data, name.length, "\xef\xbf\xbf", 3));
}

const char *unfit_xml(struct slice name)
{
	static const char why[] =
		"there is a character in its name that XML can't hold";

	for (size_t i = 0; i < name.length; i++) {
		unsigned char c = (unsigned char)name.data[i];

		if (c < ' ' && c != '\t' && c != '\n' && c != '\r')
			return why;
	}
	return has_noncharacter(name) ? why : NULL;
}

/* Programs that read metalinks refuse a file's name that holds control
 * characters. */
const char *unfit_metalink(struct slice name)
{
	const char *why = unfit_xml(name);

	if (!why)
		why = unfit_line(name);
	return why ? why : unfit_file(name);
}
