#include "form.h"

#include "lib/base/hex.h"
#include "lib/base/problems.h"
#include "lib/base/unicode.h"

/* Decode `length` bytes in place. False for a % without two hex digits. */
static bool decode(char *text, size_t length, struct slice *decoded)
{
	char *out = text;

	for (size_t i = 0; i < length; i++) {
		int high, low;

		if (text[i] == '+') {
			*out++ = ' ';
		} else if (text[i] != '%') {
			*out++ = text[i];
		} else {
			if (length - i < 3)
				return false;
			high = hex_digit_value(text[i + 1]);
			low = hex_digit_value(text[i + 2]);
			if (high < 0 || low < 0)
				return false;
			*out++ = (char)(high * 16 + low);
			i += 2;
		}
	}
	*decoded = slice_of(text, (size_t)(out - text));
	return true;
}

/* Is it a field that names entries, one on each line? */
static bool is_list(struct slice name)
{
	return slice_is(name, field_names[FIELD_OBJECTS]) ||
	       slice_is(name, field_names[FIELD_PREFIXES]) ||
	       slice_is(name, field_names[FIELD_MANIFEST]);
}

void form_left_empty(struct form *form, struct slice name)
{
	form->blank = form->blank || is_list(name);
}

void form_field(struct form *form, struct slice name, struct slice value)
{
	char quoted[KEY_QUOTE_MAX];

	if (form->from_browser && value.length == 0) {
		form_left_empty(form, name);
		return;
	}
	/* A key that isn't UTF-8 is the error of its own entry, so lists are
	 * not checked here. */
	if (unicode_valid(name) != name.length) {
		problems_add(form->problems, ERROR_MALFORMED, NULL,
			     "the name of a field isn't UTF-8: send the form "
			     "in UTF-8");
		return;
	}
	if (!is_list(name) && unicode_valid(value) != value.length) {
		problems_add(form->problems, ERROR_MALFORMED, NULL,
			     "'%s' isn't UTF-8: send the form in UTF-8",
			     key_quote(quoted, name));
		return;
	}
	fields_set(form->fields, name, value, form->problems);
}

void form_end(struct form *form)
{
	const struct fields *fields = form->fields;

	if (form->blank && !fields_has(fields, FIELD_OBJECTS) &&
	    !fields_has(fields, FIELD_PREFIXES) &&
	    !fields_has(fields, FIELD_MANIFEST))
		problems_add(form->problems, ERROR_EMPTY, "/objects",
			     "name at least one object or prefix, each on a "
			     "line of its own");
}

/* Decode and set one "name=value", or a name without a value. */
static void read_pair(struct form *form, char *pair, size_t length)
{
	char *equals = memchr(pair, '=', length);
	size_t name_length = equals ? (size_t)(equals - pair) : length;
	struct slice name, value = slice_of("", 0);

	if (!decode(pair, name_length, &name) ||
	    (equals && !decode(equals + 1, length - name_length - 1, &value))) {
		problems_add(form->problems, ERROR_MALFORMED, NULL,
			     "a %% in the form isn't followed by two hex "
			     "digits: send it as %%25");
		return;
	}
	form_field(form, name, value);
}

/* Is it a form, and not a list of keys? Many clients send a list as a form
 * where they are not told its media type. */
static bool is_form(const char *text, size_t length)
{
	return length == 0 || memchr(text, '=', length) ||
	       !memchr(text, '\n', length);
}

void form_read(struct fields *fields, char *text, size_t length,
	       bool from_browser, struct problems *problems)
{
	struct form form = { .fields = fields,
			     .problems = problems,
			     .from_browser = from_browser };
	char *end = text + length;

	if (!is_form(text, length)) {
		problems_add(problems, ERROR_MALFORMED, NULL,
			     "this form has no = in it: send a list of keys "
			     "as text/plain, with the fields in the query");
		return;
	}
	while (text < end) {
		char *stop = memchr(text, '&', (size_t)(end - text));

		if (!stop)
			stop = end;
		if (stop > text)
			read_pair(&form, text, (size_t)(stop - text));
		text = stop + 1;
	}
	form_end(&form);
}
