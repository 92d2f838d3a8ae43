/* The routes that issue something: a credential, a batch of them, or links. */
#include <stdio.h>

#include "body.h"
#include "cgi/input/fields_json.h"
#include "cgi/input/form.h"
#include "cgi/input/multipart.h"
#include "cgi/input/negotiate.h"
#include "cgi/issue/issue.h"
#include "guard.h"
#include "lib/base/date.h"
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
	const struct request *request = visit->request;
	struct problem problem;
	enum error error;

	error = guard_subject(visit,
			      slice_is(request->method, "GET") ? GUARD_TOKEN :
								 GUARD_CALLER,
			      &problem);
	request_forget_authorization(request);
	if (error)
		return visit_refuse_for(visit, &problem);
	visit->answer.subject = &visit->subject;
	visit->who.caller = visit->subject.caller->name;
	/* What a foreign page asks for is none of the caller's requests. */
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

	if (negotiate_encoding_check(request->content_encoding, &problem))
		return visit_refuse_for(visit, &problem);
	kind = negotiate_body(request->content_type, &manifest_format);
	if (kind == BODY_UNKNOWN) {
		negotiate_body_problem(&problem);
		return visit_refuse_for(visit, &problem);
	}
	if (body_read(&issuing->body, request, visit->service->config->max_body,
		      &problem))
		return visit_refuse_for(visit, &problem);
	read_query(issuing);
	/* keyName says where a manifest has its keys. In the query it says so
	 * of the body, which then is no request. */
	if (kind == BODY_JSON && fields_has(&issuing->fields, FIELD_KEY_NAME)) {
		kind = BODY_MANIFEST;
		manifest_format = negotiate_manifest(request->content_type);
	}
	read_fields(issuing, kind, manifest_format);
	return ERROR_NONE;
}

/* A GET has its fields in the query. Whoever sends a body with it may have put
 * a narrower scope there, and would get the wide one of the query. */
static enum error receive_query(struct issuing *issuing)
{
	struct visit *visit = issuing->visit;
	struct problem problem;

	if (body_none_check(visit->request, &problem))
		return visit_refuse_for(visit, &problem);
	read_query(issuing);
	return ERROR_NONE;
}

/* Read the request's fields and choose the format of the answer. Problems with
 * fields or format are left in visit->problems. The refusal has been sent where
 * this fails. */
static enum error receive(struct issuing *issuing)
{
	struct visit *visit = issuing->visit;
	struct problem problem;
	enum error error = slice_is(visit->request->method, "GET") ?
				   receive_query(issuing) :
				   receive_body(issuing);

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
		.quota = &visit->quota,
	};

	return issue_prepare(&issuing->issue, &request, &visit->problems);
}

/* Pass 2 could not be finished, and nothing of the answer has left: refuse
 * instead of sending an answer that is cut off. Nothing was issued then. */
static void refuse_unmade(struct issuing *issuing)
{
	struct problem problem;

	issuing->issue.tally.issued = 0;
	issue_end(&issuing->issue, false, 0);
	problem_set(&problem, ERROR_UNAVAILABLE, NULL,
		    "the service ran out of memory while it made the answer, "
		    "so nothing was issued: try again later");
	visit_refuse_for(issuing->visit, &problem);
}

/* Bytes. The head of an answer must fit in what a web server reads of it at
 * once, which is 4096 bytes with nginx; else it answers 502 instead. */
#define WARNING_HEADERS_MAX 2048

/* Write the warnings as header lines, because most formats have no place for
 * them. Where they do not all fit, the last line says that there are more. */
static void warning_headers(const struct warnings *warnings, char *dst,
			    size_t size)
{
	static const char more[] = "Mintage-Warning: there are more\r\n";
	char text[WARNINGS_TEXT_MAX];
	size_t used = 0;

	dst[0] = '\0';
	for (size_t i = 0; warnings_get(warnings, i, WARNINGS_FOR_PEOPLE, text);
	     i++) {
		bool fits = used + strlen(text) + 2 * sizeof(more) < size;

		used += (size_t)snprintf(dst + used, size - used, "%s%s%s",
					 fits ? "Mintage-Warning: " : more,
					 fits ? text : "", fits ? "\r\n" : "");
		if (!fits)
			return;
	}
}

/*
 * The header by which a browser saves the answer under a name that says what it
 * is, or "" where it shows the answer. A browser takes HTML and asked for
 * another format; it would save this one under the last word of the address.
 */
static void name_download(const struct issuing *issuing, char *dst, size_t size)
{
	const struct visit *visit = issuing->visit;
	const struct order *order = &issuing->issue.order;
	char date[DATE_TEXT_MAX];

	dst[0] = '\0';
	if (!(visit->by_accept->uses & FORMAT_PAGE) ||
	    (visit->format->uses & FORMAT_PAGE))
		return;
	date_text(order->now, date);
	/* A bucket's name holds nothing that is special in a header. */
	snprintf(dst, size,
		 "Content-Disposition: attachment; "
		 "filename=\"%s-%.*s-%.10s%s\"\r\n",
		 issuing->kind == ISSUE_LINKS ? "links" : "credentials",
		 (int)order->fields->bucket.length, order->fields->bucket.data,
		 date, visit->format->ending);
}

/* Send the answer, and record its outcome. */
static void send_result(struct issuing *issuing)
{
	struct visit *visit = issuing->visit;
	struct issue *issue = &issuing->issue;
	const struct format *format = visit->format;
	struct answer *answer = &visit->answer;
	char warnings[WARNING_HEADERS_MAX], download[192];
	char headers[768 + sizeof(warnings)];
	bool complete;

	warning_headers(&issue->tally.warnings, warnings, sizeof(warnings));
	name_download(issuing, download, sizeof(download));
	snprintf(headers, sizeof(headers),
		 "%sMintage-Count: %ju\r\n"
		 "Mintage-Failed: %ju\r\n%s",
		 download, (uintmax_t)issue->tally.rows,
		 (uintmax_t)issue->tally.failed, warnings);
	answer_head(answer, 200, format->content_type, headers);
	complete = issue_write(issue, &answer->sink);
	if (!complete && issue->tally.broken && answer_restart(answer)) {
		refuse_unmade(issuing);
		return;
	}
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
	fields_end(&issuing.fields);
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
