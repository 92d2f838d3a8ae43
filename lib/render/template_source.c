#include "template_source.h"

#include <stdio.h>

enum error template_source_fail(const struct template_source *source,
				size_t place, const char *format, ...)
{
	char text[PROBLEM_MESSAGE_MAX];
	size_t line = 1;
	va_list arguments;

	for (size_t i = 0; i < place; i++)
		line += source->text.data[i] == '\n';
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	problem_set(source->problem, ERROR_TEMPLATE, NULL, "%s:%zu: %s",
		    source->file, line, text);
	return ERROR_TEMPLATE;
}

int template_source_quoted(struct slice text)
{
	size_t length = text.length < 40 ? text.length : 40;

	while (length > 0 && length < text.length &&
	       ((unsigned char)text.data[length] & 0xc0) == 0x80)
		length--;
	return (int)length;
}

bool template_source_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct slice template_source_trim(struct slice text)
{
	while (text.length > 0 && template_source_is_space(text.data[0])) {
		text.data++;
		text.length--;
	}
	while (text.length > 0 &&
	       template_source_is_space(text.data[text.length - 1]))
		text.length--;
	return text;
}

/* The place of `what` in the text at or after `from`, else its length. */
static size_t find(struct slice text, size_t from, const char *what)
{
	const char *end = text.data + text.length;
	const char *at = text.data + from;
	size_t length = strlen(what);

	/* memmem would spend more on its preparation than the search takes. */
	while ((at = memchr(at, what[0], (size_t)(end - at)))) {
		if ((size_t)(end - at) >= length &&
		    memcmp(at, what, length) == 0)
			return (size_t)(at - text.data);
		at++;
	}
	return text.length;
}

size_t template_source_next(const struct template_source *source, size_t from)
{
	return find(source->text, from, "{{");
}

static enum error tag_check(const struct template_source *source,
			    const struct template_tag *tag)
{
	if (tag->kind != '!' && tag->name.length == 0)
		return template_source_fail(source, tag->start,
					    "a tag without a name");
	if (tag->kind == 0 && memchr("=>&<$", tag->name.data[0], 5))
		return template_source_fail(
			source, tag->start,
			"{{%c is not known here: there are {{name}}, "
			"{{{name}}}, {{#name}}, {{^name}}, {{/name}} and "
			"{{! comment}}",
			tag->name.data[0]);
	return ERROR_NONE;
}

/* Where the }} of the tag at `start` begins, looking from `from` on. A comment
 * may go over several lines; any other tag ends on the line it begins on. */
static enum error close_find(const struct template_source *source, size_t start,
			     size_t from, bool is_comment, size_t *close)
{
	struct slice text = source->text;
	size_t line_end = find(text, start, "\n");
	struct slice quoted =
		is_comment ? slice_of("{{!", 3) :
			     slice_of(text.data + start, line_end - start);

	*close = find(text, from, "}}");
	if (*close < text.length && (is_comment || *close <= line_end))
		return ERROR_NONE;
	quoted = template_source_trim(quoted);
	return template_source_fail(source, start,
				    "'%.*s' is never closed with }}",
				    template_source_quoted(quoted),
				    quoted.data);
}

enum error template_source_tag(const struct template_source *source,
			       size_t start, struct template_tag *tag)
{
	struct slice text = source->text;
	size_t from = start + 2;
	size_t close;
	enum error error;

	*tag = (struct template_tag){ .start = start };
	if (from < text.length && memchr("#^/!{@", text.data[from], 6))
		tag->kind = text.data[from++];
	error = close_find(source, start, from, tag->kind == '!', &close);
	if (error)
		return error;
	tag->name =
		template_source_trim(slice_of(text.data + from, close - from));
	tag->end = close + 2;
	if (tag->kind == '{') {
		if (tag->end == text.length || text.data[tag->end] != '}')
			return template_source_fail(
				source, start,
				"'{{{%.*s' is closed with }} instead of }}}",
				template_source_quoted(tag->name),
				tag->name.data);
		tag->end++;
	}
	return tag_check(source, tag);
}

bool template_source_is_alone(const struct template_source *source,
			      const struct template_tag *tag, size_t *before,
			      size_t *behind)
{
	struct slice text = source->text;
	size_t start = tag->start;
	size_t end = tag->end;

	while (start > 0 &&
	       (text.data[start - 1] == ' ' || text.data[start - 1] == '\t'))
		start--;
	if (start > 0 && text.data[start - 1] != '\n')
		return false;
	while (end < text.length &&
	       (text.data[end] == ' ' || text.data[end] == '\t'))
		end++;
	if (end < text.length) {
		if (text.data[end] == '\r' && end + 1 < text.length)
			end++;
		if (text.data[end] != '\n')
			return false;
		end++;
	}
	*before = start;
	*behind = end;
	return true;
}
