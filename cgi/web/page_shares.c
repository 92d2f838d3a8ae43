#include "page_shares.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "cgi/input/accept.h"
#include "cgi/issue/warnings.h"
#include "lib/base/date.h"
#include "page.h"

#define NUMBER_MAX 24

/* ---- which page ------------------------------------------------------------ */

static struct accept_rank rank_of(struct slice accept, enum page_id id)
{
	return accept_rank(accept, slice_text(pages_table[id].content_type));
}

enum error page_shares_choose(struct visit *visit, enum page_id page,
			      enum page_id *chosen, struct problem *problem)
{
	struct slice accept = visit->request->accept;
	struct accept_rank html = rank_of(accept, page);
	struct accept_rank json = rank_of(accept, page + 1);

	if (html.quality == 0 && json.quality == 0)
		return problem_set(problem, ERROR_NOT_ACCEPTABLE, NULL,
				   "this answer is text/html or "
				   "application/json: name one of them in "
				   "Accept");
	*chosen = accept_prefers(html, json) ? page : page + 1;
	if (answer_need_page(&visit->answer, *chosen, problem))
		return problem_set(problem, ERROR_TEMPLATE, NULL,
				   "this page can't be shown now: tell the "
				   "administrator");
	return ERROR_NONE;
}

static void run(struct visit *visit, struct page *page, enum page_id id,
		bool (*next)(void *context, size_t list), void *context)
{
	struct answer *answer = &visit->answer;
	const struct template_data data = { page->values, next, context };

	answer_head(answer, 200, pages_table[id].content_type, NULL);
	template_run(answer_page(answer, id), &data, &answer->sink);
	if (page->lacks_text)
		answer->sink.failed = true;
}

/* ---- a share that was made ----------------------------------------------- */

struct made_rows {
	struct page page;
	const struct warnings *warnings;
	enum warnings_style style;
	size_t row;
	char text[WARNINGS_TEXT_MAX];
};

static bool next_warning(void *context, size_t list)
{
	struct made_rows *rows = context;

	if (list != VALUE_MESSAGES ||
	    !warnings_get(rows->warnings, rows->row, rows->style, rows->text)) {
		rows->row = 0;
		return false;
	}
	page_set_yes(&rows->page, VALUE_FIRST, rows->row == 0);
	page_set_text(&rows->page, VALUE_MESSAGE, rows->text);
	rows->row++;
	return true;
}

void page_shares_made(struct visit *visit, const struct issue *issue,
		      enum page_id id, const char *secret)
{
	const struct order *order = &issue->order;
	struct made_rows rows = {
		.warnings = &issue->tally.warnings,
		.style = id == PAGE_SHARED ? WARNINGS_FOR_PEOPLE :
					     WARNINGS_FOR_PROGRAMS,
	};
	struct page *page = &rows.page;
	char expires[DATE_TEXT_MAX];

	page_begin(page, &visit->answer, &visit->subject);
	date_text(order->share_expires, expires);
	page_set_text(page, VALUE_EXPIRES_AT, expires);
	page_set_text(page, VALUE_SHARE_ID, order->share_id);
	page_set_number(page, VALUE_COUNT, issue->tally.issued);
	page->values[VALUE_TITLE] = order->fields->title;
	if (order->fields->max_downloads > 0)
		page_set_number(page, VALUE_MAX_DOWNLOADS,
				order->fields->max_downloads);
	page_add_text(page, VALUE_URL, slice_text(page->config->public_url));
	page_add_text(page, VALUE_URL, slice_text("/s/"));
	page_add_text(page, VALUE_URL, slice_text(secret));
	run(visit, page, id, next_warning, &rows);
	page_free(page);
}

/* ---- the list ------------------------------------------------------------ */

struct share_rows {
	struct page page;
	const struct share_own *own;
	size_t next;
	bool is_first;
	struct share_file share;
	char created[DATE_TEXT_MAX], expires[DATE_TEXT_MAX];
};

static void set_share(struct share_rows *rows)
{
	const struct share_head *head = &rows->share.head;
	struct page *page = &rows->page;
	uint64_t most = head->number[SHARE_MAX_DOWNLOADS];

	date_text((int64_t)head->number[SHARE_CREATED], rows->created);
	date_text((int64_t)head->number[SHARE_EXPIRES], rows->expires);
	page_set_text(page, VALUE_CREATED_AT, rows->created);
	page_set_text(page, VALUE_EXPIRES_AT, rows->expires);
	page_set_text(page, VALUE_SHARE_ID, rows->share.id);
	page->values[VALUE_TITLE] = head->text[SHARE_TITLE];
	page->values[VALUE_BUCKET] = head->text[SHARE_BUCKET];
	page_set_number(page, VALUE_COUNT, head->number[SHARE_COUNT]);
	page_set_text(page, VALUE_MAX_DOWNLOADS, NULL);
	if (most > 0)
		page_set_number(page, VALUE_MAX_DOWNLOADS, most);
	page_set_yes(page, VALUE_IS_OVER,
		     (int64_t)head->number[SHARE_EXPIRES] < time(NULL));
}

static bool next_share(void *context, size_t list)
{
	struct share_rows *rows = context;
	const struct share_own *own = rows->own;
	struct problem unused;
	enum error error;

	while (list == VALUE_SHARES && rows->next < own->count) {
		share_file_close(&rows->share);
		error = share_file_open(&rows->share,
					rows->page.config->shares_dir,
					own->list[rows->next++].id, &unused);
		/* A list that lacks a share must not look whole. */
		if (error == ERROR_UNAVAILABLE)
			rows->page.lacks_text = true;
		if (error)
			continue;
		set_share(rows);
		page_set_yes(&rows->page, VALUE_FIRST, rows->is_first);
		rows->is_first = false;
		return true;
	}
	rows->next = 0;
	rows->is_first = true;
	return false;
}

void page_shares_list(struct visit *visit, const struct share_own *own,
		      enum page_id id)
{
	static struct share_rows rows;

	rows.own = own;
	rows.next = 0;
	rows.is_first = true;
	rows.share.file = -1;
	rows.share.line = (struct buffer){ 0 };
	manifest_begin(&rows.share.parsed);
	page_begin(&rows.page, &visit->answer, &visit->subject);
	run(visit, &rows.page, id, next_share, &rows);
	share_file_close(&rows.share);
	page_free(&rows.page);
}
