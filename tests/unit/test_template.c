/* Templates: what they render to, and what is refused with file and line. */
#include "unit.h"

#include <limits.h>

#include "lib/render/template_compile.h"
#include "lib/render/template_file.h"

enum { NAME, OTHER, ID, ITEMS, ITEM, PARTS, PART, ONCE, NAMES };

static const struct template_name names[NAMES] = {
	[NAME] = { "name", TEMPLATE_TEXT },
	[OTHER] = { "other", TEMPLATE_TEXT },
	[ID] = { "accessKeyId", TEMPLATE_PLAIN },
	[ITEMS] = { "items", TEMPLATE_LIST },
	[ITEM] = { "item", TEMPLATE_TEXT },
	[PARTS] = { "parts", TEMPLATE_LIST },
	[PART] = { "part", TEMPLATE_TEXT },
	[ONCE] = { "once", TEMPLATE_ONCE },
};
static const struct template_schema schema = { names, NAMES, NULL };

/* Lists: items "a" "b" "c" (as many as asked for), parts "1" "2". */
struct lists {
	struct slice values[NAMES];
	size_t item_count;
	size_t item;
	size_t part;
	size_t asked; /* calls of next */
};

static bool lists_next(void *context, size_t number)
{
	static const char *const texts[] = { "a", "b", "c", "d" };
	static const char *const digits[] = { "1", "2" };
	struct lists *lists = context;
	size_t *row = number == ITEMS ? &lists->item : &lists->part;
	size_t count = number == ITEMS ? lists->item_count : 2;

	lists->asked++;
	if (*row == count) {
		*row = 0;
		return false;
	}
	if (number == ITEMS)
		lists->values[ITEM] = slice_text(texts[*row]);
	else
		lists->values[PART] = slice_text(digits[*row]);
	(*row)++;
	return true;
}

static struct template *compiled(struct slice source, escape_fn *escape)
{
	struct template *template;
	struct problem problem;

	if (template_compile(&template, "t.tmpl", source, &schema, escape,
			     &problem) != ERROR_NONE)
		fail_msg("%s", problem.message);
	return template;
}

static void run(const struct template *template, struct lists *lists,
		size_t window_size, struct buffer *out)
{
	struct template_data data = { lists->values, lists_next, lists };
	char *window = malloc(window_size);
	struct sink sink;

	assert_non_null(window);
	sink_to_buffer(&sink, window, window_size, out);
	template_run(template, &data, &sink);
	assert_true(sink_flush(&sink));
	free(window);
}

static void expect_for(const char *source, const char *expected,
		       struct lists *lists, escape_fn *escape)
{
	struct template *template = compiled(slice_text(source), escape);
	struct buffer out = { 0 };

	run(template, lists, SINK_MIN, &out);
	assert_true(buffer_add(&out, "", 1));
	assert_string_equal(out.data, expected);
	buffer_free(&out);
	template_free(template);
}

/* With name = "N", other empty, an id, three items. */
static void expect(const char *source, const char *expected)
{
	struct lists lists = { .item_count = 3 };

	lists.values[NAME] = slice_text("N");
	lists.values[ID] = slice_text("<id>");
	expect_for(source, expected, &lists, escape_html);
}

static void refuse(const char *source, const char *message)
{
	struct template *template = compiled(slice_text(""), escape_none);
	struct template *before = template;
	struct problem problem;

	assert_int_equal(template_compile(&template, "t.tmpl",
					  slice_text(source), &schema,
					  escape_html, &problem),
			 ERROR_TEMPLATE);
	assert_int_equal(problem.error, ERROR_TEMPLATE);
	assert_string_equal(problem.message, message);
	assert_null(template);
	template_free(before);
}

