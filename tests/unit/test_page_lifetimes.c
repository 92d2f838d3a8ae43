/* page_lifetimes: which lifetimes the form offers, and which is selected. */
#include "unit.h"

#include "cgi/web/page_lifetimes.h"

static struct config config;
static struct caller caller;
static struct fields fields;
static struct page page;

/* The rows, as "1h [1d] 900=15 min": the selected one in brackets, and words
 * behind those that have some. */
static const char *rows(uint32_t max_ttl, uint32_t link_age, const char *sent)
{
	static char text[256];
	size_t used = 0;

	caller.max_ttl = max_ttl;
	caller.max_link_age = link_age;
	fields.sent[FIELD_LIFETIME] = slice_text(sent);
	page.config = &config;
	page.caller = &caller;
	page.fields = sent ? &fields : NULL;
	text[0] = '\0';
	for (size_t i = 0; page_lifetimes_row(&page, i); i++) {
		bool is_selected = page.values[VALUE_SELECTED].length > 0;
		struct slice name = page.values[VALUE_LIFETIME];
		struct slice other = page.values[VALUE_LIFETIME_OTHER];

		used += (size_t)snprintf(
			text + used, sizeof(text) - used, "%s%s%.*s%s%.*s%s",
			i ? " " : "", is_selected ? "[" : "", (int)name.length,
			name.data, other.length ? "=" : "", (int)other.length,
			other.length ? other.data : "", is_selected ? "]" : "");
	}
	page_free(&page);
	page = (struct page){ .config = NULL };
	return text;
}

static void test_links(void **state)
{
	(void)state;
	config.shares_dir = NULL;
	assert_string_equal(rows(604800, 2592000, NULL), "1h [1d] 7d");
	assert_string_equal(rows(86400, 0, NULL), "1h [1d]");
	assert_string_equal(rows(86399, 0, NULL), "[1h]");
	assert_string_equal(rows(3600, 0, NULL), "[1h]");
	assert_string_equal(rows(3599, 0, NULL), "[3599=3599 s]");
	assert_string_equal(rows(900, 2592000, NULL), "[900=15 min]");
}

static void test_shares(void **state)
{
	static char folder[] = "/shares";

	(void)state;
	config.shares_dir = folder;
	assert_string_equal(rows(604800, 2592000, NULL), "1h [1d] 7d 30d");
	assert_string_equal(rows(900, 2592000, NULL),
			    "[900=15 min] 1h 1d 7d 30d");
	assert_string_equal(rows(3600, 604800, NULL), "[1h] 1d 7d");
	assert_string_equal(rows(604800, 60, NULL), "1h [1d] 7d");
}

static void test_sent(void **state)
{
	(void)state;
	config.shares_dir = NULL;
	assert_string_equal(rows(604800, 0, "7d"), "1h 1d [7d]");
	assert_string_equal(rows(604800, 0, "2027-01-31"),
			    "1h 1d 7d [2027-01-31=2027-01-31]");
	assert_string_equal(rows(3600, 0, "7d"), "1h [7d=7d]");
	assert_string_equal(rows(900, 0, "900"), "[900=15 min]");
	assert_string_equal(rows(900, 0, "901"), "900=15 min [901=901]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_sent),
	};

	return UNIT_RUN(tests);
}
