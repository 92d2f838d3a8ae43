#include "row.h"

#include <stdlib.h>

#include "entry.h"
#include "lib/base/unicode.h"
#include "signer.h"

struct slice row_number(char dst[ROW_NUMBER_MAX], uint64_t value)
{
	char *end = dst + ROW_NUMBER_MAX, *digit = end;

	do {
		*--digit = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	return slice_of(digit, (size_t)(end - digit));
}

/* ---- making ready --------------------------------------------------------- */

/* Write the date of expiry. Most entries live as long as the one before, and
 * then it has been written already. */
static void set_expiry(struct row *row, uint32_t ttl)
{
	if (ttl == row->ttl)
		return;
	row->ttl = ttl;
	date_text(row->order->now + ttl, row->expires);
}

/* Make the mint ready for this scope. Most entries have the scope of the one
 * before, and then it is ready. */
static bool begin_mint(struct row *row, const struct scope *scope,
		       enum mint_kind kind)
{
	const struct order *order = row->order;
	const struct parent *parent = order->grant.parent;
	struct mint_claims claims = {
		.bucket = order->fields->bucket,
		.scope = *scope,
		.account_id = slice_text(parent->account->id),
		.access_key_id = slice_text(parent->key.access_key_id),
		.host = slice_text(parent->account->host),
		.issued = order->now,
	};