static void test_text_and_values(void **state)
{
	(void)state;
	expect("", "");
	expect("plain", "plain");
	expect("{{name}}", "N");
	expect("a {{ name }} b\n", "a N b\n");
	expect("[{{other}}]", "[]");
	expect("{ } {\"a\":{\"b\":\"{{name}}\"}} }}",
	       "{ } {\"a\":{\"b\":\"N\"}} }}");
	expect("{{accessKeyId}}", "&lt;id&gt;");
	expect("\xef\xbb\xbf{{name}}", "N");
}

static void test_raw(void **state)
{
	(void)state;
	expect("{{! raw: accessKeyId }}\n{{{accessKeyId}}}", "<id>");
	expect("{{! first }}\n{{! raw:\n accessKeyId\n}}\n{{{ accessKeyId }}}}",
	       "<id>}");
	refuse("{{{accessKeyId}}}",
	       "t.tmpl:1: {{{accessKeyId}}} needs {{! raw: accessKeyId }} at "
	       "the top, or use {{accessKeyId}}");
	refuse("{{! raw: name }}\n{{{name}}}",
	       "t.tmpl:1: 'name' can't be raw: it may hold any byte");
	refuse("\n{{{name}}}",
	       "t.tmpl:2: 'name' may hold any byte: {{name}} escapes it");
	refuse("x{{! raw: accessKeyId }}",
	       "t.tmpl:1: {{! raw: ... }} belongs at the top, before anything "
	       "else");
	refuse("{{! raw: acessKeyId }}",
	       "t.tmpl:1: no value is named 'acessKeyId'; did you mean "
	       "'accessKeyId'?");
}

static void test_sections(void **state)
{
	(void)state;
	expect("{{#name}}yes{{/name}}{{^name}}no{{/name}}", "yes");
	expect("{{#other}}yes{{/other}}{{^other}}no{{/other}}", "no");
	expect("x{{#other}}y{{/other}}z", "xz");
	expect("x{{^other}}y{{/other}}z", "xyz");
	expect("{{#name}}{{#other}}a{{/other}}b{{/name}}", "b");
	expect("{{#name}}{{#name}}a{{/name}}{{/name}}", "a");
	expect("{{#name}}{{/name}}", "");
}

static void test_lists(void **state)
{
	struct lists none = { 0 };

	(void)state;
	expect("{{#items}}{{item}};{{/items}}", "a;b;c;");
	expect("({{#items}}({{item}}{{#parts}}{{part}}{{/parts}}){{/items}})",
	       "((a12)(b12)(c12))");
	expect("{{#items}}{{item}}{{/items}}-{{#items}}{{item}}{{/items}}",
	       "abc-abc");
	expect("{{#items}}{{#other}}x{{/other}}{{item}}{{/items}}", "abc");
	expect_for("[{{#items}}{{item}}{{/items}}]", "[]", &none, escape_html);
	assert_int_equal(none.asked, 1);
}

/* The cases of the Mustache specification, and CRLF. */
static void test_standalone_lines(void **state)
{
	(void)state;
	expect("a\n{{#name}}\nb\n{{/name}}\nc\n", "a\nb\nc\n");
	expect("{{#name}}\nb\n{{/name}}\n", "b\n");
	expect("  {{#name}}  \nb\n\t{{/name}}\t\nc", "b\nc");
	expect("{{#name}}\nb\n  {{/name}}", "b\n");
	expect("a\r\n{{#name}}\r\nb\r\n{{/name}}\r\nc", "a\r\nb\r\nc");
	expect("a\n{{^other}}\nb\n{{/other}}\n", "a\nb\n");
	expect("a\n  {{! note }}\nb", "a\nb");
	expect("a\n  {{! note\n more }}  \nb", "a\nb");
	expect("{{! note }}", "");
	expect("a {{! note }}\nb", "a \nb");
	expect("{{! note }} b", " b");
	expect(" {{name}}\n", " N\n");
	expect(" {{#name}} x {{/name}}\n", "  x \n");
	expect("{{#name}}{{/name}}\n", "\n");
	expect("{{! one }}{{! two }}\n", "\n");
	expect("a\n{{#items}}\n{{item}}\n{{/items}}\nz", "a\na\nb\nc\nz");
	expect("{{! note }}\rx", "\rx");
}

