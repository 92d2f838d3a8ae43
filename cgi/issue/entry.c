#include "entry.h"

#include "lib/base/escape.h"
#include "signer.h"

/* `pointer` is "/" and the name of the field that only a link has. */
static enum error links_only_problem(const char *pointer,
				     struct problem *problem)
{
	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   "'%s' is for links, not for credentials: leave it "
			   "out, or ask for presigned-urls",
			   pointer + 1);
}

/* A credential signs no header and has no file name. A digest may stand beside
 * its key, as it does in every line of a sha256sum list. */
static enum error credential_check(const struct order *order,
				   const struct entry *entry,
				   struct problem *problem)
{
	enum link_term term;

	if (order->kind == ISSUE_SINGLE && entry->own_scope)
		return problem_set(problem, ERROR_BAD_VALUE, "",
				   "an entry of a single credential holds only "
				   "a key: name permission, actions and "
				   "ttlSeconds once, outside of the lists");
	if (entry->link.method)
		return links_only_problem("/method", problem);
	term = link_terms_only_presigned(&entry->link);
	if (term != LINK_TERM_COUNT)
		return links_only_problem(link_terms_table[term].pointer,
					  problem);
	return ERROR_NONE;
}

/* A key that begins with "./" is most often a line that find wrote. */
static enum error dot_segment_problem(struct slice key, struct problem *problem)
{
	bool by_find = slice_starts(key, slice_text("./"));

	return problem_set(problem, ERROR_OBJECT_NAME, "",
			   "no link can reach a key with a '.' or '..' "
			   "segment, because clients resolve it before they "
			   "send it: %s",
			   by_find ?
				   "list names without it by "
				   "find . -type f -printf '%P\\n', or ask for "
				   "a credential" :
				   "ask for a credential");
}

/* Check the terms of a share's file, which is downloaded. contentLength would
 * be a term of uploads only; here it is the size that visitors are shown, and
 * gets into no link. */
static enum error share_check(const struct order *order,
			      const struct entry *entry,
			      const struct terms *terms,
			      struct problem *problem)
{
	struct link_terms told = terms->link, own = entry->link;

	told.text[LINK_TERM_CONTENT_LENGTH] = slice_of(NULL, 0);
	own.text[LINK_TERM_CONTENT_LENGTH] = slice_of(NULL, 0);
	if (told.method != METHOD_GET)
		return problem_set(problem, ERROR_BAD_VALUE, "/method",
				   "the files of a share are downloaded: leave "
				   "'method' out");
	if (terms->scope.ttl != order->terms.scope.ttl)
		return problem_set(problem, ERROR_BAD_VALUE, "/ttlSeconds",
				   "all files of a share have one "
				   "'ttlSeconds': write it beside 'objects'");
	return link_terms_check(&told, &own, problem);
}

static enum error link_check(const struct order *order,
			     const struct entry *entry,
			     const struct terms *terms, struct problem *problem)
{
	if (entry->kind == ENTRY_PREFIX)
		return problem_set(problem, ERROR_BAD_VALUE, "",
				   "a link opens one object, not a prefix: "
				   "name the object's whole key");
	if (key_has_dot_segment(entry->key))
		return dot_segment_problem(entry->key, problem);
	if (order->share_id)
		return share_check(order, entry, terms, problem);
	return link_terms_check(&terms->link, &entry->link, problem);
}

/* Say why the format can't carry this link, or return NULL where it can. */
static const char *unfit_link(const struct format *format,
			      const struct link_terms *link)
{
	if ((format->uses & FORMAT_FETCHED) && link->method != METHOD_GET)
		return "the program that reads it knows GET links only";
	if ((format->uses & FORMAT_BARE) && link_terms_has_header(link))
		return "this link must be sent with certain headers, and the "
		       "format has no place for them";
	if ((format->uses & FORMAT_WHOLE) && link_terms_is_part(link))
		return "this link is for a part of an upload, and the program "
		       "that reads it would send the whole file";
	return NULL;
}

/* Does the answer name a file for this entry? Our formats name none for a link
 * that neither saves nor sends one; an administrator's own format may. */
