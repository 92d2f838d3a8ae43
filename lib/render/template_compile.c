#include "template_compile.h"

#include <stdlib.h>

#include "template_ops.h"
#include "template_source.h"

/* A section that waits for its end. */
struct open_section {
	size_t number;
	bool list;
	size_t op;    /* its OP_IF, OP_UNLESS or OP_ROW */
	size_t place; /* in the source */
};

struct compiler {
	struct template_source source;
	const struct template_schema *schema;
	struct template *out;
	size_t at; /* the source before this place is compiled */
	size_t op_count;
	size_t text_length;
	size_t joint; /* operations before this one may not grow,
		       * because another one jumps behind them */
	struct open_section open[TEMPLATE_DEPTH_MAX];
	size_t depth;
	bool raw[TEMPLATE_NAMES_MAX]; /* declared in the head */
};

static size_t name_count(const struct template_schema *schema)
{
	return schema->count + (schema->base ? schema->base->count : 0);
}

static const struct template_name *name_of(const struct template_schema *schema,
					   size_t number)
{
	const struct template_schema *base = schema->base;

	if (!base)
		return &schema->names[number];
	if (number < base->count)
		return &base->names[number];
	return &schema->names[number - base->count];
}

static enum error fail_unknown(const struct compiler *c, size_t place,
			       struct slice name)
{
	const char *names[TEMPLATE_NAMES_MAX];
	size_t count = name_count(c->schema);
	const char *nearest;

	for (size_t i = 0; i < count; i++)
		names[i] = name_of(c->schema, i)->name;
	nearest = slice_nearest(name, names, count);
	if (nearest)
		return template_source_fail(
			&c->source, place,
			"no value is named '%.*s'; did you mean '%s'?",
			template_source_quoted(name), name.data, nearest);
	return template_source_fail(&c->source, place,
				    "no value is named '%.*s'",
				    template_source_quoted(name), name.data);
}

/* Find `name` in the schema: its number, and what the schema says of it. NULL
 * after a failure, which is in the source's problem. */
static const struct template_name *name_find(const struct compiler *c,
					     size_t place, struct slice name,
					     size_t *number)
{
	size_t count = name_count(c->schema);
	enum error error;

	for (size_t i = 0; i < count; i++) {
		const struct template_name *found = name_of(c->schema, i);

		if (slice_is(name, found->name)) {
			*number = i;
			return found;
		}
	}
	error = fail_unknown(c, place, name);
	(void)error;
	return NULL;
}

/* ---- operations and text ------------------------------------------------- */

static struct op *op_add(struct compiler *c, enum op_kind kind, size_t number)
{
	struct op *op = &c->out->ops[c->op_count++];

	*op = (struct op){ .kind = kind, .number = (uint32_t)number };
	return op;
}

/* Would a value behind this much text begin a cell of a CSV? */
static bool ends_open(const struct template *out, size_t length)
{
	return out->begin != out->escape &&
	       strchr("\"\r\n,;\t", out->text[length - 1]) != NULL;
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
	memcpy(c->out->text + c->text_length, c->source.text.data + c->at,
	       length);
	c->text_length += length;
	op->length += (uint32_t)length;
	op->number = ends_open(c->out, c->text_length);
}

/* ---- what each tag compiles to ------------------------------------------- */

static enum error raw_declare(struct compiler *c,
			      const struct template_tag *tag, struct slice text)
{
	size_t number = 0;
	const struct template_name *name =
		name_find(c, tag->start, text, &number);

	if (!name)
		return ERROR_TEMPLATE;
	if (name->kind != TEMPLATE_PLAIN)
		return template_source_fail(
			&c->source, tag->start,
			"'%s' can't be raw: it may hold any byte", name->name);
	c->raw[number] = true;
	return ERROR_NONE;
}

/* {{! raw: name name }}; any other comment has no effect. */
static enum error compile_comment(struct compiler *c,
				  const struct template_tag *tag)
{
	static const struct slice word = SLICE("raw:");
	struct slice rest = tag->name;

	if (!slice_starts(rest, word))
		return ERROR_NONE;
	if (c->op_count > 0)
		return template_source_fail(
			&c->source, tag->start,
			"{{! raw: ... }} belongs at the top, before anything "
			"else");
	rest.data += word.length;
	rest.length -= word.length;
	while ((rest = template_source_trim(rest)).length > 0) {
		size_t length = 0;
		enum error error;

		while (length < rest.length &&
		       !template_source_is_space(rest.data[length]))
			length++;
		error = raw_declare(c, tag, slice_of(rest.data, length));
		if (error)
			return error;
		rest.data += length;
		rest.length -= length;
	}
	return ERROR_NONE;
}

/* May a value be written by a tag of this kind? */
static enum error value_check(const struct compiler *c,
			      const struct template_tag *tag, size_t number,
			      const struct template_name *name)
{
	const char *text = name->name;

	if (name->kind >= TEMPLATE_LIST)
		return template_source_fail(
			&c->source, tag->start,
			"'%s' is a list: {{#%s}} ... {{/%s}} goes through its "
			"rows",
			text, text, text);
	if (tag->kind == '{' && name->kind != TEMPLATE_PLAIN)
		return template_source_fail(
			&c->source, tag->start,
			"'%s' may hold any byte: {{%s}} escapes it", text,
			text);
	if (tag->kind == '{' && !c->raw[number])
		return template_source_fail(
			&c->source, tag->start,
			"{{{%s}}} needs {{! raw: %s }} at the top, or use "
			"{{%s}}",
			text, text, text);
	return ERROR_NONE;
}

