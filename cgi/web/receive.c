#include "receive.h"

#include "cgi/input/fields_json.h"
#include "cgi/input/form.h"
#include "cgi/input/multipart.h"
#include "cgi/input/negotiate.h"
#include "lib/base/problems.h"
#include "origin.h"

/* ---- who asks ------------------------------------------------------------- */

static bool may_be_forged(const struct visit *visit)
{
	return visit->subject.kind != SUBJECT_BEARER &&
	       origin_is_foreign(visit->request, &visit->client);
}

enum error receive_caller(struct visit *visit, enum guard_how how)
{
	const struct request *request = visit->request;
	struct problem problem;
	enum error error = guard_subject(visit, how, &problem);

	request_forget_authorization(request);
	if (error)
		return visit_refuse_for(visit, &problem);
	visit->answer.subject = &visit->subject;
	visit->who.caller = visit->subject.caller->name;
	/* A request that a page of another site made does not count against
	 * the caller's rate. */
	if (may_be_forged(visit))
		error = problem_set(&problem, ERROR_ACCESS_DENIED, NULL,
				    "a page of another site can't ask on your "
				    "behalf: open this service's own form");
	else
		error = quota_request(&visit->quota, &visit->service->limits,
				      visit->subject.caller, &problem);
	return error ? visit_refuse_for(visit, &problem) : ERROR_NONE;
}

/* ---- what is asked for ---------------------------------------------------- */

/* Read the fields in the query. */
static void read_query(struct reception *received)
{
	struct slice query = received->visit->request->query;
	struct problems *problems = &received->visit->problems;
	struct buffer *text = &received->query;

	if (query.length == 0)
		return;
	if (!buffer_add(text, query.data, query.length))
		problems_add(problems, ERROR_INTERNAL, NULL,
			     "not enough memory for the query");
	else
		form_read(&received->fields, text->data, text->length, false,
			  problems);
}

/* Read the fields out of the body. Forms are decoded in place. */
static void read_fields(struct reception *received, enum body_kind kind,
			const struct manifest_reader *manifest_format)
{
	struct visit *visit = received->visit;
	struct problems *problems = &visit->problems;
	struct fields *fields = &received->fields;
	bool from_browser = visit->format->uses & FORMAT_PAGE;
	struct body *body = &received->body;
	struct slice text = slice_of(body->data, body->length);

	switch (kind) {
	case BODY_JSON:
		fields_json_read(fields, text, problems);
		break;
	case BODY_FORM:
		form_read(fields, body->data, body->length, from_browser,
			  problems);
		break;
	case BODY_MULTIPART:
		multipart_read(fields, visit->request->content_type, body->data,
			       body->length, from_browser, problems);
		break;
	default:
		fields_set(fields, slice_text(field_names[FIELD_MANIFEST]),
			   text, problems);
		if (!fields_has(fields, FIELD_MANIFEST_FORMAT))
			fields->manifest_format = manifest_format;
		break;
	}
}

/* Read the body, and the fields in it and in the query. The refusal has been
 * sent where this fails. */
static enum error receive_body(struct reception *received)
{
	struct visit *visit = received->visit;
	const struct request *request = visit->request;
	const struct manifest_reader *manifest_format;
	struct problem problem;
	enum body_kind kind;

	if (negotiate_encoding_check(request->content_encoding, &problem))
		return visit_refuse_for(visit, &problem);
	kind = negotiate_body(request->content_type, &manifest_format);
	if (kind == BODY_UNKNOWN) {
		negotiate_body_problem(&problem);
		return visit_refuse_for(visit, &problem);
	}
	if (body_read(&received->body, request,
		      visit->service->config->max_body, &problem))
		return visit_refuse_for(visit, &problem);
	read_query(received);
	/* keyName says where a manifest has its keys. In the query it says so
	 * of the body, which then is no request. */
	if (kind == BODY_JSON &&
	    fields_has(&received->fields, FIELD_KEY_NAME)) {
		kind = BODY_MANIFEST;
		manifest_format = negotiate_manifest(request->content_type);
	}
	read_fields(received, kind, manifest_format);
	return ERROR_NONE;
}

/* A GET has its fields in the query. Whoever sends a body with it may have put
 * a narrower scope there, and would get the wide one of the query. */
static enum error receive_query(struct reception *received)
{
	struct visit *visit = received->visit;
	struct problem problem;

	if (body_none_check(visit->request, &problem))
		return visit_refuse_for(visit, &problem);
	read_query(received);
	return ERROR_NONE;
}

enum error receive_fields(struct reception *received)
{
	return slice_is(received->visit->request->method, "GET") ?
		       receive_query(received) :
		       receive_body(received);
}

void receive_begin(struct reception *received, struct visit *visit)
{
	/* The manifest's scratch need not be zero, and it is large. */
	memset(received, 0, offsetof(struct reception, fields));
	fields_begin(&received->fields);
	received->visit = visit;
	visit->fields = &received->fields;
}

void receive_end(struct reception *received)
{
	received->visit->fields = NULL;
	fields_end(&received->fields);
	body_free(&received->body);
	buffer_free(&received->query);
}
