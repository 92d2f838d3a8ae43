/*
 * What holds for every template, of a format and of a page.
 */
#ifndef MINTAGE_RENDERED_H
#define MINTAGE_RENDERED_H

#include "lib/render/renderer.h"

/* Each list has one row, whose values are there already. */
static inline bool one_row(void *context, size_t list)
{
	bool *given = context;

	given[list] = !given[list];
	return given[list];
}

static inline void fill(struct slice *values,
			const struct template_schema *schema,
			const char *special, const char *plain)
{
	for (size_t i = 0; i < schema->count; i++)
		values[i] = schema->names[i].kind == TEMPLATE_TEXT ?
				    slice_text(special) :
				    slice_text(plain);
}

/* Wherever a template puts a value, what gets out is escaped: a value that holds
 * what is special in any context must not be found as it is. `plain` is for the
 * values that need no escaping, so that each side of their sections is seen. */
static inline void expect_escaped(const struct template *template,
				  const struct format *format,
				  const struct template_schema *schema,
				  const char *plain)
{
	static const char special[] = "x\"><b>'&\n]";
	struct slice values[TEMPLATE_NAMES_MAX];
	bool given[TEMPLATE_NAMES_MAX] = { false };
	struct template_data data = { values, one_row, given };
	char window[SINK_MIN];
	struct buffer out = { 0 };
	struct sink sink;

	if (schema->base)
		fill(values, schema->base, special, plain);
	fill(values + (schema->base ? schema->base->count : 0), schema, special,
	     plain);
	sink_to_buffer(&sink, window, sizeof(window), &out);
	template_run(template, &data, &sink);
	assert_true(sink_flush(&sink));
	assert_true(buffer_add(&out, "", 1));
	assert_null(strstr(out.data, special));
	if (strstr(format->content_type, "html") ||
	    strstr(format->content_type, "xml"))
		assert_null(strstr(out.data, "<b>"));
	if (strstr(format->content_type, "json"))
		assert_null(strstr(out.data, "x\">"));
	buffer_free(&out);
}

/* Each `begin` in the text goes on with `rest`. */
static inline void expect_each(const char *text, const char *begin,
			       const char *rest)
{
	for (const char *at = text; (at = strstr(at, begin));) {
		at += strlen(begin);
		if (strncmp(at, rest, strlen(rest)) != 0)
			fail_msg("%s goes on with %.60s", begin, at);
	}
}

/* An HTML page works without anything from elsewhere: it loads its style and
 * its script from this service, where "/assets" is. */
static inline void expect_self_contained(const char *text)
{
	static const char *const none[] = { "<img", "url(", "@import",
					    "http:" };

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_null(strstr(text, none[i]));
	expect_each(text, "<link",
		    " rel=\"stylesheet\" href=\"/assets/page.css\"");
	expect_each(text, "<script",
		    " type=\"module\" src=\"/assets/send.js\"></script>");
	expect_each(text, " src=", "\"/assets/send.js\"");
	assert_memory_equal(text, "<!doctype html>\n", 16);
	assert_non_null(strstr(text, "</html>\n"));
}

#endif
