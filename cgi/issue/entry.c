#include "fetch.h"

/* What the entry sets apart from its batch goes before what the batch asked
 * for; a permission of its own brings its own actions. */
static void overlay(const struct entry *entry, struct scope *scope)
{
	const struct scope *own = &entry->scope;

	if (own->permission != PERMISSION_NONE) {
		scope->permission = own->permission;
		scope->actions = own->actions;
	} else if (own->actions) {
		scope->actions = own->actions;
	}
	if (own->ttl)
		scope->ttl = own->ttl;
}

/*
 * A link does one thing, by its method. A permission or actions named beside
 * it are a bound that it must keep.
 */
static enum error link_wish(struct granted *wish, struct problem *problem)
{
	abilities needed = method_abilities(wish->method);
	struct scope *scope = &wish->scope;

	if ((scope->actions && !abilities_within(needed, scope->actions)) ||
	    (scope->permission != PERMISSION_NONE &&
	     !abilities_within(needed,
			       permission_abilities(scope->permission))))
		return problem_set(problem, ERROR_BAD_VALUE, "/method",
				   "a %s link isn't within the permission or "
				   "actions named beside it",
				   method_names[wish->method]);
	scope->permission = PERMISSION_NONE;
	scope->actions = needed;
	return ERROR_NONE;
}

enum error entry_wish(const struct issue *issue, const struct entry *entry,
		      struct granted *wish, struct problem *problem)
{
	wish->scope = issue->asked;
	wish->method = issue->fields->method ? issue->fields->method :
					       METHOD_GET;
	if (entry && entry->own_scope)
		overlay(entry, &wish->scope);
	if (issue->kind != ISSUE_LINKS)
		return scope_settle(&wish->scope, "", problem);
	if (entry && entry->method)
		wish->method = entry->method;
	return link_wish(wish, problem);
}

static enum error for_links_only(const char *pointer, struct problem *problem)
{
	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   "is for links, not for credentials: leave it out, "
			   "or ask for presigned-urls");
}

/* A credential signs no header and has no file name. A digest may stand beside
 * its key, as it does in every line of a sha256sum list. */
static enum error credential_rules(const struct issue *issue,
				   const struct entry *entry,
				   struct problem *problem)
{
	if (issue->kind == ISSUE_SINGLE && entry->own_scope)
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

static enum error only_put(const char *pointer, enum method method,
			   struct problem *problem)
{
	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   "is signed into a PUT link only, and this is a %s",
			   method_names[method]);
}

static enum error link_rules(const struct entry *entry, enum method method,
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
		return only_put("/contentType", method, problem);
	if (entry->content_length.length && !is_put)
		return only_put("/contentLength", method, problem);
	if (entry->filename.length && method != METHOD_GET &&
	    method != METHOD_HEAD)
		return problem_set(problem, ERROR_BAD_VALUE, "/filename",
				   "a download name is for GET and HEAD links, "
				   "and this is a %s",
				   method_names[method]);
	return ERROR_NONE;
}

enum error entry_allowed(const struct issue *issue,
			 const struct granted *granted, struct problem *problem)
{
	enum error error =
		grant_scope_check(&issue->grant, &granted->scope, "", problem);

	/* Nobody named the action: it follows from the method. */
	if (error && issue->kind == ISSUE_LINKS &&
	    strcmp(problem->pointer, "/actions") == 0)
		memcpy(problem->pointer, "/method", sizeof("/method"));
	return error;
}

/* What stands in the way of such a link, or NULL. */
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

static enum error check_format(const struct issue *issue,
			       const struct entry *entry, enum method method,
			       struct problem *problem)
{
	const struct format *format = issue->format;
	const char *why = NULL;

	if (issue->kind == ISSUE_LINKS)
		why = unfit_link(format, entry, method);
	/* The answer to a single one names no entry. */
	if (!why && format->unfit && issue->kind != ISSUE_SINGLE)
		why = format->unfit(entry_name(entry));
	if (!why && format->unfit && (format->uses & FORMAT_OWN) &&
	    issue->kind != ISSUE_SINGLE)
		why = format->unfit(entry->key);
	if (!why)
		return ERROR_NONE;
	return problem_set(problem, ERROR_BAD_VALUE, "",
			   "format '%s' can't carry this: %s", format->name,
			   why);
}

static enum error verify(const struct issue *issue, const struct entry *entry,
			 struct granted *granted, struct problem *problem)
{
	bool is_link = issue->kind == ISSUE_LINKS;
	enum error error;

	/* Most entries set nothing apart: they are what was settled before. */
	granted->scope = issue->scope;
	granted->method = issue->method;
	if (entry->own_scope || entry->method) {
		error = entry_wish(issue, entry, granted, problem);
		if (!error)
			error = entry_allowed(issue, granted, problem);
		if (!error)
			error = issue_fetch_allows(issue, &granted->scope,
						   entry->scope.actions != 0,
						   problem);
		if (error)
			return error;
	}
	error = is_link ? link_rules(entry, granted->method, problem) :
			  credential_rules(issue, entry, problem);
	if (!error)
		error = grant_path_check(&issue->grant, entry->key, "",
					 problem);
	return error ? error :
		       check_format(issue, entry, granted->method, problem);
}

enum error entry_verify(const struct issue *issue, struct entry *entry,
			struct granted *granted, struct problem *problem)
{
	enum error error = verify(issue, entry, granted, problem);

	return error ? manifest_prefix_pointer(entry, problem) : ERROR_NONE;
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

bool entry_paths(const struct issue *issue, struct buffer *prefixes,
		 struct buffer *objects)
{
	struct granted unused;
	struct problem problem;
	struct entry entry;

	for (;;) {
		switch (manifest_next(&issue->fields->entries, &entry,
				      &problem)) {
		case MANIFEST_END:
			return true;
		case MANIFEST_ENTRY:
			break;
		default:
			return false;
		}
		if (entry_verify(issue, &entry, &unused, &problem) ||
		    !quote_path(entry.kind == ENTRY_PREFIX ? prefixes : objects,
				entry.key))
			return false;
	}
}
