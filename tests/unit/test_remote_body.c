/*
 * remote_body: the JSON that a service elsewhere is sent, and that it is never
 * taken for whole where memory was out.
 */
#include "unit.h"

#include "cgi/cli/remote_body.h"
#include "cgi/upstream/cloudflare.h"
#include "lib/base/buffer.h"
#include "lib/manifest/link_metadata.h"

/* So many texts more can be added. */
static int left;

static bool is_over(void)
{
	return left-- <= 0;
}

static bool add(struct buffer *to, const char *data, size_t length)
{
	return !is_over() && buffer_add(to, data, length);
}

static bool quote(struct buffer *to, struct slice text)
{
	return !is_over() && cloudflare_quote(to, text);
}

__attribute__((format(printf, 2, 3))) static bool format(struct buffer *to,
							 const char *text, ...)
{
	char made[256];
	va_list list;
	int length;

	va_start(list, text);
	length = vsnprintf(made, sizeof(made), text, list);
	va_end(list);
	assert_in_range(length, 0, sizeof(made) - 1);
	return add(to, made, (size_t)length);
}

/* Functions, because a macro would bring branches of its own. */
#define buffer_add add
#define buffer_format format
#define cloudflare_quote quote
#include "cgi/cli/remote_body.c"
#undef buffer_add
#undef buffer_format
#undef cloudflare_quote

#define METADATA LINK_METADATA_PREFIX

static struct cli_fields asked;
static struct entry entry;
static struct buffer body;

static bool add_fields(void)
{
	return remote_body_fields(&body, &asked);
}

static bool add_entry(void)
{
	return remote_body_entry(&body, &entry);
}

static const char *text_of(bool (*make)(void), int limit)
{
	buffer_free(&body);
	left = limit;
	if (!make())
		return NULL;
	assert_true(buffer_add(&body, "", 1)); /* the NUL */
	return body.data;
}

/* With every number of texts that is too small, it is not made; with that many
 * it is `wanted`. */
static void assert_made(bool (*make)(void), const char *wanted)
{
	const char *text;
	int limit = 0;

	while (!(text = text_of(make, limit)))
		assert_true(limit++ < 100);
	assert_int_equal(left, 0);
	assert_string_equal(text, wanted);
}

static void begin(void)
{
	memset(&asked, 0, sizeof(asked));
	memset(&entry, 0, sizeof(entry));
	entry.key = slice_text("a \"b\"");
}

/* Terms of each type: a text, a number, and an object. */
static void set_link(struct link_terms *link)
{
	link->method = METHOD_PUT;
	link->text[LINK_TERM_CONTENT_TYPE] = slice_text("text/plain");
	link->text[LINK_TERM_CONTENT_LENGTH] = slice_text("17");
}

static void test_least(void **state)
{
	(void)state;
	begin();
	asked.fields.bucket = slice_text("b");
	assert_made(add_fields, "{\"bucket\":\"b\",");
	assert_made(add_entry, "\"a \\\"b\\\"\"");
}

static void test_all_that_was_asked(void **state)
{
	(void)state;
	begin();
	asked.parent = "portal";
	asked.fields.bucket = slice_text("b");
	asked.fields.format = slice_text("csv");
	asked.fields.sign = SIGN_SCOPED;
	asked.fields.download = slice_text("d");
	asked.fields.on_error = ON_ERROR_REPORT;
	asked.fields.scope.permission = PERMISSION_OBJECT_READ_ONLY;
	asked.fields.scope.ttl = 60;
	asked.fields.scope.actions = ACTION_BIT(ACTION_HEAD_OBJECT) |
				     ACTION_BIT(ACTION_GET_OBJECT);
	set_link(&asked.fields.link);
	assert_made(
		add_fields,
		"{\"bucket\":\"b\",\"parentAccessKeyId\":\"portal\",\"format\":\"csv\","
		"\"sign\":\"scoped\",\"download\":\"d\","
		"\"onError\":\"report\",\"method\":\"PUT\","
		"\"contentLength\":17,\"contentType\":\"text/plain\","
		"\"permission\":\"object-read-only\",\"ttlSeconds\":60,"
		"\"actions\":[\"HeadObject\",\"GetObject\"],");
}

static void test_an_entry_of_its_own(void **state)
{
	(void)state;
	begin();
	entry.own_scope = true;
	entry.scope.ttl = 900;
	assert_made(add_entry, "{\"ttlSeconds\":900,\"key\":\"a \\\"b\\\"\"}");
	begin();
	entry.link.method = METHOD_HEAD;
	assert_made(add_entry, "{\"method\":\"HEAD\",\"key\":\"a \\\"b\\\"\"}");
	begin();
	entry.link.text[LINK_TERM_SHA256] = slice_text("ab");
	assert_made(add_entry, "{\"sha256\":\"ab\",\"key\":\"a \\\"b\\\"\"}");
	/* Metadata are lines of headers, and become an object again. */
	entry.link.text[LINK_TERM_METADATA] =
		slice_text(METADATA "author:Ada\n" METADATA "b:2\n");
	assert_made(add_entry, "{\"sha256\":\"ab\",\"metadata\":{\"author\":"
			       "\"Ada\",\"b\":\"2\"},\"key\":\"a \\\"b\\\"\"}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_least),
		cmocka_unit_test(test_all_that_was_asked),
		cmocka_unit_test(test_an_entry_of_its_own),
	};
	int failed = UNIT_RUN(tests);

	buffer_free(&body);
	return failed;
}
