#include "write.h"

#include "lib/base/stack.h"
#include "row.h"

/* What the callbacks of the template share. */
struct writing {
	struct row row;
	struct sink *sink;
	size_t warning; /* number of the next warning, from 0 */
	/* The texts of values that hold for the whole answer. */
	char count[ROW_NUMBER_MAX];
	char failed[ROW_NUMBER_MAX];
	char permission[SCOPE_TEXT_MAX];
	char warning_text[WARNINGS_TEXT_MAX];
};

static bool next_entry(struct writing *writing)
{
	bool more;

	/* The client is gone. Mint nothing more. */
	if (writing->sink->failed)
		return false;
	more = row_next(&writing->row);
	if (writing->row.tally->broken)
		writing->sink->failed = true;
	return more;
}

static bool next_warning(struct writing *writing)
{
	const struct row *row = &writing->row;
	bool for_people = row->order->format->uses & FORMAT_PAGE;
	const char *text = warnings_get(
		&row->tally->warnings, writing->warning++,
		for_people ? WARNINGS_FOR_PEOPLE : WARNINGS_FOR_PROGRAMS,
		writing->warning_text);

	writing->row.values[VALUE_MESSAGE] = slice_text(text);
	return text != NULL;
}

static bool next_header(struct row *row)
{
	struct slice *values = row->values;
	bool by_client;

	if (!issue_link_header(row->link, &values[VALUE_HEADER_NAME],
			       &values[VALUE_HEADER_VALUE], &by_client))
		return false;
	values[VALUE_BY_CLIENT] = slice_text(by_client ? "1" : NULL);
	return true;
}

/* The callback template_data.next: set the values of the list's next row. */
static bool next_row(void *context, size_t list)
{
	struct writing *writing = context;
	struct row *row = &writing->row;
	bool is_first, more;

	if (list == VALUE_MESSAGES) {
		is_first = writing->warning == 0;
		more = next_warning(writing);
	} else if (list == VALUE_HEADERS && row->link) {
		is_first = row->link->header == 0;
		more = next_header(row);
	} else {
		is_first = row->number == 0;
		more = list == VALUE_ENTRIES && next_entry(writing);
	}
	row->values[VALUE_FIRST] = slice_text(is_first ? "1" : NULL);
	return more;
}

/* Set the values that hold for the whole answer. */
static void set_constants(struct writing *writing)
{
	const struct order *order = writing->row.order;
	const struct tally *tally = writing->row.tally;
	const struct account *account = order->grant.parent->account;
	struct slice *values = writing->row.values;

	scope_text(&order->terms.scope, writing->permission);
	values[VALUE_SINGLE] =
		slice_text(order->kind == ISSUE_SINGLE ? "1" : NULL);
	values[VALUE_LINKS] =
		slice_text(order->kind == ISSUE_LINKS ? "1" : NULL);
	values[VALUE_REDIRECTS] = slice_text(order->own.download ? "1" : NULL);
	values[VALUE_COUNT] = row_number(writing->count, tally->count);
	values[VALUE_FAILED] = row_number(writing->failed, tally->failed);
	values[VALUE_REQUEST_ID] = slice_text(order->who->id);
	values[VALUE_ACCOUNT_ID] = slice_text(account->id);
	values[VALUE_ENDPOINT] = slice_text(account->endpoint);
	values[VALUE_BUCKET] = order->fields->bucket;
	values[VALUE_PERMISSION] = slice_text(writing->permission);
	values[VALUE_CR] = slice_text("\r");
}

static bool run_template(struct writing *writing)
{
	const struct order *order = writing->row.order;
	const struct renderer *renderer = &order->service->renderer;
	size_t format = (size_t)(order->format - renderer->formats);
	struct template_data data = {
		.values = writing->row.values,
		.next = next_row,
		.context = writing,
	};

	set_constants(writing);
	manifest_rewind(order->entries);
	template_run(renderer->templates[format], &data, writing->sink);
	row_wipe(&writing->row);
	stack_wipe(STACK_USED);
	return sink_flush(writing->sink) && !writing->row.tally->broken;
}

/*
 * struct issue_link has space for the longest link, a hundred kilobytes. It is
 * in the stack frame of this function alone, because the compiler touches every
 * page of a large frame (stack clash protection), and a CGI process that makes
 * no link would take a page fault for each.
 */
__attribute__((noinline)) static bool write_links(struct writing *writing)
{
	struct issue_link link;
	struct mint mint;

	issue_link_begin(&link);
	writing->row.mint = &mint;
	writing->row.link = &link;
	return run_template(writing);
}

__attribute__((noinline)) static bool write_credentials(struct writing *writing)
{
	struct mint mint;

	writing->row.mint = &mint;
	return run_template(writing);
}

bool issue_write_body(const struct order *order, struct tally *tally,
		      struct fetch *fetch, struct sink *sink)
{
	struct writing writing = {
		.row = { .order = order, .tally = tally, .fetch = fetch },
		.sink = sink,
	};

	return order->kind == ISSUE_LINKS ? write_links(&writing) :
					    write_credentials(&writing);
}
