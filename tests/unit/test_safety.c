/* safety: which answer has which header lines. */
#include "unit.h"

#include "cgi/service/pages.h"
#include "cgi/web/safety.h"
#include "lib/render/format.h"

static const struct {
	int status;
	const char *type;
	enum safety_kind kind;
} answers[] = {
	{ 200, "text/html", SAFETY_PAGE },
	{ 200, "text/html; charset=utf-8", SAFETY_PAGE },
	{ 200, "TEXT/HTML;charset=utf-8", SAFETY_PAGE },
	{ 200, "text/html\tcharset=utf-8", SAFETY_PAGE },
	{ 200, "application/xhtml+xml", SAFETY_PAGE },
	{ 200, "image/SVG+xml", SAFETY_PAGE },
	{ 400, "text/html; charset=utf-8", SAFETY_PAGE },
	{ 599, "text/html; charset=utf-8", SAFETY_PAGE },
	{ 200, "application/json", SAFETY_DATA },
	{ 299, "text/plain; charset=utf-8", SAFETY_DATA },
	{ 400, "text/plain", SAFETY_DATA },
	{ 503, "text/plain; name=html", SAFETY_DATA },
	{ 200, "", SAFETY_DATA },
	{ 300, "text/html", SAFETY_REDIRECT },
	{ 302, "text/plain; charset=utf-8", SAFETY_REDIRECT },
	{ 399, "application/json", SAFETY_REDIRECT },
};

static void test_kinds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		if (safety_kind(answers[i].status, answers[i].type) !=
		    answers[i].kind)
			fail_msg("%d %s", answers[i].status, answers[i].type);
	}
}

/* Every format and page of ours that says text/html is one, and no other. */
static void test_formats(void **state)
{
	(void)state;
	for (size_t i = 0; i < FORMAT_COUNT; i++)
		assert_int_equal(safety_kind(200, format_table[i].content_type),
				 format_table[i].uses & FORMAT_PAGE ?
					 SAFETY_PAGE :
					 SAFETY_DATA);
	for (size_t i = 0; i < PAGE_COUNT; i++)
		assert_int_equal(safety_kind(200, pages_table[i].content_type),
				 pages_table[i].uses & FORMAT_PAGE ?
					 SAFETY_PAGE :
					 SAFETY_DATA);
}

#define ALWAYS                                \
	"X-Content-Type-Options: nosniff\r\n" \
	"Referrer-Policy: no-referrer\r\n"
#define NEVER_FRAMED                \
	"X-Frame-Options: DENY\r\n" \
	"Cross-Origin-Resource-Policy: same-origin\r\n"

static const char data[] = ALWAYS
	"Content-Security-Policy: default-src 'none'; form-action 'none'; "
	"frame-ancestors 'none'; base-uri 'none'\r\n" NEVER_FRAMED;
static const char page[] = ALWAYS
	"Content-Security-Policy: default-src 'none'; "
	"script-src 'self'; style-src 'self' 'unsafe-inline'; "
	"img-src 'self'; connect-src 'self'; form-action 'self'; "
	"frame-ancestors 'none'; base-uri 'none'\r\n" NEVER_FRAMED
	"Cross-Origin-Opener-Policy: same-origin\r\n"
	"Cross-Origin-Embedder-Policy: require-corp\r\n"
	"Permissions-Policy: " SAFETY_FEATURES "\r\n";

static void assert_lines(enum safety_kind kind, const char *wanted)
{
	struct slice found = safety_headers(kind);

	assert_int_equal(found.length, strlen(wanted));
	assert_memory_equal(found.data, wanted, found.length);
}

static void test_lines(void **state)
{
	(void)state;
	assert_lines(SAFETY_DATA, data);
	assert_lines(SAFETY_PAGE, page);
	assert_lines(SAFETY_REDIRECT, ALWAYS);
}

/* Each feature is off, but for the clipboard that a button writes to, and the
 * list is well formed. */
static void test_unused(void **state)
{
	struct slice rest = SLICE(SAFETY_FEATURES), one;
	size_t count = 0;

	(void)state;
	while (slice_split(&rest, ',', &one)) {
		one = slice_trim(one);
		if (slice_is(one, "clipboard-write=(self)"))
			continue;
		assert_true(one.length > 3);
		assert_memory_equal(one.data + one.length - 3, "=()", 3);
		for (size_t i = 0; i < one.length - 3; i++)
			assert_true(
				(one.data[i] >= 'a' && one.data[i] <= 'z') ||
				one.data[i] == '-');
		count++;
	}
	assert_true(count > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_unused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