static void test_refused(void **state)
{
	(void)state;
	refuse("\n\n{{kye}}", "t.tmpl:3: no value is named 'kye'");
	refuse("{{itms}}",
	       "t.tmpl:1: no value is named 'itms'; did you mean 'items'?");
	refuse("\r\n{{#nope nope}}", "t.tmpl:2: no value is named 'nope nope'");
	refuse("{{items}}",
	       "t.tmpl:1: 'items' is a list: {{#items}} ... {{/items}} goes "
	       "through its rows");
	refuse("{{^items}}{{/items}}",
	       "t.tmpl:1: 'items' is a list, and is only known to be empty "
	       "once it was read: {{^items}} can't be had");
	refuse("{{#items}}{{#name}}{{#items}}{{/items}}{{/name}}{{/items}}",
	       "t.tmpl:1: {{#items}} inside itself");
	refuse("{{#once}}{{/once}}\n{{#name}}\n{{#once}}{{/once}}{{/name}}",
	       "t.tmpl:3: a second {{#once}}: its rows are made as they are "
	       "written, and only once");
	refuse("{{^once}}{{/once}}",
	       "t.tmpl:1: 'once' is a list, and is only known to be empty "
	       "once it was read: {{^once}} can't be had");
	refuse("a\n{{name\n}}", "t.tmpl:2: '{{name' is never closed with }}");
	refuse("a {{name }\n{{name}}",
	       "t.tmpl:1: '{{name }' is never closed with }}");
	refuse("{{", "t.tmpl:1: '{{' is never closed with }}");
	refuse("\n{{! a\nb", "t.tmpl:2: '{{!' is never closed with }}");
	refuse("{{{accessKeyId}} }",
	       "t.tmpl:1: '{{{accessKeyId' is closed with }} instead of }}}");
	refuse("\n{{#name}}\n{{#other}}\n{{/name}}\n",
	       "t.tmpl:4: {{/name}} where {{/other}} is expected");
	refuse("\n{{/name}}", "t.tmpl:2: {{/name}} closes nothing");
	refuse("\n{{#name}}\n\n", "t.tmpl:2: {{#name}} is never closed");
	refuse("{{}}", "t.tmpl:1: a tag without a name");
	refuse("{{# }}", "t.tmpl:1: a tag without a name");
	refuse("{{> part}}",
	       "t.tmpl:1: {{> is not known here: there are {{name}}, "
	       "{{{name}}}, {{#name}}, {{^name}}, {{/name}} and {{! comment}}");
}

/* A long name is told up to 40 bytes, and no character of it in part. */
static void test_long_name(void **state)
{
	(void)state;
	refuse("{{a234567890b234567890c234567890d23456789\xc3\xa9}}",
	       "t.tmpl:1: no value is named "
	       "'a234567890b234567890c234567890d23456789'");
	refuse("{{a234567890b234567890c234567890d2345678\xc3\xa9z}}",
	       "t.tmpl:1: no value is named "
	       "'a234567890b234567890c234567890d2345678\xc3\xa9'");
}

/* A folder whose name leaves no space for that of a template, and a template
 * that is not among those that were compiled in. */
