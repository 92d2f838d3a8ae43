#include "check.h"

#include "entry.h"
#include "lib/audit/audit.h"
#include "lib/base/problems.h"
#include "order_share.h"

/* What the functions of pass 1 share. */
struct check_pass {
	struct order *order;
	struct tally *tally;
	struct problems *problems;
	struct audit_scopes scopes;
};

/* Count one more entry. Beyond a limit it is an error, and reading stops. */
static enum error count_row(struct check_pass *checking, struct entry *entry)
{
	const struct order *order = checking->order;
	uint64_t most = order->service->config->max_entries;
	uint64_t rows = ++checking->tally->rows;

	if (order->share_id && rows > ORDER_SHARE_FILES_MAX)
		return problems_add(checking->problems, ERROR_TOO_LARGE,
				    entry_pointer(entry),
				    "more than %d files in a share: make "
				    "several shares",
				    ORDER_SHARE_FILES_MAX);
	if (rows > most)
		return problems_add(checking->problems, ERROR_TOO_LARGE,
				    entry_pointer(entry),
				    "more than %ju entries in a request: split "
				    "it into several requests",
				    (uintmax_t)most);
	if (rows > order->grant.max_entries)
		return problems_add(checking->problems, ERROR_ACCESS_DENIED,
				    entry_pointer(entry),
				    "this caller may have at most %ju entries "
				    "in a request",
				    (uintmax_t)order->grant.max_entries);
	return ERROR_NONE;
}

/* Count a bad entry. Where the order does not report entries one by one, its
 * problem refuses the whole order. */
static void count_failure(struct check_pass *checking,
			  const struct problem *problem)
{
	checking->tally->failed++;
	if (!order_reports(checking->order))
		problems_push(checking->problems, problem);
}

/* The record names only the order's default terms, so entries whose terms
 * differ from those are counted for it as well. */
static void note_differing(struct check_pass *checking,
			   const struct terms *terms)
{
	struct tally *tally = checking->tally;

	if (scope_same(&terms->scope, &checking->order->terms.scope))
		return;
	tally->differing++;
	tally->differing_reach |= scope_abilities(&terms->scope);
	if (terms->scope.ttl > tally->differing_ttl)
		tally->differing_ttl = terms->scope.ttl;
}

/* Bytes of an entry with terms of its own, as a rule. Few are shorter. */
#define ENTRY_BYTES 64

/* About how many entries there are, but never more than there may be. */
static size_t expect_entries(const struct order *order)
{
	const struct manifest *entries = order->entries;
	uint64_t most = order->grant.max_entries;
	size_t bytes = 0;

	if (most > order->service->config->max_entries)
		most = order->service->config->max_entries;
	for (size_t i = 0; i < entries->part_count; i++)
		bytes += entries->parts[i].text.length;
	return bytes / ENTRY_BYTES < most ? bytes / ENTRY_BYTES : (size_t)most;
}

/* Note all entries before the first one with terms of its own: it may name a
 * key that one of them named. They are read by another iterator, whose scratch
 * is large: only requests with such terms need space for it. */
__attribute__((noinline)) static enum error
note_earlier(struct check_pass *checking, struct problem *problem)
{
	struct order *order = checking->order;
	struct manifest earlier = *order->entries;
	struct terms terms;
	struct problem unused;
	struct entry entry;
	enum manifest_step step;
	enum error error = ERROR_NONE;

	order->repeats.expected = expect_entries(order);
	order->repeats.folder = order->entries->folder;
	manifest_rewind(&earlier);
	for (uint64_t number = 1; !error && number < checking->tally->rows;
	     number++) {
		step = manifest_next(&earlier, &entry, &unused);
		if (step == MANIFEST_ENTRY &&
		    !issue_entry_check(order, &entry, &terms, &unused))
			error = repeats_add(&order->repeats, &entry, &terms,
					    number, problem);
	}
	return error;
}

/* Find out whether an earlier entry has this one's key and other terms. A list
 * of bare keys has nothing that could contradict itself, and no table is made
 * for it. */
static enum error note_terms(struct check_pass *checking,
			     const struct entry *entry,
			     const struct terms *terms, struct problem *problem)
{
	struct repeats *repeats = &checking->order->repeats;
	enum error error = ERROR_NONE;

	if (repeats->complete ||
	    (!repeats->looking && !repeats_has_terms(entry)))
		return ERROR_NONE;
	if (!repeats->looking)
		error = note_earlier(checking, problem);
	repeats->looking = true;
	return error ? error :
		       repeats_add(repeats, entry, terms, checking->tally->rows,
				   problem);
}

/* An error is one that ends the reading: the entry's own is counted. */
static enum error check_entry(struct check_pass *checking, struct entry *entry)
{
	struct tally *tally = checking->tally;
	struct terms terms;
	struct problem problem;
	enum error error;

