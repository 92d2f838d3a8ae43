/* From a template's source to its operations. */
#include <stdio.h>
#include <stdlib.h>

#include "template.h"
#include "template_ops.h"

/* A section that waits for its end. */
struct open_section {
	size_t number;
	bool list;
	size_t op;    /* its OP_IF, OP_UNLESS or OP_ROW */
	size_t place; /* in the source */
};

struct compiler {
	const char *file;
	struct slice source;
	const struct template_schema *schema;
	struct problem *problem;
	struct template *out;
	size_t at; /* what stands before is compiled */
	size_t op_count;
	size_t text_length;
	size_t joint; /* ops before this one may not grow: something
		       * jumps behind them */
	struct open_section open[TEMPLATE_DEPTH_MAX];
	size_t depth;
	bool raw[TEMPLATE_NAMES_MAX]; /* declared in the head */
};

/* {{ kind name }} */
struct tag {
	char kind;         /* # ^ / ! { or 0 for a value */
	struct slice name; /* of a comment: its text */
	size_t start;
	size_t end; /* behind it */
};

static enum error fail(const struct compiler *c, size_t place,
		       const char *format, ...) PRINTF_LIKE(3, 4) MUST_CHECK;

static enum error fail(const struct compiler *c, size_t place,
		       const char *format, ...)
{
	char text[PROBLEM_MESSAGE_MAX];
	size_t line = 1;
	va_list arguments;

	for (size_t i = 0; i < place; i++)
		line += c->source.data[i] == '\n';
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	problem_set(c->problem, ERROR_TEMPLATE, NULL, "%s:%zu: %s", c->file,
		    line, text);
	return ERROR_TEMPLATE;
}

/* How much of `text` a message quotes: whole characters. */
static int shown(struct slice text)
{
	size_t length = text.length < 40 ? text.length : 40;

	while (length > 0 && length < text.length &&
	       ((unsigned char)text.data[length] & 0xc0) == 0x80)
		length--;
	return (int)length;
}

static enum error fail_unknown(const struct compiler *c, size_t place,
			       struct slice name)
{
	const char *names[TEMPLATE_NAMES_MAX];
	const char *nearest;

	for (size_t i = 0; i < c->schema->count; i++)
		names[i] = c->schema->names[i].name;
	nearest = slice_nearest(name, names, c->schema->count);
	if (nearest)
		return fail(c, place,
			    "no value is named '%.*s'; did you mean '%s'?",
			    shown(name), name.data, nearest);
	return fail(c, place, "no value is named '%.*s'", shown(name),
		    name.data);
}

static enum error name_find(const struct compiler *c, size_t place,
			    struct slice name, size_t *number)
{
	for (size_t i = 0; i < c->schema->count; i++) {
		if (slice_is(name, c->schema->names[i].name)) {
			*number = i;
			return ERROR_NONE;
		}
	}
	return fail_unknown(c, place, name);
}

/* ---- operations and text ------------------------------------------------- */

static struct op *op_add(struct compiler *c, enum op_kind kind, size_t number)
{
	struct op *op = &c->out->ops[c->op_count++];

	*op = (struct op){ .kind = kind, .number = (uint32_t)number };
	return op;
}

/* The source from c->at up to `end` is written as it stands. */
static void text_add(struct compiler *c, size_t end)
{
	size_t length = end - c->at;
	struct op *op;

	if (length == 0)
		return;
	if (c->op_count > c->joint &&
	    c->out->ops[c->op_count - 1].kind == OP_TEXT) {
		op = &c->out->ops[c->op_count - 1];
	} else {
		op = op_add(c, OP_TEXT, 0);
		op->at = (uint32_t)c->text_length;
	}
	memcpy(c->out->text + c->text_length, c->source.data + c->at, length);
	c->text_length += length;
	op->length += (uint32_t)length;
}

/* ---- tags ---------------------------------------------------------------- */

