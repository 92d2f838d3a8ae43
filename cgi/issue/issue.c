#include "fetch.h"

#include <stdio.h>
#include <time.h>

#include "lib/base/unicode.h"

/* ---- what is asked for, and by whom --------------------------------------- */

static enum error first_problem(const struct issue *issue)
{
	return issue->problems.list[0].error;
}

static void misplaced(struct issue *issue, enum field field, const char *why)
{
	char pointer[PROBLEM_POINTER_MAX];

	if (!fields_has(issue->fields, field))
		return;
	snprintf(pointer, sizeof(pointer), "/%s", field_names[field]);
	problems_add(&issue->problems, ERROR_BAD_VALUE, pointer, "%s", why);
}

static void check_required(struct issue *issue)
{
	const struct fields *fields = issue->fields;
	bool is_links = issue->kind == ISSUE_LINKS;

	if (!fields_has(fields, FIELD_BUCKET))
		problems_add(&issue->problems, ERROR_MISSING_FIELD, "/bucket",
			     "name the bucket");
	if (!is_links && !fields_has(fields, FIELD_PERMISSION) &&
	    !fields_has(fields, FIELD_ACTIONS))
		problems_add(&issue->problems, ERROR_MISSING_FIELD,
			     "/permission",
			     "name a permission, such as object-read-only");
	if (issue->kind == ISSUE_SINGLE)
		misplaced(issue, FIELD_ON_ERROR,
			  "onError is for batches: a single credential is "
			  "issued or it isn't");
	if (is_links) {
		misplaced(issue, FIELD_PREFIXES,
			  "a link opens one object: name them in 'objects'");
	} else {
		misplaced(issue, FIELD_METHOD,
			  "a method is for links: a credential's permission "
			  "says what it may do");
		misplaced(issue, FIELD_SIGN, "'sign' is for links");
	}
}

static void add_manifest(struct issue *issue)
{
	struct fields *fields = issue->fields;
	struct problem problem;

	if (fields_has(fields, FIELD_MANIFEST_FORMAT) &&
	    !fields_has(fields, FIELD_MANIFEST))
		problems_add(&issue->problems, ERROR_BAD_VALUE,
			     "/manifestFormat", "there is no manifest");
	if (fields_has(fields, FIELD_MANIFEST) && fields->manifest.data &&
	    manifest_add_document(&fields->entries, fields->manifest_format,
				  fields->manifest, &problem))
		problems_push(&issue->problems, &problem);
}

/* A single credential without paths reaches the whole bucket: only for those
 * who may, and never because a list came to nothing. */
static void check_extent(struct issue *issue)
{
	if (issue->fields->entries.part_count > 0)
		return;
	if (issue->kind != ISSUE_SINGLE)
		problems_add(&issue->problems, ERROR_EMPTY, "/objects",
			     "%s, or send a manifest",
			     issue->kind == ISSUE_LINKS ?
				     "a link opens an object: name objects" :
				     "a batch needs entries: name objects or "
				     "prefixes");
	else if (!issue->grant.whole_bucket)
		problems_add(&issue->problems, ERROR_ACCESS_DENIED, "/objects",
			     "this caller may not have the whole bucket: name "
			     "objects or prefixes");
}

static enum error settle_ttl(struct issue *issue)
{
	struct granted granted = { issue->scope, issue->method };
	struct problem problem;
	enum error error;

	if (issue->asked.ttl == 0)
		issue->asked.ttl = issue->grant.max_ttl < TTL_DEFAULT ?
					   issue->grant.max_ttl :
					   TTL_DEFAULT;
	issue->scope.ttl = granted.scope.ttl = issue->asked.ttl;
	error = entry_allowed(issue, &granted, &problem);
	if (error)
		problems_push(&issue->problems, &problem);
	return error;
}

/* The field that says what is asked to be done. */
static const char *blamed_field(const struct issue *issue)
{
	if (issue->kind == ISSUE_LINKS)
		return "/method";
	return fields_has(issue->fields, FIELD_PERMISSION) ? "/permission" :
							     "/actions";
}

static enum error begin_grant(struct issue *issue,
			      const struct subject *subject,
			      struct slice account_id)
{
	struct want want = {
		.account_id = account_id,
		.bucket = issue->fields->bucket,
		.access_key_id = issue->fields->parent,
		.field = blamed_field(issue),
	};
	struct granted wish;
	struct problem problem;
	enum error error;

	issue->asked = issue->fields->scope;
	error = entry_wish(issue, NULL, &wish, &problem);
	if (!error) {
		issue->scope = wish.scope;
		issue->method = wish.method;
		want.abilities = scope_abilities(&issue->scope);
		error = grant_begin(&issue->grant, issue->service->config,
				    subject, &want, &problem);
	}
	if (!error)
		error = issue_fetch_allows(issue, &issue->scope,
					   issue->asked.actions != 0, &problem);
	if (error)
		problems_push(&issue->problems, &problem);
	return error;
}

