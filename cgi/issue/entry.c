#include "entry.h"

#include "lib/base/escape.h"
#include "signer.h"

static enum error for_links_only(const char *pointer, struct problem *problem)
{
	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   "is for links, not for credentials: leave it out, "
			   "or ask for presigned-urls");
}

/* A credential signs no header and has no file name. A digest may stand beside
 * its key, as it does in every line of a sha256sum list. */
static enum error credential_check(const struct order *order,
				   const struct entry *entry,
				   struct problem *problem)
{
	if (order->kind == ISSUE_SINGLE && entry->own_scope)
		return problem_set(problem, ERROR_BAD_VALUE, "",
				   "an entry of a single credential is a key "
				   "alone: permission, actions and ttlSeconds "
				   "hold for all of it");
	if (entry->method)
		return for_links_only("/method", problem);
	if (entry->filename.length)
		return for_links_only("/filename", problem);
	if (entry->content_type.length)
		return for_links_only("/contentType", problem);
	if (entry->content_length.length)
		return for_links_only("/contentLength", problem);
	return ERROR_NONE;
}

static enum error for_put_only(const char *pointer, enum method method,
			       struct problem *problem)
{
	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   "is signed into a PUT link only, and this is a %s",
			   method_names[method]);
}

static enum error link_check(const struct entry *entry, enum method method,
			     struct problem *problem)
{
	bool is_put = method == METHOD_PUT;

	if (entry->kind == ENTRY_PREFIX)
		return problem_set(problem, ERROR_BAD_VALUE, "",
				   "a link opens one object, not a prefix");
	if (key_has_dot_segment(entry->key))
		return problem_set(problem, ERROR_OBJECT_NAME, "",
				   "no link can reach a key with a '.' or '..' "
				   "segment: clients resolve it before they "
				   "send it. Use a credential");
	if (entry->content_type.length && !is_put)
		return for_put_only("/contentType", method, problem);
	if (entry->content_length.length && !is_put)
		return for_put_only("/contentLength", method, problem);
	if (entry->filename.length && method != METHOD_GET &&
	    method != METHOD_HEAD)
		return problem_set(problem, ERROR_BAD_VALUE, "/filename",
				   "a download name is for GET and HEAD links, "
				   "and this is a %s",
				   method_names[method]);
	return ERROR_NONE;
}

/* Why the format can't carry this link, or NULL. */
static const char *unfit_link(const struct format *format,
			      const struct entry *entry, enum method method)
{
	if ((format->uses & FORMAT_FETCHED) && method != METHOD_GET)
		return "what reads it knows GET links only";
	if ((format->uses & FORMAT_BARE) && method == METHOD_PUT &&
	    (entry->content_type.length || entry->content_length.length ||
	     entry->sha256.length))
		return "there are headers to be sent with this link, and it "
		       "has no place for them";
	return NULL;
}

static enum error format_check(const struct order *order,
			       const struct entry *entry, enum method method,
			       struct problem *problem)
{
	const struct format *format = order->format;
	const char *why = NULL;

	if (order->kind == ISSUE_LINKS)
		why = unfit_link(format, entry, method);
	/* The answer to a single one names no entry. */
	if (!why && format->unfit && order->kind != ISSUE_SINGLE)
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

/* An entry that says nothing of its own has the terms that the order has
 * settled and held against the grant already. */
static enum error settle(const struct order *order, const struct entry *entry,
			 struct terms *terms, struct problem *problem)
{
	enum error error;

	*terms = order->terms;
	if (!entry->own_scope && !entry->method)
		return ERROR_NONE;
	error = terms_settle(&order->defaults, entry, terms, problem);
	if (!error)
		error = terms_check(order->kind, &order->grant, terms, problem);
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
			link_check(entry, terms->method, problem) :
			credential_check(order, entry, problem);
	if (!error)
		error = grant_path_check(&order->grant, entry->key, "",
					 problem);
	return error ? error :
		       format_check(order, entry, terms->method, problem);
}

enum error issue_entry_check(const struct order *order,
			     const struct entry *entry, struct terms *terms,
			     struct problem *problem)
{
	enum error error = check(order, entry, terms, problem);

	return error ? entry_prefix_pointer(entry, problem) : ERROR_NONE;
}

/* "a","b": the entries of one kind as the inside of a JSON array. */
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