	error = issue_entry_check(checking->order, entry, &terms, &problem);
	if (!error)
		error = note_terms(checking, entry, &terms, &problem);
	if (error == ERROR_UNAVAILABLE) {
		problems_push(checking->problems, &problem);
		return error;
	}
	if (error) {
		count_failure(checking, &problem);
		return ERROR_NONE;
	}
	warnings_check_key(&tally->warnings, entry,
			   checking->order->kind == ISSUE_LINKS);
	note_differing(checking, &terms);
	audit_scopes_add(&checking->scopes, &terms.scope,
			 entry->kind == ENTRY_PREFIX ? "prefix" : "object",
			 entry->key);
	tally->path_bytes += entry->key.length + 3;
	tally->count++;
	return ERROR_NONE;
}

/* Read and check all entries. An error is one that ended the reading; the
 * problems of single entries are in checking->problems. */
static enum error check_entries(struct check_pass *checking)
{
	struct manifest *entries = checking->order->entries;
	struct problem problem;
	struct entry entry;
	enum error error;

	*checking->tally = (struct tally){ 0 };
	audit_scopes_begin(&checking->scopes, checking->order->fields->bucket);
	manifest_rewind(entries);
	for (;;) {
		switch (manifest_next(entries, &entry, &problem)) {
		case MANIFEST_ENTRY:
			error = count_row(checking, &entry);
			if (!error)
				error = check_entry(checking, &entry);
			if (error)
				return error;
			break;
		case MANIFEST_BAD_ENTRY:
			error = count_row(checking, &entry);
			if (error)
				return error;
			count_failure(checking, &problem);
			break;
		case MANIFEST_BROKEN:
			problems_push(checking->problems, &problem);
			return problem.error;
		case MANIFEST_END:
			return ERROR_NONE;
		}
	}
}

/* Bytes of paths that a token can hold and still fit in a header that every
 * server takes. */
#define COMFORTABLE_PATHS 3000
/* Bytes of paths beyond which no server takes the token in a header. Making it
 * all the same would cost up to 35 bytes of memory for each byte of a path. */
#define SINGLE_PATHS_MAX ((size_t)256 << 10)

/* Check and count the one credential that carries all the paths. */
static enum error check_single(struct check_pass *checking)
{
	struct tally *tally = checking->tally;

	if (tally->path_bytes > SINGLE_PATHS_MAX)
		return problems_add(checking->problems, ERROR_TOO_LARGE,
				    "/objects",
				    "more paths than one credential can carry: "
				    "ask for a batch, or for a prefix");
	if (checking->order->entries->part_count == 0) {
		audit_scopes_add(&checking->scopes,
				 &checking->order->terms.scope, "bucket",
				 slice_of("", 0));
		warnings_add(&tally->warnings, WARNING_WHOLE_BUCKET,
			     "/objects");
	}
	tally->count = 1;
	tally->rows = 1;
	if (tally->path_bytes > COMFORTABLE_PATHS)
		warnings_add(&tally->warnings, WARNING_LONG_TOKEN, "/objects");
	return ERROR_NONE;
}

/* Refuse a format that cannot hold this number of entries. */
static enum error check_format(struct check_pass *checking)
{
	const struct format *format = checking->order->format;
	const struct tally *tally = checking->tally;

	if (tally->rows > 1 && (format->uses & FORMAT_ONE))
		return problems_add(checking->problems, ERROR_BAD_VALUE,
				    "/format",
				    "format '%s' holds one credential, but %ju "
				    "are asked for: choose another format",
				    format->name, (uintmax_t)tally->rows);
	if (tally->count == 0 && (format->uses & FORMAT_FILLED))
		return problems_add(checking->problems, ERROR_EMPTY, "/format",
				    "every entry was refused, and format '%s' "
				    "can't say why: ask for format json",
				    format->name);
	return ERROR_NONE;
}

/* Check what can only be known after all entries were read and passed. */
static enum error check_whole(struct check_pass *checking)
{
	const struct manifest *entries = checking->order->entries;
	enum error error = ERROR_NONE;

	if (checking->tally->rows == 0 && entries->part_count > 0)
		return problems_add(checking->problems, ERROR_EMPTY,
				    entries->parts[0].base,
				    "it holds no entry: name at least one");
	if (checking->order->kind == ISSUE_SINGLE)
		error = check_single(checking);
	return error ? error : check_format(checking);
}

/* Where the order reports entries one by one, all entries of a key that is named
 * twice with different terms are bad, the first of them too. It was counted as
 * good before the second was read, so everything is counted again. */
static enum error check_repeats(struct check_pass *checking)
{
	struct repeats *repeats = &checking->order->repeats;

	if (repeats->found == 0)
		repeats_free(repeats);
	if (repeats->found == 0 || !order_reports(checking->order))
		return ERROR_NONE;
	repeats->complete = true;
	return check_entries(checking);
}

enum error issue_check(struct order *order, struct tally *tally,
		       struct problems *problems)
{
	struct check_pass checking = {
		.order = order,
		.tally = tally,
		.problems = problems,
	};

	if (check_entries(&checking) || check_repeats(&checking) ||
	    problems->count > 0)
		return problems_first(problems);
	if (check_whole(&checking))
		return problems_first(problems);
	audit_scopes_end(&checking.scopes, tally->scopes);
	return ERROR_NONE;
}
