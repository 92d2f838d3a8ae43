#include "form.h"

#include "../lib/encode.h"
#include "../lib/unicode.h"

/* Percent-decode in place; false for a stray %. */
static bool decode(char *text, size_t length, struct slice *decoded)
{
	char *out = text;

	for (size_t i = 0; i < length; i++) {
		uint8_t byte;

		if (text[i] == '+') {
			*out++ = ' ';
		} else if (text[i] != '%') {
			*out++ = text[i];
		} else {
			if (length - i < 3 || !hex_decode(&byte, text + i + 1,
							  2))
				return false;
			*out++ = (char)byte;
			i += 2;
		}
	}
	*decoded = slice_of(text, (size_t)(out - text));
	return true;
}

static bool is_list(struct slice name)
{
	return slice_is(name, field_names[FIELD_OBJECTS]) ||
	       slice_is(name, field_names[FIELD_PREFIXES]) ||
	       slice_is(name, field_names[FIELD_MANIFEST]);
}

/* One "name=value"; *blank is set when it is a list that was left empty. */
static void read_pair(struct fields *fields, char *pair, size_t length,
		      bool from_browser, bool *blank,
		      struct problems *problems)
{
	char *equals = memchr(pair, '=', length);
	size_t name_length = equals ? (size_t)(equals - pair) : length;
	struct slice name, value = slice_of("", 0);

	if (!decode(pair, name_length, &name) ||
	    (equals && !decode(equals + 1, length - name_length - 1, &value))) {
		problems_add(problems, ERROR_MALFORMED, NULL,
			     "a %% in the form isn't followed by two hex "
			     "digits: send it as %%25");
		return;
	}
	if (from_browser && value.length == 0) {
		*blank = *blank || is_list(name);
		return;
	}
	/* A key that isn't UTF-8 is that entry's error, not the form's. */
	if (unicode_valid(name) != name.length ||
	    (!is_list(name) && unicode_valid(value) != value.length)) {
		problems_add(problems, ERROR_MALFORMED, NULL,
			     "the form isn't UTF-8");
		return;
	}
	fields_set(fields, name, value, problems);
}

void form_read(struct fields *fields, char *text, size_t length,
	       bool from_browser, struct problems *problems)
{
	char *end = text + length;
	bool blank = false;

	while (text < end) {
		char *stop = memchr(text, '&', (size_t)(end - text));

		if (!stop)
			stop = end;
		if (stop > text)
			read_pair(fields, text, (size_t)(stop - text),
				  from_browser, &blank, problems);
		text = stop + 1;
	}
	/* A form left blank must not mean the whole bucket. */
	if (blank && !fields_has(fields, FIELD_OBJECTS) &&
	    !fields_has(fields, FIELD_PREFIXES) &&
	    !fields_has(fields, FIELD_MANIFEST))
		problems_add(problems, ERROR_EMPTY, "/objects",
			     "name at least one object or prefix, a line each");
}
