#include "own_head.h"

#include <stdio.h>

/* The escapers that a template may choose. Each of them keeps a value within
 * its place, whatever the value is. */
static const struct own_escaper own_escapers[] = {
	{ "json", escape_json, NULL },       { "html", escape_html, NULL },
	{ "xml", escape_xml, unfit_xml },    { "csv", escape_sheet, NULL },
	{ "csv-exact", escape_csv, NULL },   { "shell", escape_shell, NULL },
	{ "curl", escape_curl, NULL },       { "url", escape_url, NULL },
	{ "line", escape_line, unfit_line },
};
#define OWN_ESCAPERS \
	"json, html, xml, csv, csv-exact, shell, curl, url and line"

/* A client that reads one of these types is only safe with the escaper made for
 * it, or with the other one. */
static const struct {
	const char *ending; /* of the type without parameters */
	const char *escaper;
	const char *other;
} bound_types[] = {
	{ "html", "html", "xml" },        { "xml", "xml", "xml" },
	{ "json", "json", "json" },       { "javascript", "json", "json" },
	{ "ecmascript", "json", "json" }, { "csv", "csv", "csv-exact" },
};

static enum error head_fail(const struct own_head *head, const char *format,
			    ...) PRINTF_LIKE(2, 3) MUST_CHECK;

