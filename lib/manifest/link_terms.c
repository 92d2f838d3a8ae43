#include "link_terms.h"

#define LINK_TERM_ROW(id, name, uses, becomes, there, type, by, instead, \
		      check)                                             \
	[LINK_TERM_##id] = { name,         "/" name, uses, becomes,      \
			     SLICE(there), type,     by,   instead },
const struct link_term_row link_terms_table[LINK_TERM_COUNT] = {
	LINK_TERMS_TABLE(LINK_TERM_ROW)
};
#undef LINK_TERM_ROW

bool link_terms_has_text(const struct link_terms *terms)
{
	for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
		if (terms->text[i].length > 0)
			return true;
	}
	return false;
}

abilities link_terms_abilities(const struct link_terms *terms)
{
	if (terms->method == METHOD_PUT && link_terms_is_part(terms))
		return ACTION_BIT(ACTION_UPLOAD_PART);
	return method_abilities(terms->method);
}

bool link_terms_has_header(const struct link_terms *terms)
{
	for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
		if (terms->text[i].length > 0 &&
		    link_terms_table[i].becomes >= LINK_BECOMES_HEADER)
			return terms->method == METHOD_PUT;
	}
	return false;
}

enum link_term link_terms_only_presigned(const struct link_terms *terms)
{
	size_t i = 0;

	while (i < LINK_TERM_COUNT &&
	       (terms->text[i].length == 0 ||
		link_terms_table[i].uses == LINK_USE_ANY))
		i++;
	return (enum link_term)i;
}

void link_terms_overlay(struct link_terms *terms, const struct link_terms *own)
{
	if (own->method != METHOD_NONE)
		terms->method = own->method;
	for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
		if (own->text[i].length > 0)
			terms->text[i] = own->text[i];
	}
}

/* ---- what fits ------------------------------------------------------------ */

static unsigned use_of(const struct link_terms *terms)
{
	static const unsigned uses[METHOD_COUNT] = {
		[METHOD_GET] = LINK_USE_GET,
		[METHOD_HEAD] = LINK_USE_HEAD,
		[METHOD_PUT] = LINK_USE_PUT,
		[METHOD_DELETE] = LINK_USE_DELETE,
	};

	if (terms->method == METHOD_PUT && link_terms_is_part(terms))
		return LINK_USE_PART;
	return uses[terms->method];
}

/* A term that the entry does not name itself has no place within the entry. */
static const char *pointer_of(const struct link_terms *own, enum link_term term)
{
	return link_terms_has(own, term) ? link_terms_table[term].pointer : "";
}

static enum error refuse(const struct link_terms *terms,
			 const struct link_terms *own, enum link_term term,
			 struct problem *problem)
{
	const struct link_term_row *row = &link_terms_table[term];
	const char *whose = link_terms_has(own, term) ? "" : "the request's ";
	const char *pointer = pointer_of(own, term);
	const char *instead = row->instead;

	if (terms->method == METHOD_PUT && (row->uses & LINK_USE_PUT))
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "%s'%s' is for a whole object, and this "
				   "link is for a part: R2 takes it where the "
				   "upload begins, so leave it out",
				   whose, row->name);
	/* A deletion has nothing to say instead. */
	if (terms->method == METHOD_DELETE)
		instead = NULL;
	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   "%s'%s' is for %s links, and this link is for %s: "
			   "leave it out%s%s%s",
			   whose, row->name,
			   row->uses & LINK_USE_READ ? "GET and HEAD" : "PUT",
			   method_names[terms->method],
			   instead ? ", or say '" : "", instead ? instead : "",
			   instead ? "'" : "");
}

enum error link_terms_check(const struct link_terms *terms,
			    const struct link_terms *own,
			    struct problem *problem)
{
	unsigned use = use_of(terms);
	enum link_term missing = LINK_TERM_PART_NUMBER;

	for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
		if (terms->text[i].length > 0 &&
		    !(link_terms_table[i].uses & use))
			return refuse(terms, own, (enum link_term)i, problem);
	}
	if (use != LINK_USE_PART)
		return ERROR_NONE;
	if (link_terms_has(terms, missing))
		missing = LINK_TERM_UPLOAD_ID;
	if (link_terms_has(terms, missing))
		return ERROR_NONE;
	return problem_set(problem, ERROR_BAD_VALUE,
			   pointer_of(own, missing == LINK_TERM_UPLOAD_ID ?
						   LINK_TERM_PART_NUMBER :
						   LINK_TERM_UPLOAD_ID),
			   "'uploadId' and 'partNumber' name a part together: "
			   "'%s' is missing",
			   link_terms_table[missing].name);
}