	if (row->begun && kind == row->mint->kind &&
	    scope_same(scope, &row->scope))
		return true;
	if (row->begun)
		mint_end(row->mint);
	row->begun = true;
	row->scope = *scope;
	return mint_begin(row->mint, kind, &claims, parent->key.secret) ==
	       ERROR_NONE;
}

/* ---- the values of a row -------------------------------------------------- */

static void set_credential(struct row *row, struct slice token)
{
	struct slice *values = row->values;

	values[VALUE_ACCESS_KEY_ID] =
		slice_text(row->order->grant.parent->key.access_key_id);
	values[VALUE_SECRET_ACCESS_KEY] =
		slice_of(row->mint->secret, MINT_SECRET_LENGTH);
	values[VALUE_SESSION_TOKEN] = token;
}

static void set_method(struct row *row, enum method method)
{
	struct slice *values = row->values;
	bool beyond_get = method != METHOD_GET;

	values[VALUE_METHOD] = slice_text(method_names[method]);
	values[VALUE_IS_GET] = slice_text(beyond_get ? NULL : "1");
	values[VALUE_IS_HEAD] = slice_text(method == METHOD_HEAD ? "1" : NULL);
	values[VALUE_IS_PUT] = slice_text(method == METHOD_PUT ? "1" : NULL);
	values[VALUE_IS_DELETE] =
		slice_text(method == METHOD_DELETE ? "1" : NULL);
	values[VALUE_DIFFERS] =
		slice_text(beyond_get || row->beyond_get ? "1" : NULL);
	row->beyond_get = beyond_get;
}

/* Sign the link, by the parent or by the credential just minted for it. */
static void set_link(struct row *row, const struct entry *entry,
		     const struct terms *terms)
{
	struct slice *values = row->values;
	struct issue_link *link = row->link;

	issue_link_one(link, entry->key, terms);
	set_method(row, terms->link.method);
	values[VALUE_URL] = issue_link_url(link);
	values[VALUE_NAME] = issue_entry_name(entry);
	values[VALUE_SHA256] = terms->link.text[LINK_TERM_SHA256];
}

static void set_path(struct row *row, const struct entry *entry)
{
	bool is_prefix = entry->kind == ENTRY_PREFIX;
	/* A bad key may hold any bytes, but an answer is UTF-8. */
	struct slice shown =
		slice_of(entry->key.data, unicode_valid(entry->key));

	row->values[VALUE_KEY] = is_prefix ? slice_of(NULL, 0) : shown;
	row->values[VALUE_PREFIX] = is_prefix ? shown : slice_of(NULL, 0);
}

/* The row shows something issued: set its other values, and count it. */
static void set_issued(struct row *row)
{
	row->values[VALUE_EXPIRES_AT] = slice_text(row->expires);
	row->values[VALUE_ERROR_CODE] = slice_of(NULL, 0);
	row->values[VALUE_ERROR_MESSAGE] = slice_of(NULL, 0);
	row->tally->issued++;
}

/* Show the error in row->problem instead of a secret. Always true: the answer
 * goes on with this row. */
static bool show_failure(struct row *row)
{
	struct slice *values = row->values;

	values[VALUE_ACCESS_KEY_ID] = slice_of(NULL, 0);
	values[VALUE_SECRET_ACCESS_KEY] = slice_of(NULL, 0);
	values[VALUE_SESSION_TOKEN] = slice_of(NULL, 0);
	values[VALUE_URL] = slice_of(NULL, 0);
	values[VALUE_EXPIRES_AT] = slice_of(NULL, 0);
	values[VALUE_ERROR_CODE] =
		row_number(row->code, (uint64_t)row->problem.error);
	values[VALUE_ERROR_MESSAGE] = slice_text(row->problem.message);
	return true;
}

/* ---- rows ----------------------------------------------------------------- */

/* Show what Cloudflare signed for this entry, or why it didn't. False when no
 * answer is left. */
static bool show_fetched(struct row *row, uint32_t ttl)
{
	struct slice *values = row->values;
	struct fetched fetched;

	if (!issue_fetch_next(row->fetch, &fetched))
		return false;
	if (fetched.error) {
		problem_set(&row->problem, fetched.error, NULL, "%.*s",
			    (int)fetched.message.length, fetched.message.data);
		return show_failure(row);
	}
	set_expiry(row, ttl);
	values[VALUE_ACCESS_KEY_ID] = fetched.access_key_id;
	values[VALUE_SECRET_ACCESS_KEY] = fetched.secret;
	values[VALUE_SESSION_TOKEN] = fetched.session_token;
	set_issued(row);
	return true;
}

/* Mint or sign for an entry that has passed its check. False when that fails. */
static bool issue_row(struct row *row, const struct entry *entry,
		      const struct terms *terms)
{
	const struct order *order = row->order;
	bool is_minted = order->kind != ISSUE_LINKS ||
			 order->fields->sign == SIGN_SCOPED;
	bool is_prefix = entry->kind == ENTRY_PREFIX;

	if (order_is_fetched(order))
		return show_fetched(row, terms->scope.ttl);
	/* An entry that was bad in pass 1 may have become good since: the
	 * record does not count it. */
	if (row->tally->issued == row->tally->count)
		return false;
	set_expiry(row, terms->scope.ttl);
	if (is_minted) {
		if (!begin_mint(row, &terms->scope,
				is_prefix ? MINT_PREFIX : MINT_OBJECT))
			return false;
		mint_one(row->mint, entry->key);
	}
	if (order->kind != ISSUE_LINKS)
		set_credential(row, slice_of(row->mint->token,
					     row->mint->token_length));
	else if (issue_link_signer(row->link, order,
				   is_minted ? row->mint : NULL))
		set_link(row, entry, terms);
	else
		return false;
	set_issued(row);
	return true;
}

/* End the answer here. It is cut off, so that nobody takes it for whole. Always
 * false. */
static bool give_up(struct row *row)
{
	row->tally->broken = true;
	return false;
}

/* Show the next entry of a batch. */
static bool next_entry(struct row *row)
{
	const struct order *order = row->order;
	struct problem *problem = &row->problem;
	struct terms terms;
	struct entry entry;

	switch (manifest_next(order->entries, &entry, problem)) {
	case MANIFEST_ENTRY:
		break;
	case MANIFEST_BAD_ENTRY:
		set_path(row, &entry);
		return order_reports(order) ? show_failure(row) : give_up(row);
	case MANIFEST_END:
		return row->number == row->tally->rows ? false : give_up(row);
	default:
		return give_up(row);
	}
	if (row->number == row->tally->rows)
		return give_up(row);
	set_path(row, &entry);
	if (issue_entry_check(order, &entry, &terms, problem))
		return order_reports(order) ? show_failure(row) : give_up(row);
	return issue_row(row, &entry, &terms) || give_up(row);
}

/* Mint and show the one credential that covers all paths. False when that
 * fails. */
static bool mint_single(struct row *row)
{
	const struct order *order = row->order;
	struct buffer prefixes = { 0 }, objects = { 0 };
	bool done = false;

	set_expiry(row, order->terms.scope.ttl);
	if (!begin_mint(row, &order->terms.scope, MINT_FREE) ||
	    !issue_entry_paths(order, &prefixes, &objects))
		goto out;
	/* Without paths the credential would reach the whole bucket. A list was
	 * named, so that is not what was asked for. */
	if (order->entries->part_count > 0 &&
	    prefixes.length + objects.length == 0)
		goto out;
	row->token_size = mint_paths_size(prefixes.length + objects.length);
	row->token = malloc(row->token_size);
	if (!row->token)
		goto out;
	set_credential(row, mint_paths(row->mint, buffer_slice(&prefixes),
				       buffer_slice(&objects), row->token));
	set_issued(row);
	done = true;
out:
	buffer_free(&prefixes);
	buffer_free(&objects);
	return done;
}

/* Show the only row of a single credential. */
static bool show_single(struct row *row)
{
	const struct order *order = row->order;
	bool done = order_is_fetched(order) ?
			    show_fetched(row, order->terms.scope.ttl) :
			    mint_single(row);

	return done || give_up(row);
}

bool row_next(struct row *row)
{
	bool more;

	row->values[VALUE_ROW] = row_number(row->digits, row->number);
	if (row->order->kind == ISSUE_SINGLE)
		more = row->number == 0 && show_single(row);
	else
		more = next_entry(row);
	row->number++;
	return more;
}

void row_wipe(struct row *row)
{
	if (row->begun)
		mint_end(row->mint);
	if (row->link)
		issue_link_end(row->link);
	if (row->token) {
		explicit_bzero(row->token, row->token_size);
		free(row->token);
	}
}
