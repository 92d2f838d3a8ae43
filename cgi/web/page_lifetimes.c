#include "page_lifetimes.h"

#include <inttypes.h>

static const struct {
	const char *name;
	uint32_t seconds;
	size_t value; /* the VALUE_ that is "1" in its row */
} lifetimes[] = {
	{ "1h", 3600, VALUE_IS_HOUR },
	{ "1d", 86400, VALUE_IS_DAY },
	{ "7d", 604800, VALUE_IS_WEEK },
	{ "30d", 2592000, VALUE_IS_MONTH },
};

#define LIFETIME_COUNT (sizeof(lifetimes) / sizeof(lifetimes[0]))

/* The longest lifetime, in seconds, that is selected where nothing was sent. */
#define USUAL 86400

static bool is_short(const struct page *page)
{
	return page->caller->max_ttl < lifetimes[0].seconds;
}

/* The longest lifetime of anything: shares may live longer than links to R2. */
static uint32_t longest(const struct page *page)
{
	const struct caller *caller = page->caller;

	return page->config->shares_dir &&
			       caller->max_link_age > caller->max_ttl ?
		       caller->max_link_age :
		       caller->max_ttl;
}

static struct slice sent(const struct page *page)
{
	return page->fields ? page->fields->sent[FIELD_LIFETIME] :
			      slice_of(NULL, 0);
}

static void set_row(struct page *page, struct slice name, size_t value,
		    struct slice other, bool is_selected)
{
	for (size_t i = 0; i < LIFETIME_COUNT; i++)
		page_set_yes(page, lifetimes[i].value,
			     lifetimes[i].value == value);
	page->values[VALUE_LIFETIME] = name;
	page->values[VALUE_LIFETIME_OTHER] = other;
	page_set_yes(page, VALUE_SELECTED, is_selected);
}

/* Set the row of the caller's max-ttl, which is less than an hour. */
static void set_short(struct page *page)
{
	struct buffer *words = &page->texts[VALUE_LIFETIME_OTHER];
	uint32_t seconds = page->caller->max_ttl;
	bool is_minutes = seconds % 60 == 0;

	page_set_number(page, VALUE_LIFETIME, seconds);
	words->length = 0;
	if (!buffer_format(words, "%" PRIu32 " %s",
			   is_minutes ? seconds / 60 : seconds,
			   is_minutes ? "min" : "s"))
		page->lacks_text = true;
	set_row(page, page->values[VALUE_LIFETIME], VALUE_LIFETIME_OTHER,
		buffer_slice(words),
		sent(page).length == 0 ||
			slice_equal(sent(page), page->values[VALUE_LIFETIME]));
}

/* The number of lifetimes that the caller may have. They are sorted, so these
 * are the first ones. */
static size_t count_allowed(const struct page *page)
{
	size_t count = 0;

	while (count < LIFETIME_COUNT &&
	       lifetimes[count].seconds <= longest(page))
		count++;
	return count;
}

static bool is_usual(const struct page *page, size_t row)
{
	uint32_t most = page->caller->max_ttl < USUAL ? page->caller->max_ttl :
							USUAL;

	return lifetimes[row].seconds <= most &&
	       (row + 1 == LIFETIME_COUNT || lifetimes[row + 1].seconds > most);
}

/* Is what was sent in none of the other rows? */
static bool is_other(struct page *page, size_t count)
{
	struct slice text = sent(page);

	for (size_t i = 0; i < count; i++) {
		if (slice_is(text, lifetimes[i].name))
			return false;
	}
	if (text.length == 0 || !is_short(page))
		return text.length > 0;
	page_set_number(page, VALUE_LIFETIME, page->caller->max_ttl);
	return !slice_equal(text, page->values[VALUE_LIFETIME]);
}

bool page_lifetimes_row(struct page *page, size_t row)
{
	size_t count = count_allowed(page);
	struct slice text = sent(page);

	if (is_short(page) && row-- == 0) {
		set_short(page);
		return true;
	}
	if (row < count) {
		set_row(page, slice_text(lifetimes[row].name),
			lifetimes[row].value, slice_of(NULL, 0),
			text.length > 0 ? slice_is(text, lifetimes[row].name) :
					  is_usual(page, row));
		return true;
	}
	if (row > count || !is_other(page, count))
		return false;
	set_row(page, text, VALUE_LIFETIME_OTHER, text, true);
	return true;
}
