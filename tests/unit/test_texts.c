/* texts: the texts of a language, and how {{@name}} in a template is replaced. */
#include "unit.h"

#include "lib/render/texts.h"

static const struct texts german = {
	.language = "de",
	.file = SLICE("# a comment = no text\n"
		      "hello = Gr\xc3\xbc\xc3\x9f Gott, {{user}} & <du>\n"
		      "  spaced   =   x y  \n"
		      "empty =\n"
		      "equal = a = b\n"
		      "broken = {{never closed\n"
		      "no equals sign\n"),
	.otherwise = SLICE("hello = Hello\nonly = English"),
};

static struct problem problem;

/* The expanded template, or the message of the problem. */
static const char *expand(const char *source)
{
	static char text[512];
	struct buffer out = { 0 };
	enum error error = texts_expand(&out, slice_text(source), &german,
					escape_html, "page.tmpl", &problem);

	if (error) {
		assert_int_equal(error, ERROR_TEMPLATE);
		snprintf(text, sizeof(text), "%s", problem.message);
	} else {
		snprintf(text, sizeof(text), "%.*s", (int)out.length,
			 out.length ? out.data : "");
	}
	buffer_free(&out);
	return text;
}

static void test_find(void **state)
{
	struct slice text;

	(void)state;
	assert_true(texts_find(&german, slice_text("spaced"), &text));
	assert_true(slice_is(text, "x y"));
	assert_true(texts_find(&german, slice_text("equal"), &text));
	assert_true(slice_is(text, "a = b"));
	assert_true(texts_find(&german, slice_text("empty"), &text));
	assert_int_equal(text.length, 0);
	assert_true(texts_find(&german, slice_text("only"), &text));
	assert_true(slice_is(text, "English"));
	assert_false(texts_find(&german, slice_text("nothing"), &text));
	assert_false(texts_find(&german, slice_text(""), &text));
	assert_false(texts_find(&german, slice_text("# a comment"), &text));
	assert_false(texts_find(&german, slice_text("no equals sign"), &text));
}

static void test_expand(void **state)
{
	(void)state;
	assert_string_equal(expand(""), "");
	assert_string_equal(expand("plain <b>"), "plain <b>");
	assert_string_equal(
		expand("<p>{{@hello}}</p>{{#a}}{{@only}}{{/a}}{{{b}}}"),
		"<p>Gr\xc3\xbc\xc3\x9f Gott, {{user}} &amp; &lt;du&gt;</p>"
		"{{#a}}English{{/a}}{{{b}}}");
	assert_string_equal(expand("{{! of {{@nothing }}x"),
			    "{{! of {{@nothing }}x");
	assert_string_equal(expand("{{@empty}}{{@ spaced }}"), "x y");
}

static void test_problems(void **state)
{
	(void)state;
	assert_string_equal(expand("a\n{{@nothing}}"),
			    "page.tmpl:2: no text is named 'nothing' in "
			    "texts.de");
	assert_string_equal(expand("{{@hello"),
			    "page.tmpl:1: '{{@hello' is never closed with }}");
	assert_string_equal(expand("{{@}}"),
			    "page.tmpl:1: a tag without a name");
	assert_non_null(strstr(expand("{{@broken}}"), "is never closed"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_expand),
		cmocka_unit_test(test_problems),
	};

	return UNIT_RUN(tests);
}
