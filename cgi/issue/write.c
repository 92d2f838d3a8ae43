/* Pass 2 of issue.h: mint, render, write. Nothing here allocates, except for
 * the one token of a single credential, whose length is the caller's choice. */
#include <stdio.h>
#include <stdlib.h>

#include "fetch.h"
#include "lib/base/date.h"
#include "lib/base/unicode.h"
#include "link.h"

/* Decimal digits of a uint64_t. */
#define NUMBER_MAX 20

struct writing {
	struct issue *issue;
	struct sink *sink;
	struct slice values[VALUE_NUMBER_OF_NAMES];
	uint64_t row;
	size_t message;
	bool begun; /* mint is ready for this scope */
	struct scope scope;
	uint32_t expires_ttl; /* what `expires` was made for */
	bool beyond_get;      /* the last link was more than a GET */
	char *room;           /* of a single credential's token */
	size_t room_size;
	char expires[DATE_TEXT_MAX];
	char number[NUMBER_MAX]; /* of the row */
	char count[NUMBER_MAX];
	char failed[NUMBER_MAX];
	char code[NUMBER_MAX];
	char permission[SCOPE_TEXT_MAX];
	struct problem problem;
	char last_message[PROBLEM_MESSAGE_MAX];
	struct mint *mint;       /* holds something where begun */
	struct issue_link *link; /* NULL: no links are made */
};

/* Once a row: without stdio. */
static struct slice number(char dst[NUMBER_MAX], uint64_t value)
{
	char *end = dst + NUMBER_MAX, *digit = end;

	do {
		*--digit = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	return slice_of(digit, (size_t)(end - digit));
}

/* Most entries live as long as the one before. */
static void set_expiry(struct writing *writing, uint32_t ttl)
{
	if (ttl == writing->expires_ttl)
		return;
	writing->expires_ttl = ttl;
	date_text(writing->issue->now + ttl, writing->expires);
}

/* Make the minting state fit; most entries find that it does. */
static bool prepare(struct writing *writing, const struct scope *scope,
		    enum mint_kind kind)
{
	const struct issue *issue = writing->issue;
	const struct parent *parent = issue->grant.parent;
	struct mint_claims claims = {
		.bucket = issue->fields->bucket,
		.scope = *scope,
		.account_id = slice_text(parent->account->id),
		.access_key_id = slice_text(parent->key.access_key_id),
		.host = slice_text(parent->account->host),
		.issued = issue->now,
	};

