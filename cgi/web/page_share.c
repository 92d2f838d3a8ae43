#include "page_share.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/base/date.h"
#include "lib/base/escape.h"
#include "mount.h"

/* Bytes of a 64-bit number in decimal, with its NUL. */
#define NUMBER_MAX 24

/* Bytes of what a file's address has behind the share's: its number, and its
 * name, each of whose bytes may be escaped. */
#define TAIL_MAX (NUMBER_MAX + 2 + 3 * KEY_MAX)

/* The values of the page, and which of the share's files comes next. */
struct file_rows {
	const struct page_share *page;
	struct slice values[VALUE_NUMBER_OF_PAGE_NAMES];
	uint64_t next; /* the file to be looked at next, from 0 */
	uint64_t shown;
	struct buffer assets;
	struct buffer url; /* begins with the share's address */
	size_t base_length;
	char number[NUMBER_MAX], bytes[NUMBER_MAX], left[NUMBER_MAX];
	char most[NUMBER_MAX], row[NUMBER_MAX];
	char size[PAGE_SHARE_SIZE_MAX];
	char created[DATE_TEXT_MAX], expires[DATE_TEXT_MAX];
};

/* ---- texts ----------------------------------------------------------------- */

static struct slice number_text(char dst[NUMBER_MAX], uint64_t number)
{
	snprintf(dst, NUMBER_MAX, "%" PRIu64, number);
	return slice_text(dst);
}

void page_share_size(char dst[PAGE_SHARE_SIZE_MAX], uint64_t bytes)
{
	static const char *const units[] = {
		"kB", "MB", "GB", "TB", "PB", "EB"
	};
	uint64_t unit = 1000;
	size_t i = 0;

	if (bytes < 1000) {
		snprintf(dst, PAGE_SHARE_SIZE_MAX, "%u B", (unsigned)bytes);
		return;
	}
	/* What would be shown as 1000 is 1 of the next unit. */
	while (i < 5 && bytes / unit >= 1000) {
		unit *= 1000;
		i++;
	}
	if (bytes / unit < 10)
		snprintf(dst, PAGE_SHARE_SIZE_MAX, "%u.%u %s",
			 (unsigned)(bytes / unit),
			 (unsigned)(bytes % unit / (unit / 10)), units[i]);
	else
		snprintf(dst, PAGE_SHARE_SIZE_MAX, "%u %s",
			 (unsigned)(bytes / unit), units[i]);
}

/* What visitors call the file: the name that it is saved under, else its key
 * behind the folder that all have in common. */
static struct slice name_of(const struct share_head *head,
			    const struct entry *entry)
{
	struct slice name = entry->link.text[LINK_TERM_FILENAME];
	size_t folder = (size_t)head->number[SHARE_FOLDER];

	if (name.length > 0 || folder >= entry->key.length)
		return name.length > 0 ? name : entry->key;
	return slice_of(entry->key.data + folder, entry->key.length - folder);
}

/* The part of a name behind its last slash, but for slashes at its end:
 * programs such as wget save a file under what its address ends with, and web
 * servers take an encoded slash for a plain one, or refuse it. */
static struct slice last_part(struct slice name)
{
	struct slice part;

	while (name.length > 0 && name.data[name.length - 1] == '/')
		name.length--;
	part = name;
	for (size_t i = 0; i < name.length; i++) {
		if (name.data[i] == '/')
			part = slice_of(name.data + i + 1, name.length - i - 1);
	}
	return part.length > 0 ? part : slice_text("file");
}

/* ---- rows ------------------------------------------------------------------ */

/* Read the next file that may still be handed out. */
static enum error next_file(struct file_rows *rows, struct entry *entry,
			    struct problem *problem)
{
	const struct share_visit *visit = rows->page->visit;
	enum error error;

	do {
		error = share_file_entry(visit->share, rows->next, entry,
					 problem);
		if (error)
			return error;
		rows->next++;
	} while (share_right_key_check(visit->right, entry->key, problem));
	return ERROR_NONE;
}

static bool set_url(struct file_rows *rows, struct slice name)
{
	struct buffer *url = &rows->url;

	url->length = rows->base_length;
	if (!buffer_format(url, "/%" PRIu64 "/", rows->next) ||
	    !buffer_reserve(url, name.length * ESCAPE_GROWTH))
		return false;
	url->length +=
		escape_url(url->data + url->length, name.data, name.length);
	rows->values[VALUE_URL] = buffer_slice(url);
	return true;
}

static void set_size(struct file_rows *rows, const struct entry *entry)
{
	struct slice length = entry->link.text[LINK_TERM_CONTENT_LENGTH];
	uint64_t bytes;

	rows->values[VALUE_BYTES] = rows->values[VALUE_SIZE] =
		slice_of(NULL, 0);
	if (length.length == 0 || !slice_number(length, UINT64_MAX, &bytes))
		return;
	page_share_size(rows->size, bytes);
	rows->values[VALUE_BYTES] = number_text(rows->bytes, bytes);
	rows->values[VALUE_SIZE] = slice_text(rows->size);
}

static enum error set_left(struct file_rows *rows)
{
	const struct share_visit *visit = rows->page->visit;
	struct problem unknown;
	uint64_t left;

