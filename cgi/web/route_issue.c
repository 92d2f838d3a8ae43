/* The routes that issue something: a credential, a batch of them, or links. */
#include <stdio.h>

#include "auth.h"
#include "body.h"
#include "cgi/input/fields_json.h"
#include "cgi/input/form.h"
#include "cgi/input/multipart.h"
#include "cgi/input/negotiate.h"
#include "cgi/issue/issue.h"
#include "lib/base/problems.h"
#include "origin.h"
#include "visit.h"

/* What these routes need in addition to the visit. */
struct issuing {
	struct visit *visit;
	enum issue_kind kind;
	unsigned use;        /* FORMAT_CREDENTIALS or FORMAT_LINKS */
	struct buffer query; /* decoded in place */
	struct body body;
	struct fields fields;
	struct issue issue;
};

/* ---- who asks ------------------------------------------------------------- */

/* True for the GET by which AWS SDKs fetch container credentials. It is the
 * only GET that issues anything. */
bool route_issue_is_container_fetch(const struct request *request)
{
	struct slice query = request->query, one;
	bool asks = false;

	while (slice_split(&query, '&', &one))
		asks = asks || slice_is(one, "format=container");
	return asks && slice_is(request->method, "GET");
}

static bool may_be_forged(const struct visit *visit)
{
	return visit->subject.kind != SUBJECT_BEARER &&
	       origin_is_foreign(visit->request, &visit->client);
}

/* Settle who asks. The refusal has been sent where this fails. */
static enum error authenticate(struct visit *visit)
{
	const struct config *config = visit->service->config;
	const struct request *request = visit->request;
	struct problem problem;
	enum error error;

	if (slice_is(request->method, "GET"))
		error = auth_bearer(config, request, &visit->client,
				    &visit->subject, &problem);
	else
		error = auth_subject(config, request, &visit->client,
				     &visit->subject, &problem);
	if (error)
		return visit_refuse_for(visit, &problem);
	visit->answer.subject = &visit->subject;
	visit->who.caller = visit->subject.caller->name;
	if (!may_be_forged(visit))
		return ERROR_NONE;
	problem_set(&problem, ERROR_ACCESS_DENIED, NULL,
		    "a page of another site can't ask on your behalf: open "
		    "this service's own form");
	return visit_refuse_for(visit, &problem);
}

/* ---- what is asked for ---------------------------------------------------- */

/* Read the fields in the query. */
static void read_query(struct issuing *issuing)
{
	struct slice query = issuing->visit->request->query;
	struct problems *problems = &issuing->visit->problems;
	struct buffer *text = &issuing->query;

	if (query.length == 0)
		return;
	if (!buffer_add(text, query.data, query.length))
		problems_add(problems, ERROR_INTERNAL, NULL,
			     "not enough memory for the query");
	else
		form_read(&issuing->fields, text->data, text->length, false,
			  problems);
}

/* Read the fields out of the body. Forms are decoded in place. */
static void read_fields(struct issuing *issuing, enum body_kind kind,
			const struct manifest_reader *manifest_format)
{
	struct visit *visit = issuing->visit;
	struct problems *problems = &visit->problems;
	struct fields *fields = &issuing->fields;
	bool from_browser = visit->format->uses & FORMAT_PAGE;
	struct body *body = &issuing->body;
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
static enum error receive_body(struct issuing *issuing)
{
	struct visit *visit = issuing->visit;
	const struct request *request = visit->request;
	const struct manifest_reader *manifest_format;
	struct problem problem;
	enum body_kind kind;

	kind = negotiate_body(request->content_type, &manifest_format);
	if (kind == BODY_UNKNOWN) {
		negotiate_body_problem(&problem);
		return visit_refuse_for(visit, &problem);
	}
	if (body_read(&issuing->body, request, visit->service->config->max_body,
		      &problem))
		return visit_refuse_for(visit, &problem);
	read_query(issuing);
	read_fields(issuing, kind, manifest_format);
	return ERROR_NONE;
}

/* Read the request's fields and choose the format of the answer. Problems with
 * fields or format are left in visit->problems. The refusal has been sent where
 * this fails. */
static enum error receive(struct issuing *issuing)
{
	struct visit *visit = issuing->visit;
	struct problem problem;
	enum error error = ERROR_NONE;

	if (slice_is(visit->request->method, "GET"))
		read_query(issuing);
	else
		error = receive_body(issuing);
	if (error)
		return error;
	if (negotiate_format(&visit->service->renderer, issuing->use,
			     issuing->fields.format, visit->request->accept,
			     &visit->format, &problem))
		problems_push(&visit->problems, &problem);
	return ERROR_NONE;
}

/* ---- what is answered ----------------------------------------------------- */

static enum error prepare(struct issuing *issuing)
{
	struct visit *visit = issuing->visit;
	const struct order_request request = {
		.service = visit->service,
		.kind = issuing->kind,
		.format = visit->format,
		.subject = &visit->subject,
		.account_id = visit->account_id,
		.fields = &issuing->fields,
		.who = &visit->who,
	};

	return issue_prepare(&issuing->issue, &request, &visit->problems);
}

/* Send the answer, and record its outcome. */
static void send_result(struct issuing *issuing)
{
	struct visit *visit = issuing->visit;
	struct issue *issue = &issuing->issue;
	const struct format *format = visit->format;
	struct answer *answer = &visit->answer;
	char headers[512];
	bool complete;

	snprintf(headers, sizeof(headers),
		 "%sMintage-Count: %ju\r\n"
		 "Mintage-Failed: %ju\r\n",
		 answer_format_headers(format), (uintmax_t)issue->tally.rows,
		 (uintmax_t)issue->tally.failed);
	answer_head(answer, 200, format->content_type, headers);
	complete = issue_write(issue, &answer->sink);
	complete = answer_end(answer) && complete;
	issue->tally.late = answer->is_late;
	visit->issued = issue->tally.issued;
	issue_end(issue, complete, answer->sink.passed);
}

static void issue(struct issuing *issuing)
{
	if (visit_refuse(issuing->visit, prepare(issuing)))
		issue_end(&issuing->issue, false, 0);
	else
		send_result(issuing);
}

static void handle(struct visit *visit, enum issue_kind kind, unsigned use)
{
	struct issuing issuing;

	/* The manifest's scratch need not be zero, and it is large. */
	memset(&issuing, 0, offsetof(struct issuing, fields));
	fields_begin(&issuing.fields);
	issuing.visit = visit;
	issuing.kind = kind;
	issuing.use = use;
	visit->fields = &issuing.fields;
	if (!authenticate(visit) && !receive(&issuing))
		issue(&issuing);
	visit->fields = NULL;
	body_free(&issuing.body);
	buffer_free(&issuing.query);
}

void route_issue_single(struct visit *visit)
{
	handle(visit, ISSUE_SINGLE, FORMAT_CREDENTIALS);
}

void route_issue_batch(struct visit *visit)
{
	handle(visit, ISSUE_BATCH, FORMAT_CREDENTIALS);
}

void route_issue_links(struct visit *visit)
{
	handle(visit, ISSUE_LINKS, FORMAT_LINKS);
}