static enum error head_fail(const struct own_head *head, const char *format,
			    ...)
{
	char text[PROBLEM_MESSAGE_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return problem_set(head->problem, ERROR_TEMPLATE, NULL, "%s:%zu: %s",
			   head->path, head->line, text);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Take the next word from *rest; false behind the last. */
static bool next_word(struct slice *rest, struct slice *word)
{
	size_t from = 0, to;

	while (from < rest->length && is_space(rest->data[from]))
		from++;
	to = from;
	while (to < rest->length && !is_space(rest->data[to]))
		to++;
	*word = slice_of(rest->data + from, to - from);
	*rest = slice_of(rest->data + to, rest->length - to);
	return word->length > 0;
}

/* Look through the comments at the top for the one that begins with "format:".
 * Its other words become head->words. */
static bool head_find(struct own_head *head, struct slice text)
{
	static const struct slice mark = SLICE("\xef\xbb\xbf");
	static const struct slice open = SLICE("{{!");
	size_t at = slice_starts(text, mark) ? mark.length : 0;

	for (;;) {
		struct slice rest, word;
		const char *close;

		for (; at < text.length && is_space(text.data[at]); at++)
			head->line += text.data[at] == '\n';
		rest = slice_of(text.data + at, text.length - at);
		close = slice_starts(rest, open) ?
				memmem(rest.data, rest.length, "}}", 2) :
				NULL;
		if (!close)
			return false;
		head->words =
			slice_of(rest.data + open.length,
				 (size_t)(close - rest.data) - open.length);
		if (next_word(&head->words, &word) && slice_is(word, "format:"))
			return true;
		for (; text.data + at < close; at++)
			head->line += text.data[at] == '\n';
		at += 2;
	}
}

static bool is_token_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

/* One or more token characters (RFC 9110, 5.6.2) from *at on. */
static bool skip_token(struct slice type, size_t *at)
{
	size_t from = *at;

	while (*at < type.length && is_token_char(type.data[*at]))
		(*at)++;
	return *at > from;
}

static bool skip_char(struct slice type, size_t *at, char c)
{
	if (*at == type.length || type.data[*at] != c)
		return false;
	(*at)++;
	return true;
}

/* A media type as in RFC 9110, 8.3.1, but without blanks and quotes, since it
 * becomes part of a header. */
static bool is_media_type(struct slice type)
{
	size_t at = 0;

	if (type.length > OWN_HEAD_TYPE_MAX || !skip_token(type, &at) ||
	    !skip_char(type, &at, '/') || !skip_token(type, &at))
		return false;
	while (at < type.length) {
		if (!skip_char(type, &at, ';') || !skip_token(type, &at) ||
		    !skip_char(type, &at, '=') || !skip_token(type, &at))
			return false;
	}
	return true;
}

static enum error head_type(struct own_head *head, struct slice value)
{
	if (head->type.length > 0)
		return head_fail(head, "'type' is given twice");
	if (!is_media_type(value))
		return head_fail(head,
				 "type=... takes a media type of at most %d "
				 "characters without blanks, such as "
				 "text/plain;charset=utf-8",
				 OWN_HEAD_TYPE_MAX);
	head->type = value;
	return ERROR_NONE;
}

static enum error head_escape(struct own_head *head, struct slice value)
{
	if (head->escaper)
		return head_fail(head, "'escape' is given twice");
	for (size_t i = 0; i < sizeof(own_escapers) / sizeof(own_escapers[0]);
	     i++) {
		if (slice_is(value, own_escapers[i].name))
			head->escaper = &own_escapers[i];
	}
	if (!head->escaper)
		return head_fail(head, "escape=... takes one of " OWN_ESCAPERS);
	return ERROR_NONE;
}

static enum error head_for(struct own_head *head, struct slice value)
{
	struct slice word;

	while (slice_split(&value, ',', &word)) {
		unsigned use = slice_is(word, "credentials") ?
				       FORMAT_CREDENTIALS :
			       slice_is(word, "links") ? FORMAT_LINKS :
							 0;

		if (!use || (head->uses & use))
			return head_fail(head, "for=... takes credentials, "
					       "links, or both with a comma "
					       "between them");
		head->uses |= use;
	}
	return ERROR_NONE;
}

static enum error head_word(struct own_head *head, struct slice word)
{
	struct slice value = word, name;

	if (!slice_split(&value, '=', &name))
		return ERROR_NONE;
	if (value.data && slice_is(name, "type"))
		return head_type(head, value);
	if (value.data && slice_is(name, "escape"))
		return head_escape(head, value);
	if (value.data && slice_is(name, "for"))
		return head_for(head, value);
	if (slice_is(word, "one")) {
		head->uses |= FORMAT_ONE;
		return ERROR_NONE;
	}
	if (slice_is(word, "accept")) {
		head->uses |= FORMAT_ACCEPTABLE;
		return ERROR_NONE;
	}
	return head_fail(head,
			 "a format's head has type=..., escape=..., for=..., "
			 "one and accept, but no '%.*s'",
			 word.length < 40 ? (int)word.length : 40, word.data);
}

/* Does the type, without its parameters, end in `ending`? */
static bool type_ends(struct slice type, const char *ending)
{
	struct slice rest = type, wanted = slice_text(ending), base;

	return slice_split(&rest, ';', &base) && base.length > wanted.length &&
	       slice_equal_nocase(
		       slice_of(base.data + base.length - wanted.length,
				wanted.length),
		       wanted);
}

static enum error head_check(struct own_head *head)
{
	if (!head->type.length || !head->escaper ||
	    !(head->uses & (FORMAT_CREDENTIALS | FORMAT_LINKS)))
		return head_fail(head, "a format's head has at least "
				       "type=..., escape=... and for=...");
	if (type_ends(head->type, "html"))
		head->uses |= FORMAT_PAGE;
	for (size_t i = 0; i < sizeof(bound_types) / sizeof(bound_types[0]);
	     i++) {
		if (!type_ends(head->type, bound_types[i].ending) ||
		    strcmp(head->escaper->name, bound_types[i].escaper) == 0 ||
		    strcmp(head->escaper->name, bound_types[i].other) == 0)
			continue;
		return head_fail(head, "this type needs escape=%s",
				 bound_types[i].escaper);
	}
	return ERROR_NONE;
}

enum error own_head_read(struct own_head *head, const char *path,
			 struct slice text, struct problem *problem)
{
	enum error error = ERROR_NONE;
	struct slice word;

	*head = (struct own_head){ .path = path,
				   .line = 1,
				   .problem = problem };
	if (!head_find(head, text)) {
		head->line = 1;
		return head_fail(head, "not one of ours, so it has to begin "
				       "with what it is, such as {{! format: "
				       "type=text/plain escape=line "
				       "for=links }}");
	}
	while (!error && next_word(&head->words, &word))
		error = head_word(head, word);
	return error ? error : head_check(head);
}

const char *own_head_ending(const struct own_head *head)
{
	static const char *const endings[] = { ".json", ".xml", ".csv",
					       ".html" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		if (type_ends(head->type, endings[i] + 1))
			return endings[i];
	}
	return ".txt";
}
