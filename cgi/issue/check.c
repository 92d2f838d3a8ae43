#include "check.h"

#include "entry.h"
#include "lib/audit/audit.h"
#include "lib/base/problems.h"
#include "lib/base/unicode.h"

/* What pass 1 works on. */
struct check_pass {
	const struct order *order;
	struct tally *tally;
	struct problems *problems;
	struct audit_scopes scopes;
};

static void warn_of_entry(const struct order *order, struct entry *entry,
			  struct warnings *warnings)
{
	struct slice key = entry->key;

	if (entry->kind == ENTRY_PREFIX && key.data[key.length - 1] != '/')
		warnings_add(warnings, entry_pointer(entry),
			     "a prefix that does not end in / matches its "
			     "siblings too");
	if (!unicode_is_nfc(key))
		warnings_add(warnings, entry_pointer(entry),
			     "not in Unicode NFC, the form R2 keeps keys in: "
			     "it may match nothing");
	if (order->kind == ISSUE_LINKS &&
	    (key.data[0] == '/' || memmem(key.data, key.length, "//", 2)))
		warnings_add(warnings, entry_pointer(entry),
			     "a key with a / at its beginning, or two in a "
			     "row: some clients squash them, and then the "
			     "link fails");
}

/* Count one more entry. An error here ends the reading. */
static enum error count_row(struct check_pass *checking, struct entry *entry)
{
	const struct order *order = checking->order;
	uint64_t most = order->service->config->max_entries;
	uint64_t rows = ++checking->tally->rows;

	if (rows > most)
		return problems_add(checking->problems, ERROR_TOO_LARGE,
				    entry_pointer(entry),
				    "more than %ju entries in a request: send "
				    "it in parts",
				    (uintmax_t)most);
	if (rows > order->grant.max_entries)
		return problems_add(checking->problems, ERROR_ACCESS_DENIED,
				    entry_pointer(entry),
				    "this caller may have at most %ju entries "
				    "in a request",
				    (uintmax_t)order->grant.max_entries);
	return ERROR_NONE;
}

static void entry_failed(struct check_pass *checking,
			 const struct problem *problem)
{
	checking->tally->failed++;
	if (!order_reports(checking->order))
		problems_push(checking->problems, problem);
}

/* The record names the order's default terms. Entries whose terms are others
 * must show there too. */
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

static void check_entry(struct check_pass *checking, struct entry *entry)
{
	struct tally *tally = checking->tally;
	struct terms terms;
	struct problem problem;

	if (issue_entry_check(checking->order, entry, &terms, &problem)) {
		entry_failed(checking, &problem);
		return;
	}
	warn_of_entry(checking->order, entry, &tally->warnings);
	note_differing(checking, &terms);
	audit_scopes_add(&checking->scopes, &terms.scope,
			 entry->kind == ENTRY_PREFIX ? "prefix" : "object",
			 entry->key);
	tally->path_bytes += entry->key.length + 3;
	tally->count++;
}

static enum error check_entries(struct check_pass *checking)
{
	struct manifest *entries = checking->order->entries;
	struct problem problem;
	struct entry entry;
	enum error error;

	manifest_rewind(entries);
	for (;;) {
		switch (manifest_next(entries, &entry, &problem)) {
		case MANIFEST_ENTRY:
			error = count_row(checking, &entry);
			if (error)
				return error;
			check_entry(checking, &entry);
			break;
		case MANIFEST_BAD_ENTRY:
			error = count_row(checking, &entry);
			if (error)
				return error;
			entry_failed(checking, &problem);
			break;
		case MANIFEST_BROKEN:
			problems_push(checking->problems, &problem);
			return problem.error;
		case MANIFEST_END:
			return ERROR_NONE;
		}
	}
}

/* A token travels in a header, and servers bound the size of headers. */
#define COMFORTABLE_PATHS 3000
/* No header is as long as this. Such a token would only cost memory, up to 35
 * bytes for each byte of a path. */
#define SINGLE_PATHS_MAX ((size_t)256 << 10)

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
		warnings_add(&tally->warnings, "/objects",
			     "none is named, and no prefix: this credential "
			     "reaches the whole bucket");
	}
	tally->count = 1;
	tally->rows = 1;
	if (tally->path_bytes > COMFORTABLE_PATHS)
		warnings_add(&tally->warnings, "/objects",
			     "so many paths make a session token of more than "
			     "6 KB: some servers and clients refuse headers "
			     "of that size");
	return ERROR_NONE;
}

/* Does the number of entries suit the format? */
static enum error check_format(struct check_pass *checking)
{
	const struct format *format = checking->order->format;
	const struct tally *tally = checking->tally;

	if (tally->rows > 1 && (format->uses & FORMAT_ONE))
		return problems_add(checking->problems, ERROR_BAD_VALUE,
				    "/format",
				    "format '%s' holds one credential, and "
				    "this would be %ju",
				    format->name, (uintmax_t)tally->rows);
	if (tally->count == 0 && (format->uses & FORMAT_FILLED))
		return problems_add(checking->problems, ERROR_EMPTY, "/format",
				    "no entry is good, and format '%s' can't "
				    "say why: ask for json",
				    format->name);
	return ERROR_NONE;
}

/* After all entries were read and passed. */
static enum error check_whole(struct check_pass *checking)
{
	const struct manifest *entries = checking->order->entries;
	enum error error = ERROR_NONE;

	if (checking->tally->rows == 0 && entries->part_count > 0)
		return problems_add(checking->problems, ERROR_EMPTY,
				    entries->parts[0].base,
				    "no entry in it: name at least one");
	if (checking->order->kind == ISSUE_SINGLE)
		error = check_single(checking);
	return error ? error : check_format(checking);
}

enum error issue_check(const struct order *order, struct tally *tally,
		       struct problems *problems)
{
	struct check_pass checking = {
		.order = order,
		.tally = tally,
		.problems = problems,
	};

	audit_scopes_begin(&checking.scopes, order->fields->bucket);
	if (check_entries(&checking) || problems->count > 0)
		return problems_first(problems);
	if (check_whole(&checking))
		return problems_first(problems);
	audit_scopes_end(&checking.scopes, tally->scopes);
	return ERROR_NONE;
}
