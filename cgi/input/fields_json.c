#include "fields_json.h"

#include "lib/base/json_text.h"
#include "lib/base/problems.h"
#include "lib/manifest/json.h"
#include "lib/manifest/json_hint.h"
#include "lib/manifest/json_value.h"

/* Read `objects` or `prefixes`: check the array's syntax and add its text to
 * the manifest. False when the rest of the document can't be read. */
static bool json_list(struct fields *fields, enum field field,
		      struct json *json, enum json_token token,
		      struct problems *problems)
{
	enum entry_kind kind = field == FIELD_PREFIXES ? ENTRY_PREFIX :
							 ENTRY_OBJECT;
	const char *start = json->next - 1;
	struct problem problem;

	if (!json_skip(json, token))
		return false;
	if (token != JSON_ARRAY)
		problems_add(problems, ERROR_BAD_VALUE, field_pointers[field],
			     "'%s' must be a list, such as [\"a\", \"b\"]",
			     field_names[field]);
	else if (manifest_add(&fields->entries, &manifest_json_reader, kind,
			      field_pointers[field],
			      slice_of(start, (size_t)(json->next - start)),
			      &problem))
		problems_push(problems, &problem);
	return true;
}

/* Read a field whose value is a string. False as above. */
static bool json_text(struct fields *fields, enum field field,
		      struct json *json, enum json_token token,
		      struct problems *problems)
{
	char scratch[FIELDS_TEXT_MAX];
	struct problem problem;
	struct slice value;
	enum error error;

	if (token != JSON_STRING) {
		problems_add(problems, ERROR_BAD_VALUE, field_pointers[field],
			     "'%s' must be a text in quotes",
			     field_names[field]);
		return json_skip(json, token);
	}
	if (json_text_unescape(json, scratch, sizeof(scratch), &value))
		error = json_text_problem(json, ERROR_BAD_VALUE,
					  field_pointers[field], &problem);
	else
		error = fields_set_one(fields, field, value, &problem);
	if (error)
		problems_push(problems, &problem);
	return true;
}

/* Read a field that is a default of links. False as above. */
static bool json_link(struct fields *fields, enum field field,
		      struct json *json, enum json_token token,
		      struct problems *problems)
{
	const char *pointer = field_pointers[field];
	struct problem problem;
	struct slice text;
	enum error error;

	switch (link_terms_table[field_term(field)].type) {
	case JSON_OBJECT:
		error = json_value_object(json, token, pointer, &text,
					  &problem);
		break;
	case JSON_NUMBER:
		text = json_value_number(json, token);
		error = ERROR_NONE;
		break;
	default:
		return json_text(fields, field, json, token, problems);
	}
	if (!error)
		error = fields_set_one(fields, field, text, &problem);
	if (error)
		problems_push(problems, &problem);
	return json_leave(json, 1);
}

/* Read the value of `field`. False when the rest of the document can't be
 * read. */
static bool json_value(struct fields *fields, enum field field,
		       struct json *json, enum json_token token,
		       struct problems *problems)
{
	const char *pointer = field_pointers[field];
	struct problem problem;