	rows->values[VALUE_LEFT] = rows->values[VALUE_USED_UP] =
		slice_of(NULL, 0);
	if (visit->share->head.number[SHARE_MAX_DOWNLOADS] == 0)
		return ERROR_NONE;
	if (share_give_left(visit, rows->next - 1, &left, &unknown))
		return unknown.error;
	rows->values[VALUE_LEFT] = number_text(rows->left, left);
	rows->values[VALUE_USED_UP] = slice_text(left == 0 ? "1" : NULL);
	return ERROR_NONE;
}

/* As `next` of struct template_data. */
static bool next_row(void *context, size_t list)
{
	struct file_rows *rows = context;
	const struct share_head *head = &rows->page->visit->share->head;
	struct problem problem;
	struct entry entry;
	enum error error;
	struct slice name;

	if (list != VALUE_ENTRIES)
		return false;
	error = next_file(rows, &entry, &problem);
	if (!error) {
		name = name_of(head, &entry);
		rows->values[VALUE_NAME] = rows->values[VALUE_KEY] = name;
		rows->values[VALUE_SHA256] = entry.link.text[LINK_TERM_SHA256];
		error = set_url(rows, last_part(name)) ? set_left(rows) :
							 ERROR_UNAVAILABLE;
	}
	if (error) {
		/* A list that lacks files must not look whole. */
		if (error != ERROR_NO_ROUTE)
			rows->page->answer->sink.failed = true;
		rows->values[VALUE_ROW] = rows->values[VALUE_COUNT] =
			number_text(rows->row, rows->shown);
		rows->next = rows->shown = 0;
		return false;
	}
	set_size(rows, &entry);
	rows->values[VALUE_FIRST] = slice_text(rows->shown == 0 ? "1" : NULL);
	rows->values[VALUE_ROW] = number_text(rows->row, rows->shown++);
	return true;
}

/* ---- the whole ------------------------------------------------------------- */

static void set_whole(struct file_rows *rows)
{
	const struct share_visit *visit = rows->page->visit;
	const struct share_head *head = &visit->share->head;
	struct slice *values = rows->values;
	uint64_t most = head->number[SHARE_MAX_DOWNLOADS];

	date_text((int64_t)head->number[SHARE_CREATED], rows->created);
	date_text(visit->right->expires, rows->expires);
	values[VALUE_SHARE_ID] = slice_text(visit->share->id);
	values[VALUE_TITLE] = head->text[SHARE_TITLE];
	values[VALUE_SHARE_MESSAGE] = head->text[SHARE_MESSAGE];
	values[VALUE_CREATED_AT] = slice_text(rows->created);
	values[VALUE_EXPIRES_AT] = slice_text(rows->expires);
	values[VALUE_COUNT] =
		number_text(rows->number, head->number[SHARE_COUNT]);
	values[VALUE_FAILED] = slice_text("0");
	if (most > 0)
		values[VALUE_MAX_DOWNLOADS] = number_text(rows->most, most);
	values[VALUE_REQUEST_ID] = slice_text(rows->page->answer->who->id);
	values[VALUE_METHOD] = slice_text("GET");
	values[VALUE_LINKS] = values[VALUE_IS_GET] = values[VALUE_REDIRECTS] =
		slice_text("1");
	values[VALUE_CR] = slice_text("\r");
}

void page_share_write(const struct page_share *page,
		      const struct template *template)
{
	struct file_rows rows = { .page = page };
	const struct template_data data = { rows.values, next_row, &rows };
	const char *public_url = page->answer->service->config->public_url;

	set_whole(&rows);
	if (!buffer_format(&rows.url, "%s/s/%.*s", public_url,
			   (int)page->secret.length, page->secret.data) ||
	    !buffer_reserve(&rows.url, TAIL_MAX) ||
	    !mount_add_assets(&rows.assets, page->answer->request->script)) {
		page->answer->sink.failed = true;
	} else {
		rows.base_length = rows.url.length;
		rows.values[VALUE_SHARE_BASE] = buffer_slice(&rows.url);
		rows.values[VALUE_ASSETS] = buffer_slice(&rows.assets);
		template_run(template, &data, &page->answer->sink);
	}
	buffer_free(&rows.url);
	buffer_free(&rows.assets);
}

enum error page_share_check(const struct page_share *page,
			    const struct format *format,
			    struct problem *problem)
{
	struct file_rows rows = { .page = page };
	const struct share_head *head = &page->visit->share->head;
	struct entry entry;
	enum error error = ERROR_NONE;
	uint64_t left;

	if (head->number[SHARE_MAX_DOWNLOADS] > 0)
		error = share_give_left(page->visit, 0, &left, problem);
	if (error || !format || !format->unfit)
		return error;
	while (!(error = next_file(&rows, &entry, problem))) {
		const char *why = format->unfit(name_of(head, &entry));

		if (why)
			return problem_set(problem, ERROR_BAD_VALUE, "/format",
					   "format '%s' can't carry file %ju: "
					   "%s",
					   format->name, (uintmax_t)rows.next,
					   why);
	}
	return error == ERROR_NO_ROUTE ? ERROR_NONE : error;
}