static void test_no_file(void **state)
{
	static char longer[PATH_MAX];
	char path[PATH_MAX], expected[160];
	struct template *template = NULL;
	struct problem problem;

	(void)state;
	memset(longer, '/', sizeof(longer) - 1);
	snprintf(expected, sizeof(expected), "%.100s...: too long a path",
		 longer);
	assert_int_equal(template_file_path(path, longer, "a", ".tmpl",
					    &problem),
			 ERROR_TEMPLATE);
	assert_string_equal(problem.message, expected);
	assert_int_equal(template_file_load(&template, longer, "json", &schema,
					    NULL, NULL, &problem),
			 ERROR_TEMPLATE);
	assert_string_equal(problem.message, expected);
	/* The longest that fits. */
	longer[PATH_MAX - sizeof("/a.tmpl")] = '\0';
	assert_int_equal(template_file_path(path, longer, "a", ".tmpl",
					    &problem),
			 ERROR_NONE);
	assert_int_equal(strlen(path), PATH_MAX - 1);
	assert_int_equal(template_file_load(&template, NULL, "none", &schema,
					    NULL, NULL, &problem),
			 ERROR_TEMPLATE);
	assert_string_equal(problem.message,
			    "none.tmpl (compiled in): missing");
	assert_null(template);
}

/* `count` times `text`, at `at`; returns its end. */
static char *repeat(char *at, const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		at += snprintf(at, strlen(text) + 1, "%s", text);
	return at;
}

static void test_depth(void **state)
{
	char source[(TEMPLATE_DEPTH_MAX + 1) * 18 + 2];
	char *inside = repeat(source, "{{#name}}", TEMPLATE_DEPTH_MAX);

	(void)state;
	repeat(repeat(inside, "x", 1), "{{/name}}", TEMPLATE_DEPTH_MAX);
	expect(source, "x");
	repeat(inside, "{{#name}}", 1);
	refuse(source, "t.tmpl:1: more than 16 sections deep");
}

static void test_too_large(void **state)
{
	size_t length = TEMPLATE_SIZE_MAX + 1;
	char *source = malloc(length);
	struct template *template;
	struct problem problem;

	(void)state;
	assert_non_null(source);
	memset(source, '{', length);
	assert_int_equal(template_compile(&template, "t.tmpl",
					  slice_of(source, length), &schema,
					  escape_html, &problem),
			 ERROR_TEMPLATE);
	/* Nothing but openers: as many operations as there can be. */
	assert_int_equal(template_compile(&template, "t.tmpl",
					  slice_of(source, length - 1), &schema,
					  escape_html, &problem),
			 ERROR_TEMPLATE);
	free(source);
}

/* Values of every length around a piece and the window come out whole. */
/* A ' stands before a value at the beginning of a cell only, whichever values
 * and sections before it were empty. */