/* The place of `what` in the source at or after `from`, else its length. */
static size_t find(const struct compiler *c, size_t from, const char *what)
{
	const char *end = c->source.data + c->source.length;
	const char *at = c->source.data + from;
	size_t length = strlen(what);

	/* memmem prepares for longer searches than these. */
	while ((at = memchr(at, what[0], (size_t)(end - at)))) {
		if ((size_t)(end - at) >= length &&
		    memcmp(at, what, length) == 0)
			return (size_t)(at - c->source.data);
		at++;
	}
	return c->source.length;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct slice trim(struct slice text)
{
	while (text.length > 0 && is_space(text.data[0])) {
		text.data++;
		text.length--;
	}
	while (text.length > 0 && is_space(text.data[text.length - 1]))
		text.length--;
	return text;
}

static enum error tag_check(const struct compiler *c, const struct tag *tag)
{
	if (tag->kind != '!' && tag->name.length == 0)
		return fail(c, tag->start, "a tag without a name");
	if (tag->kind == 0 && memchr("=>&<$", tag->name.data[0], 5))
		return fail(c, tag->start,
			    "{{%c is not known here: there are {{name}}, "
			    "{{{name}}}, {{#name}}, {{^name}}, {{/name}} and "
			    "{{! comment}}",
			    tag->name.data[0]);
	return ERROR_NONE;
}

/* Read the tag whose braces begin at `start`. */
static enum error tag_read(const struct compiler *c, size_t start,
			   struct tag *tag)
{
	size_t from = start + 2;
	size_t close = find(c, from, "}}");
	struct slice quoted;

	*tag = (struct tag){ .start = start };
	if (from < c->source.length && memchr("#^/!{", c->source.data[from], 5))
		tag->kind = c->source.data[from++];
	if (tag->kind != '!') {
		size_t line_end = find(c, start, "\n");

		quoted = slice_of(c->source.data + start, line_end - start);
		if (close > line_end)
			close = c->source.length;
	} else {
		quoted = slice_of("{{!", 3);
	}
	if (close == c->source.length)
		return fail(c, start, "'%.*s' is never closed with }}",
			    shown(trim(quoted)), quoted.data);
	tag->name = trim(slice_of(c->source.data + from, close - from));
	tag->end = close + 2;
	if (tag->kind == '{') {
		if (tag->end == c->source.length ||
		    c->source.data[tag->end] != '}')
			return fail(c, start,
				    "'{{{%.*s' is closed with }} "
				    "instead of }}}",
				    shown(tag->name), tag->name.data);
		tag->end++;
	}
	return tag_check(c, tag);
}

/*
 * Whether the tag has its lines to itself. Then *before is where the text
 * before it ends, *behind where the text behind it begins.
 */
static bool tag_stands_alone(const struct compiler *c, const struct tag *tag,
			     size_t *before, size_t *behind)
{
	const char *text = c->source.data;
	size_t start = tag->start;
	size_t end = tag->end;

	while (start > 0 && (text[start - 1] == ' ' || text[start - 1] == '\t'))
		start--;
	if (start > 0 && text[start - 1] != '\n')
		return false;
	while (end < c->source.length &&
	       (text[end] == ' ' || text[end] == '\t'))
		end++;
	if (end < c->source.length) {
		if (text[end] == '\r' && end + 1 < c->source.length)
			end++;
		if (text[end] != '\n')
			return false;
		end++;
	}
	*before = start;
	*behind = end;
	return true;
}

/* ---- what each tag compiles to ------------------------------------------- */

static enum error raw_declare(struct compiler *c, const struct tag *tag,
			      struct slice name)
{
	size_t number = 0;
	enum error error = name_find(c, tag->start, name, &number);

	if (error)
		return error;
	if (c->schema->names[number].kind != TEMPLATE_PLAIN)
		return fail(c, tag->start,
			    "'%s' can't be raw: it may hold any byte",
			    c->schema->names[number].name);
	c->raw[number] = true;
	return ERROR_NONE;
}

/* {{! raw: name name }}; any other comment says nothing to us. */
static enum error compile_comment(struct compiler *c, const struct tag *tag)
{
	static const struct slice word = SLICE("raw:");
	struct slice rest = tag->name;

	if (!slice_starts(rest, word))
		return ERROR_NONE;
	if (c->op_count > 0)
		return fail(c, tag->start,
			    "{{! raw: ... }} belongs at the top, before "
			    "anything else");
	rest.data += word.length;
	rest.length -= word.length;
	while ((rest = trim(rest)).length > 0) {
		size_t length = 0;
		enum error error;

		while (length < rest.length && !is_space(rest.data[length]))
			length++;
		error = raw_declare(c, tag, slice_of(rest.data, length));
		if (error)
			return error;
		rest.data += length;
		rest.length -= length;
	}
	return ERROR_NONE;
}

static enum error compile_value(struct compiler *c, const struct tag *tag)
{
	size_t number = 0;
	const char *name;
	enum error error = name_find(c, tag->start, tag->name, &number);

	if (error)
		return error;
	name = c->schema->names[number].name;
	if (c->schema->names[number].kind >= TEMPLATE_LIST)
		return fail(c, tag->start,
			    "'%s' is a list: {{#%s}} ... {{/%s}} goes through "
			    "its rows",
			    name, name, name);
	if (tag->kind == '{' && c->schema->names[number].kind != TEMPLATE_PLAIN)
		return fail(c, tag->start,
			    "'%s' may hold any byte: {{%s}} escapes it", name,
			    name);
	if (tag->kind == '{' && !c->raw[number])
		return fail(c, tag->start,
			    "{{{%s}}} needs {{! raw: %s }} at the top, or use "
			    "{{%s}}",
			    name, name, name);
	op_add(c, tag->kind == '{' ? OP_RAW : OP_VALUE, number);
	return ERROR_NONE;
}

/* Does a section of this list stand before? */
static bool has_section(const struct compiler *c, size_t number)
{
	for (size_t i = 0; i < c->op_count; i++) {
		if (c->out->ops[i].kind == OP_ROW &&
		    c->out->ops[i].number == number)
			return true;
	}
	return false;
}

static enum error compile_open(struct compiler *c, const struct tag *tag)
{
	size_t number = 0;
	const char *name;
	bool list;
	enum error error = name_find(c, tag->start, tag->name, &number);

	if (error)
		return error;
	name = c->schema->names[number].name;
	list = c->schema->names[number].kind >= TEMPLATE_LIST;
	if (list && tag->kind == '^')
		return fail(c, tag->start,
			    "'%s' is a list, and is only known to be empty "
			    "once it was read: {{^%s}} can't be had",
			    name, name);
	for (size_t i = 0; list && i < c->depth; i++) {
		if (c->open[i].number == number)
			return fail(c, tag->start, "{{#%s}} inside itself",
				    name);
	}
	if (c->schema->names[number].kind == TEMPLATE_ONCE &&
	    has_section(c, number))
		return fail(c, tag->start,
			    "a second {{#%s}}: its rows are made as they are "
			    "written, and only once",
			    name);
	if (c->depth == TEMPLATE_DEPTH_MAX)
		return fail(c, tag->start, "more than %d sections deep",
			    TEMPLATE_DEPTH_MAX);
	c->open[c->depth++] =
		(struct open_section){ number, list, c->op_count, tag->start };
	op_add(c, list ? OP_ROW : tag->kind == '#' ? OP_IF : OP_UNLESS, number);
	return ERROR_NONE;
}

static enum error compile_close(struct compiler *c, const struct tag *tag)
{
	struct open_section *section;
	const char *name;

	if (c->depth == 0)
		return fail(c, tag->start, "{{/%.*s}} closes nothing",
			    shown(tag->name), tag->name.data);
	section = &c->open[c->depth - 1];
	name = c->schema->names[section->number].name;
	if (!slice_is(tag->name, name))
		return fail(c, tag->start,
			    "{{/%.*s}} where {{/%s}} is expected",
			    shown(tag->name), tag->name.data, name);
	if (section->list)
		op_add(c, OP_AGAIN, section->number)->at =
			(uint32_t)section->op;
	c->out->ops[section->op].at = (uint32_t)c->op_count;
	c->joint = c->op_count;
	c->depth--;
	return ERROR_NONE;
}

static enum error compile_tag(struct compiler *c, const struct tag *tag)
{
	size_t before = tag->start;
	size_t behind = tag->end;

	if (tag->kind != 0 && tag->kind != '{')
		tag_stands_alone(c, tag, &before, &behind);
	text_add(c, before);
	c->at = behind;
	switch (tag->kind) {
	case '!':
		return compile_comment(c, tag);
	case '#':
	case '^':
		return compile_open(c, tag);
	case '/':
		return compile_close(c, tag);
	default:
		return compile_value(c, tag);
	}
}

static enum error compile(struct compiler *c)
{
	size_t start;

	while ((start = find(c, c->at, "{{")) < c->source.length) {
		struct tag tag;
		enum error error = tag_read(c, start, &tag);

		if (!error)
			error = compile_tag(c, &tag);
		if (error)
			return error;
	}
	if (c->depth > 0) {
		const struct open_section *section = &c->open[c->depth - 1];

		return fail(c, section->place, "{{#%s}} is never closed",
			    c->schema->names[section->number].name);
	}
	text_add(c, c->source.length);
	op_add(c, OP_END, 0);
	return ERROR_NONE;
}

/* Room for the most that this source can become: each tag is an operation and
 * has a text before it, and the end has both. */
static struct template *template_new(const struct compiler *c)
{
	size_t ops = 2;
	struct template *template;

	for (size_t at = find(c, 0, "{{"); at < c->source.length;
	     at = find(c, at + 2, "{{"))
		ops += 2;
	template = malloc(sizeof(*template) + ops * sizeof(template->ops[0]));
	if (!template)
		return NULL;
	template->text = malloc(c->source.length + 1);
	if (!template->text) {
		free(template);
		return NULL;
	}
	return template;
}

enum error template_compile(struct template **template, const char *file,
			    struct slice source,
			    const struct template_schema *schema,
			    escape_fn *escape, struct problem *problem)
{
	static const struct slice mark = SLICE("\xef\xbb\xbf");
	struct compiler c = {
		.file = file,
		.source = source,
		.schema = schema,
		.problem = problem,
	};
	enum error error;

	*template = NULL;
	if (source.length > TEMPLATE_SIZE_MAX)
		return problem_set(problem, ERROR_TEMPLATE, NULL,
				   "%s: larger than %d bytes", file,
				   TEMPLATE_SIZE_MAX);
	if (slice_starts(source, mark))
		c.source = slice_of(source.data + mark.length,
				    source.length - mark.length);
	if (c.source.length == 0)
		c.source = slice_of("", 0);
	c.out = template_new(&c);
	if (!c.out)
		return problem_set(problem, ERROR_INTERNAL, NULL,
				   "out of memory");
	c.out->escape = escape;
	error = compile(&c);
	if (error) {
		template_free(c.out);
		return error;
	}
	*template = c.out;
	return ERROR_NONE;
}