/* Before anything is issued that could not be written. The log has the words,
 * with the file's name. */
static enum error need_template(struct issue *issue)
{
	struct problem problem;

	if (renderer_need(&issue->service->renderer, issue->format, &problem))
		return problems_add(&issue->problems, ERROR_TEMPLATE, "/format",
				    "format '%s' can't be used now: tell the "
				    "administrator",
				    issue->format->name);
	return ERROR_NONE;
}

enum error issue_begin(struct issue *issue, struct service *service,
		       enum issue_kind kind, const struct subject *subject,
		       struct slice account_id, struct fields *fields,
		       struct audit_request *who)
{
	issue->service = service;
	issue->kind = kind;
	issue->fields = fields;
	issue->who = who;
	issue->now = time(NULL);
	if (need_template(issue))
		return first_problem(issue);
	/* Nothing is missing from what could not be read. */
	if (issue->problems.count > 0 &&
	    first_problem(issue) == ERROR_MALFORMED)
		return ERROR_MALFORMED;
	check_required(issue);
	add_manifest(issue);
	if (issue->problems.count > 0)
		return first_problem(issue);
	if (begin_grant(issue, subject, account_id) || settle_ttl(issue))
		return first_problem(issue);
	check_extent(issue);
	return issue->problems.count > 0 ? first_problem(issue) : ERROR_NONE;
}

/* ---- pass 1: every entry -------------------------------------------------- */

static void warn(struct issue *issue, const char *pointer, const char *text)
{
	if (issue->message_count == ISSUE_MESSAGES_MAX) {
		issue->messages_more++;
		return;
	}
	snprintf(issue->messages[issue->message_count++],
		 sizeof(issue->messages[0]), "%s: %s", pointer, text);
}

static void warn_of_entry(struct issue *issue, struct entry *entry)
{
	struct slice key = entry->key;

	if (entry->kind == ENTRY_PREFIX && key.data[key.length - 1] != '/')
		warn(issue, entry_pointer(entry),
		     "a prefix that does not end in / matches its siblings "
		     "too");
	if (!unicode_is_nfc(key))
		warn(issue, entry_pointer(entry),
		     "not in Unicode NFC, the form R2 keeps keys in: it may "
		     "match nothing");
	if (issue->kind == ISSUE_LINKS &&
	    (key.data[0] == '/' || memmem(key.data, key.length, "//", 2)))
		warn(issue, entry_pointer(entry),
		     "a key with a / at its beginning, or two in a row: some "
		     "clients squash them, and then the link fails");
}

/* One more entry; an error here ends the reading. */
static enum error count_row(struct issue *issue, struct entry *entry)
{
	uint64_t most = issue->service->config->max_entries;

	issue->rows++;
	if (issue->rows > most)
		return problems_add(&issue->problems, ERROR_TOO_LARGE,
				    entry_pointer(entry),
				    "more than %ju entries in a request: send "
				    "it in parts",
				    (uintmax_t)most);
	if (issue->rows > issue->grant.max_entries)
		return problems_add(&issue->problems, ERROR_ACCESS_DENIED,
				    entry_pointer(entry),
				    "this caller may have at most %ju entries "
				    "in a request",
				    (uintmax_t)issue->grant.max_entries);
	return ERROR_NONE;
}

static void entry_failed(struct issue *issue, const struct problem *problem)
{
	issue->failed++;
	if (!issue_reports(issue))
		problems_push(&issue->problems, problem);
}

/* The record names the default; what is beside it must show there too. */
static void note_apart(struct issue *issue, const struct scope *scope)
{
	if (scope_same(scope, &issue->scope))
		return;
	issue->apart++;
	issue->apart_reach |= scope_abilities(scope);
	if (scope->ttl > issue->apart_ttl)
		issue->apart_ttl = scope->ttl;
}

static void check_entry(struct issue *issue, struct entry *entry,
			struct audit_scopes *scopes)
{
	struct granted granted;
	struct problem problem;

	if (entry_verify(issue, entry, &granted, &problem)) {
		entry_failed(issue, &problem);
		return;
	}
	warn_of_entry(issue, entry);
	note_apart(issue, &granted.scope);
	audit_scopes_add(scopes, &granted.scope,
			 entry->kind == ENTRY_PREFIX ? "prefix" : "object",
			 entry->key);
	issue->path_bytes += entry->key.length + 3;
	issue->count++;
}

static enum error check_entries(struct issue *issue,
				struct audit_scopes *scopes)
{
	struct manifest *entries = &issue->fields->entries;
	struct problem problem;
	struct entry entry;