static void test_cells(void **state)
{
	static const struct {
		const char *source;
		const char *expected;
	} rows[] = {
		{ "\"{{name}}\"", "\"'=N\"" },
		{ "{{name}},{{name}}\n{{name}}", "'=N,'=N\n'=N" },
		{ "\"x{{name}}\"", "\"x=N\"" },
		{ "\"{{name}}{{name}}\"", "\"'=N=N\"" },
		{ "\"{{other}}{{name}}\"", "\"'=N\"" },
		{ "\"{{#other}}x{{/other}}{{name}}\"", "\"'=N\"" },
		{ "\"{{^other}}x{{/other}}{{name}}\"", "\"x=N\"" },
		{ "\"{{#name}}{{name}}{{/name}}: {{name}}\"", "\"'=N: =N\"" },
		{ "{{! raw: accessKeyId }}\n\"{{{accessKeyId}}}{{name}}\"",
		  "\"<id>=N\"" },
		{ "\"{{#items}}{{^other}}\n{{/other}}{{item}}: {{name}}"
		  "{{/items}}\"",
		  "\"\na: =N\nb: =N\nc: =N\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct lists lists = { .item_count = 3 };

		lists.values[NAME] = slice_text("=N");
		lists.values[ID] = slice_text("<id>");
		expect_for(rows[i].source, rows[i].expected, &lists,
			   escape_sheet);
	}
}

/* The second piece of a long value does not begin a cell. */
static void test_long_cell(void **state)
{
	char text[1024], expected[2048];
	struct lists lists = { .item_count = 0 };

	(void)state;
	memset(text, '=', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	snprintf(expected, sizeof(expected), "\"'%s\"", text);
	lists.values[NAME] = slice_text(text);
	expect_for("\"{{name}}\"", expected, &lists, escape_sheet);
}

static void test_long_values(void **state)
{
	static const char piece[] = "<\"&'>\\\n\x01z";
	size_t most = 3 * SINK_MIN;
	char *text = malloc(most);
	char *expected = malloc(most * ESCAPE_GROWTH);
	struct template *template =
		compiled(slice_text("{{! raw: accessKeyId }}\n"
				    "{{name}}|{{{accessKeyId}}}"),
			 escape_html);

	(void)state;
	assert_non_null(text);
	assert_non_null(expected);
	for (size_t i = 0; i < most; i++)
		text[i] = piece[i % (sizeof(piece) - 1)];
	for (size_t length = 1; length <= most; length += 251) {
		struct lists lists = { 0 };
		struct buffer out = { 0 };
		size_t escaped = escape_html(expected, text, length);

		lists.values[NAME] = slice_of(text, length);
		lists.values[ID] = slice_of(text, length);
		run(template, &lists, SINK_MIN + length % 97, &out);
		assert_int_equal(out.length, escaped + 1 + length);
		assert_memory_equal(out.data, expected, escaped);
		assert_memory_equal(out.data + escaped + 1, text, length);
		buffer_free(&out);
	}
	template_free(template);
	free(expected);
	free(text);
}

static bool flush_never(void *context, const char *data, size_t length)
{
	(void)context;
	(void)data;
	(void)length;
	return false;
}

/* A list that never ends does end when the sink fails. */
static bool next_forever(void *context, size_t number)
{
	size_t *asked = context;

	(void)number;
	if (++*asked > 100000)
		fail_msg("rows go on after the sink failed");
	return true;
}

static void test_stops_when_sink_failed(void **state)
{
	struct template *template = compiled(
		slice_text("{{#items}}{{name}}{{/items}}"), escape_html);
	struct slice values[NAMES] = { [NAME] = SLICE("some text") };
	size_t asked = 0;
	struct template_data data = { values, next_forever, &asked };
	char window[SINK_MIN];
	struct sink sink = { .window = window,
			     .size = sizeof(window),
			     .flush = flush_never };

	(void)state;
	template_run(template, &data, &sink);
	assert_true(sink.failed);
	template_free(template);
}

static void test_lists_without_next(void **state)
{
	struct template *template =
		compiled(slice_text("a{{#items}}b{{/items}}c"), escape_none);
	struct slice values[NAMES] = { { NULL, 0 } };
	struct template_data data = { .values = values };
	struct buffer out = { 0 };
	char window[SINK_MIN];
	struct sink sink;

	(void)state;
	sink_to_buffer(&sink, window, sizeof(window), &out);
	template_run(template, &data, &sink);
	assert_true(sink_flush(&sink));
	assert_int_equal(out.length, 2);
	assert_memory_equal(out.data, "ac", 2);
	buffer_free(&out);
	template_free(template);
}

/* The compiled template holds on to nothing of the source. */
static void test_source_is_copied(void **state)
{
	char source[] = "text {{name}}";
	struct template *template = compiled(slice_text(source), escape_html);
	struct lists lists = { .values[NAME] = SLICE("N") };
	struct buffer out = { 0 };

	(void)state;
	memset(source, 'x', sizeof(source) - 1);
	run(template, &lists, SINK_MIN, &out);
	assert_int_equal(out.length, 6);
	assert_memory_equal(out.data, "text N", 6);
	buffer_free(&out);
	template_free(template);
	template_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_and_values),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_standalone_lines),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_long_name),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_long_cell),
		cmocka_unit_test(test_long_values),
		cmocka_unit_test(test_stops_when_sink_failed),
		cmocka_unit_test(test_lists_without_next),
		cmocka_unit_test(test_source_is_copied),
	};

	return UNIT_RUN(tests);
}