static bool names_file(const struct order *order, enum method method)
{
	if (order->kind != ISSUE_LINKS || (order->format->uses & FORMAT_OWN))
		return true;
	return method == METHOD_GET || method == METHOD_PUT;
}

static enum error format_check(const struct order *order,
			       const struct entry *entry,
			       const struct terms *terms,
			       struct problem *problem)
{
	const struct format *format = order->format;
	const char *why = NULL;

	if (order->kind == ISSUE_LINKS)
		why = unfit_link(format, &terms->link);
	/* The answer with a single credential names no entry. */
	if (!why && format->unfit && order->kind != ISSUE_SINGLE &&
	    names_file(order, terms->link.method))
		why = format->unfit(issue_entry_name(entry));
	if (!why && format->unfit && (format->uses & FORMAT_OWN) &&
	    order->kind != ISSUE_SINGLE)
		why = format->unfit(entry->key);
	if (!why)
		return ERROR_NONE;
	return problem_set(problem, ERROR_BAD_VALUE, "",
			   "format '%s' can't carry this: %s", format->name,
			   why);
}

/* Settle the entry's terms. An entry without terms of its own has the order's
 * defaults, which order_settle has already checked against the grant. */
static enum error settle(const struct order *order, const struct entry *entry,
			 struct terms *terms, struct problem *problem)
{
	enum error error;

	*terms = order->terms;
	if (!entry->own_scope && !entry->link.method &&
	    !link_terms_is_part(&entry->link)) {
		link_terms_overlay(&terms->link, &entry->link);
		return ERROR_NONE;
	}
	error = terms_settle(&order->defaults, entry, terms, problem);
	if (!error)
		error = terms_check(order->kind, &order->grant, terms, problem);
	if (!error && order->own.domain)
		return own_place_ttl_check(&order->own, &order->grant,
					   &terms->scope.ttl, problem);
	if (!error)
		error = signer_terms_check(&order->grant, order->kind, terms,
					   entry->scope.actions != 0, problem);
	return error;
}

static enum error check(const struct order *order, const struct entry *entry,
			struct terms *terms, struct problem *problem)
{
	enum error error = settle(order, entry, terms, problem);

	if (error)
		return error;
	error = order->kind == ISSUE_LINKS ?
			link_check(order, entry, terms, problem) :
			credential_check(order, entry, problem);
	if (!error)
		error = grant_path_check(&order->grant, entry->key, "",
					 problem);
	if (!error && own_place_name(&order->own))
		error = own_place_entry_check(&order->own, entry, &terms->link,
					      problem);
	if (!error && order->repeats.complete)
		error = repeats_check(&order->repeats, entry, terms, problem);
	return error ? error : format_check(order, entry, terms, problem);
}

enum error issue_entry_check(const struct order *order,
			     const struct entry *entry, struct terms *terms,
			     struct problem *problem)
{
	enum error error = check(order, entry, terms, problem);

	return error ? entry_prefix_pointer(entry, problem) : ERROR_NONE;
}

/* Append `path` as a JSON string to a list such as "a","b". */
static bool quote_path(struct buffer *list, struct slice path)
{
	if (!buffer_reserve(list, ESCAPE_GROWTH * path.length + 3))
		return false;
	if (list->length > 0)
		list->data[list->length++] = ',';
	list->data[list->length++] = '"';
	list->length +=
		escape_json(list->data + list->length, path.data, path.length);
	list->data[list->length++] = '"';
	return true;
}

bool issue_entry_paths(const struct order *order, struct buffer *prefixes,
		       struct buffer *objects)
{
	struct terms unused;
	struct problem problem;
	struct entry entry;

	for (;;) {
		switch (manifest_next(order->entries, &entry, &problem)) {
		case MANIFEST_END:
			return true;
		case MANIFEST_ENTRY:
			break;
		default:
			return false;
		}
		if (issue_entry_check(order, &entry, &unused, &problem) ||
		    !quote_path(entry.kind == ENTRY_PREFIX ? prefixes : objects,
				entry.key))
			return false;
	}
}