	switch (field) {
	case FIELD_OBJECTS:
	case FIELD_PREFIXES:
		return json_list(fields, field, json, token, problems);
	case FIELD_TTL:
		if (json_value_ttl(json, token, pointer, &fields->scope.ttl,
				   &problem))
			problems_push(problems, &problem);
		return json_leave(json, 1);
	case FIELD_ACTIONS:
		if (json_value_actions(json, token, pointer,
				       &fields->scope.actions, &problem))
			problems_push(problems, &problem);
		return json_leave(json, 1);
	case FIELD_EXPIRES:
	case FIELD_LIFETIME:
		if (token != JSON_NUMBER)
			return json_text(fields, field, json, token, problems);
		__attribute__((fallthrough));
	case FIELD_MAX_DOWNLOADS:
		if (fields_set_one(fields, field,
				   json_value_number(json, token), &problem))
			problems_push(problems, &problem);
		return json_leave(json, 1);
	case FIELD_KEY_NAME:
		problems_add(problems, ERROR_UNKNOWN_FIELD, pointer,
			     "'keyName' is for manifests; put it and the other "
			     "fields into the query, and send the manifest as "
			     "the body");
		return json_skip(json, token);
	case FIELD_MANIFEST:
	case FIELD_MANIFEST_FORMAT:
		problems_add(problems, ERROR_UNKNOWN_FIELD, pointer,
			     "'%s' is for forms and uploads; in JSON, name the "
			     "entries in 'objects' and 'prefixes'",
			     field_names[field]);
		return json_skip(json, token);
	case FIELD_FORM_NUMBER:
		problems_add(problems, ERROR_UNKNOWN_FIELD, pointer,
			     "'%s' is for the form of the page: leave it out",
			     field_names[field]);
		return json_skip(json, token);
	default:
		if (field_term(field) != LINK_TERM_COUNT)
			return json_link(fields, field, json, token, problems);
		return json_text(fields, field, json, token, problems);
	}
}

/* Somebody else's JSON was sent where a request is expected. Add to the problem
 * how its objects can be read, if it has some. */
static void explain(struct slice text, struct problem *problem)
{
	struct problem plain = *problem;
	struct json_hint hint;

	if (json_hint_find(text, &hint))
		problem_set(problem, plain.error, plain.pointer,
			    "%s; if the body is a manifest whose keys are in "
			    "\"%s\", put the fields into the query, with "
			    "keyName=%s",
			    plain.message, hint.key, hint.key);
}

/* Skip the value of a field that *problem refuses. False as above. */
static bool skip_field(struct json *json, struct problem *problem,
		       struct problems *problems)
{
	enum json_token token = json_next(json);

	if (token == JSON_ARRAY && problem->error == ERROR_UNKNOWN_FIELD)
		explain(slice_of(json->start,
				 (size_t)(json->end - json->start)),
			problem);
	problems_push(problems, problem);
	return json_skip(json, token);
}

/* Read one member, whose name has just been found. False as above. */
static bool json_member(struct fields *fields, struct json *json,
			struct problems *problems)
{
	char scratch[256];
	struct problem problem;
	struct slice name;
	enum field field;
	enum error error;

	error = json_text_unescape(json, scratch, sizeof(scratch), &name);
	if (error == ERROR_MALFORMED)
		problems_push(problems,
			      (json_text_problem(json, error, NULL, &problem),
			       &problem));
	else if (error)
		problems_add(problems, ERROR_UNKNOWN_FIELD, NULL,
			     "no field has a name this long");
	if (error)
		return json_skip(json, json_next(json));
	field = fields_find(fields, name, &problem);
	if (field == FIELD_COUNT)
		return skip_field(json, &problem, problems);
	return json_value(fields, field, json, json_next(json), problems);
}

void fields_json_read(struct fields *fields, struct slice text,
		      struct problems *problems)
{
	struct problem problem;
	enum json_token token;
	struct json json;

	json_begin(&json, text);
	token = json_next(&json);
	if (token != JSON_OBJECT && token != JSON_BAD) {
		problem_set(&problem, ERROR_MALFORMED, NULL,
			    "the body must be a JSON object, such as "
			    "{\"bucket\": ...}");
		explain(text, &problem);
		problems_push(problems, &problem);
		return;
	}
	while (token != JSON_BAD) {
		token = json_next(&json);
		if (token == JSON_OBJECT_END) {
			if (json_next(&json) == JSON_END)
				return;
			break;
		}
		if (token != JSON_NAME || !json_member(fields, &json, problems))
			break;
	}
	/* Report the broken syntax alone. Problems found before it may only
	 * follow from it. */
	problems->count = 0;
	problems_push(problems, (json_problem(&json, &problem), &problem));
}
