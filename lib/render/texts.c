#include "texts.h"

#include "template_source.h"

/* ---- the file -------------------------------------------------------------- */

/* Find the text of `name` in one file. Lines that begin with # are comments. */
static bool find_in(struct slice file, struct slice name, struct slice *text)
{
	struct slice line, word;

	while (slice_split(&file, '\n', &line)) {
		if (line.length == 0 || line.data[0] == '#' ||
		    !slice_split(&line, '=', &word) || !line.data ||
		    !slice_equal(template_source_trim(word), name))
			continue;
		*text = template_source_trim(line);
		return true;
	}
	return false;
}

bool texts_find(const struct texts *texts, struct slice name,
		struct slice *text)
{
	return find_in(texts->file, name, text) ||
	       find_in(texts->otherwise, name, text) ||
	       find_in(texts->compiled, name, text);
}

/* ---- putting them into a template ---------------------------------------- */

static bool add_escaped(struct buffer *out, struct slice text,
			escape_fn *escape)
{
	if (!buffer_reserve(out, text.length * ESCAPE_GROWTH))
		return false;
	out->length += escape(out->data + out->length, text.data, text.length);
	return true;
}

/* Add a text: what stands between its tags is escaped, because its author wrote
 * plain words. */
static enum error add_text(struct buffer *out, const char *file,
			   struct slice text, escape_fn *escape,
			   struct problem *problem)
{
	const struct template_source source = { file, text, problem };
	struct template_tag tag;
	size_t at = 0;

	for (;;) {
		size_t next = template_source_next(&source, at);

		if (!add_escaped(out, slice_of(text.data + at, next - at),
				 escape))
			return problem_set(problem, ERROR_INTERNAL, NULL,
					   "out of memory");
		if (next == text.length)
			return ERROR_NONE;
		if (template_source_tag(&source, next, &tag))
			return problem->error;
		if (!buffer_add(out, text.data + tag.start,
				tag.end - tag.start))
			return problem_set(problem, ERROR_INTERNAL, NULL,
					   "out of memory");
		at = tag.end;
	}
}

static enum error add_named(struct buffer *out,
			    const struct template_source *source,
			    const struct template_tag *tag,
			    const struct texts *texts, escape_fn *escape)
{
	struct slice text;

	if (!texts_find(texts, tag->name, &text))
		return template_source_fail(
			source, tag->start,
			"no text is named '%.*s' in " TEXTS_BEGIN "%s",
			template_source_quoted(tag->name), tag->name.data,
			texts->language);
	return add_text(out, source->file, text, escape, source->problem);
}

enum error texts_expand(struct buffer *out, struct slice text,
			const struct texts *texts, escape_fn *escape,
			const char *file, struct problem *problem)
{
	const struct template_source source = { file, text, problem };
	struct template_tag tag;
	size_t at = 0;
	enum error error;

	for (;;) {
		size_t next = template_source_next(&source, at);

		if (next < text.length) {
			if (template_source_tag(&source, next, &tag))
				return problem->error;
			if (tag.kind != '@')
				next = tag.end;
		} else {
			tag.kind = 0;
		}
		if (!buffer_add(out, text.data + at, next - at))
			return problem_set(problem, ERROR_INTERNAL, NULL,
					   "out of memory");
		at = next;
		if (tag.kind == '@') {
			error = add_named(out, &source, &tag, texts, escape);
			if (error)
				return error;
			at = tag.end;
		} else if (next == text.length) {
			return ERROR_NONE;
		}
	}
}