	manifest_rewind(entries);
	for (;;) {
		switch (manifest_next(entries, &entry, &problem)) {
		case MANIFEST_ENTRY:
			if (count_row(issue, &entry))
				return first_problem(issue);
			check_entry(issue, &entry, scopes);
			break;
		case MANIFEST_BAD_ENTRY:
			if (count_row(issue, &entry))
				return first_problem(issue);
			entry_failed(issue, &problem);
			break;
		case MANIFEST_BROKEN:
			problems_push(&issue->problems, &problem);
			return first_problem(issue);
		case MANIFEST_END:
			return ERROR_NONE;
		}
	}
}

/* A token travels in a header, and servers bound those. */
#define COMFORTABLE_PATHS 3000
/* More than any header: it would only cost memory, up to 35 bytes for each. */
#define SINGLE_PATHS_MAX ((size_t)256 << 10)

static enum error check_single(struct issue *issue, struct audit_scopes *scopes)
{
	if (issue->path_bytes > SINGLE_PATHS_MAX)
		return problems_add(&issue->problems, ERROR_TOO_LARGE,
				    "/objects",
				    "more paths than one credential can carry: "
				    "ask for a batch, or for a prefix");
	if (issue->fields->entries.part_count == 0) {
		audit_scopes_add(scopes, &issue->scope, "bucket",
				 slice_of("", 0));
		warn(issue, "/objects",
		     "none is named, and no prefix: this credential reaches "
		     "the whole bucket");
	}
	issue->count = 1;
	issue->rows = 1;
	if (issue->path_bytes > COMFORTABLE_PATHS)
		warn(issue, "/objects",
		     "so many paths make a session token of more than 6 KB: "
		     "some servers and clients refuse headers of that size");
	return ERROR_NONE;
}

/* Does the number of entries suit the format? */
static enum error check_fit(struct issue *issue)
{
	const struct format *format = issue->format;

	if (issue->rows > 1 && (format->uses & FORMAT_ONE))
		return problems_add(&issue->problems, ERROR_BAD_VALUE,
				    "/format",
				    "format '%s' holds one credential, and "
				    "this would be %ju",
				    format->name, (uintmax_t)issue->rows);
	if (issue->count == 0 && (format->uses & FORMAT_FILLED))
		return problems_add(&issue->problems, ERROR_EMPTY, "/format",
				    "no entry is good, and format '%s' can't "
				    "say why: ask for json",
				    format->name);
	return ERROR_NONE;
}

enum error issue_check(struct issue *issue)
{
	struct audit_scopes scopes;
	enum error error;

	audit_scopes_begin(&scopes, issue->fields->bucket);
	error = check_entries(issue, &scopes);
	if (!error && issue->problems.count > 0)
		error = first_problem(issue);
	if (!error && issue->rows == 0 && issue->fields->entries.part_count > 0)
		error = problems_add(&issue->problems, ERROR_EMPTY,
				     issue->fields->entries.parts[0].base,
				     "no entry in it: name at least one");
	if (!error && issue->kind == ISSUE_SINGLE)
		error = check_single(issue, &scopes);
	if (error)
		return error;
	if (check_fit(issue))
		return first_problem(issue);
	audit_scopes_end(&scopes, issue->scopes);
	return issue_fetch_reserve(issue);
}

/* ---- the record ----------------------------------------------------------- */

enum error issue_record(struct issue *issue)
{
	const struct parent *parent = issue->grant.parent;
	struct audit_issue record = {
		.account_id = slice_text(parent->account->id),
		.access_key_id = slice_text(parent->key.access_key_id),
		.bucket = issue->fields->bucket,
		.scope = issue->scope,
		.count = issue->count,
		.failed = issue->failed,
		.apart = issue->apart,
		.apart_reach = issue->apart_reach,
		.apart_ttl = issue->apart_ttl,
	};

	memcpy(record.scopes, issue->scopes, sizeof(record.scopes));
	if (audit_issue(&issue->service->audit, issue->who, &record))
		return problems_add(&issue->problems, ERROR_UNAVAILABLE, NULL,
				    "the audit log can't be written, so "
				    "nothing was issued: tell the "
				    "administrator");
	issue->recorded = true;
	return ERROR_NONE;
}

void issue_end(struct issue *issue, bool complete, uint64_t bytes)
{
	const char *result = complete      ? "complete" :
			     issue->broken ? "failed" :
					     "client-gone";
	enum error unrecorded;

	/* Should this line be lost, the first one stands: issued, outcome
	 * unknown. */
	if (issue->recorded) {
		unrecorded = audit_outcome(&issue->service->audit, issue->who,
					   result, issue->issued, bytes);
		(void)unrecorded;
	}
	issue_fetch_free(issue);
	grant_free(&issue->grant);
	issue->recorded = false;
}