static enum error compile_value(struct compiler *c,
				const struct template_tag *tag)
{
	size_t number = 0;
	const struct template_name *name =
		name_find(c, tag->start, tag->name, &number);
	enum error error = ERROR_TEMPLATE;

	if (name)
		error = value_check(c, tag, number, name);
	if (!error)
		op_add(c, tag->kind == '{' ? OP_RAW : OP_VALUE, number);
	return error;
}

/* Has a section of this list been compiled already? */
static bool has_section(const struct compiler *c, size_t number)
{
	for (size_t i = 0; i < c->op_count; i++) {
		if (c->out->ops[i].kind == OP_ROW &&
		    c->out->ops[i].number == number)
			return true;
	}
	return false;
}

/* May a section of a list begin here? */
static enum error list_check(const struct compiler *c,
			     const struct template_tag *tag, size_t number,
			     const struct template_name *name)
{
	const char *text = name->name;

	if (tag->kind == '^')
		return template_source_fail(
			&c->source, tag->start,
			"'%s' is a list, and is only known to be empty once it "
			"was read: {{^%s}} can't be had",
			text, text);
	for (size_t i = 0; i < c->depth; i++) {
		if (c->open[i].number == number)
			return template_source_fail(&c->source, tag->start,
						    "{{#%s}} inside itself",
						    text);
	}
	if (name->kind == TEMPLATE_ONCE && has_section(c, number))
		return template_source_fail(
			&c->source, tag->start,
			"a second {{#%s}}: its rows are made as they are "
			"written, and only once",
			text);
	return ERROR_NONE;
}

static enum error compile_open(struct compiler *c,
			       const struct template_tag *tag)
{
	size_t number = 0;
	const struct template_name *name =
		name_find(c, tag->start, tag->name, &number);
	enum error error = ERROR_NONE;
	bool list;

	if (!name)
		return ERROR_TEMPLATE;
	list = name->kind >= TEMPLATE_LIST;
	if (list)
		error = list_check(c, tag, number, name);
	if (error)
		return error;
	if (c->depth == TEMPLATE_DEPTH_MAX)
		return template_source_fail(&c->source, tag->start,
					    "more than %d sections deep",
					    TEMPLATE_DEPTH_MAX);
	c->open[c->depth++] =
		(struct open_section){ number, list, c->op_count, tag->start };
	op_add(c, list ? OP_ROW : tag->kind == '#' ? OP_IF : OP_UNLESS, number);
	return ERROR_NONE;
}

static enum error compile_close(struct compiler *c,
				const struct template_tag *tag)
{
	struct open_section *section;
	const char *name;

	if (c->depth == 0)
		return template_source_fail(&c->source, tag->start,
					    "{{/%.*s}} closes nothing",
					    template_source_quoted(tag->name),
					    tag->name.data);
	section = &c->open[c->depth - 1];
	name = name_of(c->schema, section->number)->name;
	if (!slice_is(tag->name, name))
		return template_source_fail(
			&c->source, tag->start,
			"{{/%.*s}} where {{/%s}} is expected",
			template_source_quoted(tag->name), tag->name.data,
			name);
	if (section->list)
		op_add(c, OP_AGAIN, section->number)->at =
			(uint32_t)section->op;
	c->out->ops[section->op].at = (uint32_t)c->op_count;
	c->joint = c->op_count;
	c->depth--;
	return ERROR_NONE;
}

static enum error compile_tag(struct compiler *c,
			      const struct template_tag *tag)
{
	size_t before = tag->start;
	size_t behind = tag->end;

	if (tag->kind != 0 && tag->kind != '{')
		template_source_is_alone(&c->source, tag, &before, &behind);
	text_add(c, before);
	c->at = behind;
	switch (tag->kind) {
	case '@':
		return template_source_fail(
			&c->source, tag->start,
			"{{@name}} stands for a text of texts.en, which only a "
			"page can have; write the text itself");
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

	while ((start = template_source_next(&c->source, c->at)) <
	       c->source.text.length) {
		struct template_tag tag;
		enum error error = template_source_tag(&c->source, start, &tag);

		if (!error)
			error = compile_tag(c, &tag);
		if (error)
			return error;
	}
	if (c->depth > 0) {
		const struct open_section *section = &c->open[c->depth - 1];

		return template_source_fail(
			&c->source, section->place, "{{#%s}} is never closed",
			name_of(c->schema, section->number)->name);
	}
	text_add(c, c->source.text.length);
	op_add(c, OP_END, 0);
	return ERROR_NONE;
}

/* A template with space for the most that this source can become: each tag is
 * an operation and has a text before it, and so has the end. NULL without
 * memory. */
static struct template *template_new(const struct compiler *c)
{
	size_t ops = 2;
	struct template *template;

	for (size_t at = template_source_next(&c->source, 0);
	     at < c->source.text.length;
	     at = template_source_next(&c->source, at + 2))
		ops += 2;
	template = malloc(sizeof(*template) + ops * sizeof(template->ops[0]));
	if (!template)
		return NULL;
	template->text = malloc(c->source.text.length + 1);
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
		.source = { file, source, problem },
		.schema = schema,
	};
	enum error error;

	*template = NULL;
	if (source.length > TEMPLATE_SIZE_MAX)
		return problem_set(problem, ERROR_TEMPLATE, NULL,
				   "%s: larger than %d bytes", file,
				   TEMPLATE_SIZE_MAX);
	if (slice_starts(source, mark))
		c.source.text = slice_of(source.data + mark.length,
					 source.length - mark.length);
	if (c.source.text.length == 0)
		c.source.text = slice_of("", 0);
	c.out = template_new(&c);
	if (!c.out)
		return problem_set(problem, ERROR_INTERNAL, NULL,
				   "out of memory");
	c.out->begin = escape;
	c.out->escape = escape_rest(escape);
	error = compile(&c);
	if (error) {
		template_free(c.out);
		return error;
	}
	*template = c.out;
	return ERROR_NONE;
}