	if (writing->begun && kind == writing->mint->kind &&
	    scope_same(scope, &writing->scope))
		return true;
	if (writing->begun)
		mint_end(writing->mint);
	writing->begun = true;
	writing->scope = *scope;
	return mint_begin(writing->mint, kind, &claims, &parent->key.secret) ==
	       ERROR_NONE;
}

static void set_credential(struct writing *writing, struct slice token)
{
	struct slice *values = writing->values;

	values[VALUE_ACCESS_KEY_ID] =
		slice_text(writing->issue->grant.parent->key.access_key_id);
	values[VALUE_SECRET_ACCESS_KEY] =
		slice_of(writing->mint->secret, MINT_SECRET_LENGTH);
	values[VALUE_SESSION_TOKEN] = token;
}

static void set_method(struct writing *writing, enum method method)
{
	struct slice *values = writing->values;
	bool beyond_get = method != METHOD_GET;

	values[VALUE_METHOD] = slice_text(method_names[method]);
	values[VALUE_IS_GET] = slice_text(beyond_get ? NULL : "1");
	values[VALUE_IS_HEAD] = slice_text(method == METHOD_HEAD ? "1" : NULL);
	values[VALUE_IS_PUT] = slice_text(method == METHOD_PUT ? "1" : NULL);
	values[VALUE_IS_DELETE] =
		slice_text(method == METHOD_DELETE ? "1" : NULL);
	values[VALUE_DIFFERS] =
		slice_text(beyond_get || writing->beyond_get ? "1" : NULL);
	writing->beyond_get = beyond_get;
}

/* A link, signed by the parent or by the credential just minted for it. */
static void set_link(struct writing *writing, const struct entry *entry,
		     const struct granted *granted)
{
	struct slice *values = writing->values;
	struct issue_link *link = writing->link;

	issue_link_one(link, entry, granted);
	set_method(writing, granted->method);
	values[VALUE_URL] =
		slice_of(link->presign.url, link->presign.url_length);
	values[VALUE_NAME] = entry_name(entry);
	values[VALUE_SHA256] = entry->sha256;
}

static void set_path(struct writing *writing, const struct entry *entry)
{
	bool is_prefix = entry->kind == ENTRY_PREFIX;
	/* A bad key may be any bytes; an answer is UTF-8. */
	struct slice shown =
		slice_of(entry->key.data, unicode_valid(entry->key));

	writing->values[VALUE_KEY] = is_prefix ? slice_of(NULL, 0) : shown;
	writing->values[VALUE_PREFIX] = is_prefix ? shown : slice_of(NULL, 0);
}

/* The row is good. */
static void set_issued(struct writing *writing)
{
	writing->values[VALUE_EXPIRES_AT] = slice_text(writing->expires);
	writing->values[VALUE_ERROR_CODE] = slice_of(NULL, 0);
	writing->values[VALUE_ERROR_MESSAGE] = slice_of(NULL, 0);
	writing->issue->issued++;
}

static bool failed_row(struct writing *writing)
{
	struct slice *values = writing->values;

	values[VALUE_ACCESS_KEY_ID] = slice_of(NULL, 0);
	values[VALUE_SECRET_ACCESS_KEY] = slice_of(NULL, 0);
	values[VALUE_SESSION_TOKEN] = slice_of(NULL, 0);
	values[VALUE_URL] = slice_of(NULL, 0);
	values[VALUE_EXPIRES_AT] = slice_of(NULL, 0);
	values[VALUE_ERROR_CODE] =
		number(writing->code, (uint64_t)writing->problem.error);
	values[VALUE_ERROR_MESSAGE] = slice_text(writing->problem.message);
	return true;
}

/* The end of the rows, cut off so that nobody takes it for whole. */
static bool give_up(struct writing *writing)
{
	writing->issue->broken = true;
	writing->sink->failed = true;
	return false;
}

/* What Cloudflare signed for this entry, or why it didn't. */
static bool fetched_row(struct writing *writing, uint32_t ttl)
{
	struct slice *values = writing->values;
	struct fetched fetched;

	if (!issue_fetch_next(writing->issue, &fetched))
		return false;
	if (fetched.error) {
		problem_set(&writing->problem, fetched.error, NULL, "%.*s",
			    (int)fetched.message.length, fetched.message.data);
		return failed_row(writing);
	}
	set_expiry(writing, ttl);
	values[VALUE_ACCESS_KEY_ID] = fetched.access_key_id;
	values[VALUE_SECRET_ACCESS_KEY] = fetched.secret;
	values[VALUE_SESSION_TOKEN] = fetched.session_token;
	set_issued(writing);
	return true;
}

static bool issue_entry(struct writing *writing, const struct entry *entry,
			const struct granted *granted)
{
	struct issue *issue = writing->issue;
	bool by_parent = issue->kind == ISSUE_LINKS &&
			 issue->fields->sign == SIGN_PARENT;
	bool is_prefix = entry->kind == ENTRY_PREFIX;

	if (issue_is_fetched(issue))
		return fetched_row(writing, granted->scope.ttl);
	set_expiry(writing, granted->scope.ttl);
	if (!by_parent) {
		if (!prepare(writing, &granted->scope,
			     is_prefix ? MINT_PREFIX : MINT_OBJECT))
			return false;
		mint_one(writing->mint, entry->key);
	}
	if (issue->kind != ISSUE_LINKS)
		set_credential(writing, slice_of(writing->mint->token,
						 writing->mint->token_length));
	else if (issue_link_signer(writing->link, issue,
				   by_parent ? NULL : writing->mint))
		set_link(writing, entry, granted);
	else
		return false;
	set_issued(writing);
	return true;
}

/*
 * The next entry of a batch. Each is checked once more: what is issued must
 * be what was recorded, even if the manifest changed under us.
 */
static bool next_entry(struct writing *writing)
{
	struct issue *issue = writing->issue;
	struct problem *problem = &writing->problem;
	bool is_reported = issue->fields->on_error == ON_ERROR_REPORT;
	struct granted granted;
	struct entry entry;

	switch (manifest_next(&issue->fields->entries, &entry, problem)) {
	case MANIFEST_ENTRY:
		break;
	case MANIFEST_BAD_ENTRY:
		set_path(writing, &entry);
		return is_reported ? failed_row(writing) : give_up(writing);
	case MANIFEST_END:
		return writing->row == issue->rows ? false : give_up(writing);
	default:
		return give_up(writing);
	}
	if (writing->row == issue->rows)
		return give_up(writing);
	set_path(writing, &entry);
	if (entry_verify(issue, &entry, &granted, problem))
		return is_reported ? failed_row(writing) : give_up(writing);
	return issue_entry(writing, &entry, &granted) || give_up(writing);
}

/* One credential for all that is named. */
static bool single_row(struct writing *writing)
{
	const struct issue *issue = writing->issue;
	struct buffer prefixes = { 0 }, objects = { 0 };
	bool done = false;

	set_expiry(writing, issue->scope.ttl);
	if (!prepare(writing, &issue->scope, MINT_FREE) ||
	    !entry_paths(issue, &prefixes, &objects))
		goto out;
	/* A list that came to nothing must not mean everything. */
	if (issue->fields->entries.part_count > 0 &&
	    prefixes.length + objects.length == 0)
		goto out;
	writing->room_size = mint_paths_size(prefixes.length + objects.length);
	writing->room = malloc(writing->room_size);
	if (!writing->room)
		goto out;
	set_credential(writing,
		       mint_paths(writing->mint, buffer_slice(&prefixes),
				  buffer_slice(&objects), writing->room));
	set_issued(writing);
	done = true;
out:
	buffer_free(&prefixes);
	buffer_free(&objects);
	return done ? true : give_up(writing);
}

static bool only_row(struct writing *writing)
{
	const struct issue *issue = writing->issue;

	if (!issue_is_fetched(issue))
		return single_row(writing);
	return fetched_row(writing, issue->scope.ttl) || give_up(writing);
}

static bool next_credential(struct writing *writing)
{
	struct issue *issue = writing->issue;
	bool more;

	/* Nobody is there any more: what is left needs no minting. */
	if (writing->sink->failed)
		return false;
	writing->values[VALUE_ROW] = number(writing->number, writing->row);
	if (issue->kind == ISSUE_SINGLE)
		more = writing->row == 0 && only_row(writing);
	else
		more = next_entry(writing);
	writing->row++;
	return more;
}

static bool next_message(struct writing *writing)
{
	struct issue *issue = writing->issue;
	size_t at = writing->message++;

	if (at < issue->message_count) {
		writing->values[VALUE_MESSAGE] =
			slice_text(issue->messages[at]);
		return true;
	}
	if (at > issue->message_count || issue->messages_more == 0)
		return false;
	snprintf(writing->last_message, sizeof(writing->last_message),
		 "and %ju more warnings", (uintmax_t)issue->messages_more);
	writing->values[VALUE_MESSAGE] = slice_text(writing->last_message);
	return true;
}

static bool next_row(void *context, size_t list)
{
	struct writing *writing = context;
	bool is_first, more;

	if (list == VALUE_MESSAGES) {
		is_first = writing->message == 0;
		more = next_message(writing);
	} else if (list == VALUE_HEADERS && writing->link) {
		is_first = writing->link->header == 0;
		more = issue_link_header(writing->link,
					 &writing->values[VALUE_HEADER_NAME],
					 &writing->values[VALUE_HEADER_VALUE]);
	} else {
		is_first = writing->row == 0;
		more = list == VALUE_ENTRIES && next_credential(writing);
	}
	writing->values[VALUE_FIRST] = slice_text(is_first ? "1" : NULL);
	return more;
}

static void set_constants(struct writing *writing)
{
	const struct issue *issue = writing->issue;
	const struct account *account = issue->grant.parent->account;
	struct slice *values = writing->values;

	scope_text(&issue->scope, writing->permission);
	values[VALUE_SINGLE] =
		slice_text(issue->kind == ISSUE_SINGLE ? "1" : NULL);
	values[VALUE_LINKS] =
		slice_text(issue->kind == ISSUE_LINKS ? "1" : NULL);
	values[VALUE_COUNT] = number(writing->count, issue->count);
	values[VALUE_FAILED] = number(writing->failed, issue->failed);
	values[VALUE_REQUEST_ID] = slice_text(issue->who->id);
	values[VALUE_ACCOUNT_ID] = slice_text(account->id);
	values[VALUE_ENDPOINT] = slice_text(account->endpoint);
	values[VALUE_BUCKET] = issue->fields->bucket;
	values[VALUE_PERMISSION] = slice_text(writing->permission);
}

static void wipe(struct writing *writing)
{
	if (writing->begun)
		mint_end(writing->mint);
	if (writing->link)
		issue_link_end(writing->link);
	if (writing->room) {
		explicit_bzero(writing->room, writing->room_size);
		free(writing->room);
	}
}

static bool write_with(struct issue *issue, struct sink *sink,
		       struct mint *mint, struct issue_link *link)
{
	const struct renderer *renderer = &issue->service->renderer;
	size_t format = (size_t)(issue->format - renderer->formats);
	struct writing writing = {
		.issue = issue, .sink = sink, .mint = mint, .link = link
	};
	struct template_data data = {
		.values = writing.values,
		.next = next_row,
		.context = &writing,
	};

	set_constants(&writing);
	manifest_rewind(&issue->fields->entries);
	template_run(renderer->templates[format], &data, sink);
	wipe(&writing);
	return sink_flush(sink) && !issue->broken;
}

/* Room for the longest link is a hundred kilobytes. It is a frame of its own
 * because a large frame is touched page by page (stack clash protection), which
 * a CGI process would pay for with a fault each. */
__attribute__((noinline)) static bool write_links(struct issue *issue,
						  struct sink *sink)
{
	struct issue_link link;
	struct mint mint;

	issue_link_begin(&link);
	return write_with(issue, sink, &mint, &link);
}

__attribute__((noinline)) static bool write_credentials(struct issue *issue,
							struct sink *sink)
{
	struct mint mint;

	return write_with(issue, sink, &mint, NULL);
}

bool issue_write(struct issue *issue, struct sink *sink)
{
	/* Nothing is issued that the audit log does not name. The answer is
	 * cut off, so that nobody takes what stands before it for whole. */
	if (!issue->recorded) {
		issue->broken = true;
		sink->failed = true;
		return false;
	}
	return issue->kind == ISSUE_LINKS ? write_links(issue, sink) :
					    write_credentials(issue, sink);
}
