#include "router.h"

#include <stdio.h>

#include "answer.h"
#include "auth.h"
#include "body.h"
#include "cgi/input/form.h"
#include "cgi/input/multipart.h"
#include "cgi/input/negotiate.h"
#include "cgi/issue/issue.h"
#include "refusal.h"
#include "view.h"

/* Everything of one request; passed, never global. */
struct visit {
	struct service *service;
	const struct request *request;
	const struct route *route;
	struct slice account_id; /* of the path */
	struct subject subject;
	struct audit_request who;
	char remote[64];
	char user[USER_MAX + 1];
	const struct format *format;    /* of the answer */
	const struct format *by_accept; /* of a refusal, if it is a page */
	struct buffer query;            /* decoded in place */
	struct body body;
	/* Large, and begun each in its own way: */
	struct answer answer;
	struct fields fields;
	struct issue issue;
};

typedef void handler_fn(struct visit *visit);

static handler_fn handle_index;
static handler_fn handle_health;
static handler_fn handle_metrics;
static handler_fn handle_issue;

struct route {
	const char *methods; /* as Allow has them */
	const char *path;    /* {} is one segment: the account's id */
	handler_fn *handle;
	const char *name; /* in the audit; NULL: gives nothing away */
	enum issue_kind kind;
	unsigned use; /* what a format must be good for */
	enum metrics_route counted;
};

#define ACCOUNT "/accounts/{}"
#define CREDENTIALS ACCOUNT "/r2/temp-access-credentials"

/* The site map. */
static const struct route routes[] = {
	{ "GET, HEAD", "/", handle_index, NULL, 0, 0, METRICS_PAGES },
	{ "GET, HEAD", "/healthz", handle_health, NULL, 0, 0, METRICS_PAGES },
	{ "GET, HEAD", "/metrics", handle_metrics, NULL, 0, 0, METRICS_PAGES },
	{ "POST", CREDENTIALS, handle_issue, "single", ISSUE_SINGLE,
	  FORMAT_CREDENTIALS, METRICS_SINGLE },
	{ "POST", CREDENTIALS "/batch", handle_issue, "batch", ISSUE_BATCH,
	  FORMAT_CREDENTIALS, METRICS_BATCH },
	{ "POST", ACCOUNT "/r2/presigned-urls", handle_issue, "presigned-urls",
	  ISSUE_LINKS, FORMAT_LINKS, METRICS_LINKS },
};

/* ---- finding the way ------------------------------------------------------ */

static bool path_matches(struct slice path, const char *pattern,
			 struct slice *segment)
{
	struct slice pattern_rest = slice_text(pattern);
	struct slice wanted, found;

	*segment = slice_of(NULL, 0);
	while (slice_split(&pattern_rest, '/', &wanted)) {
		if (!slice_split(&path, '/', &found))
			return false;
		if (slice_is(wanted, "{}") && found.length > 0)
			*segment = found;
		else if (!slice_equal(wanted, found))
			return false;
	}
	return path.data == NULL;
}

static const struct route *find_route(struct slice path, struct slice *segment)
{
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		if (path_matches(path, routes[i].path, segment))
			return &routes[i];
	}
	return NULL;
}

static bool method_allowed(const struct route *route, struct slice method)
{
	struct slice rest = slice_text(route->methods), one;

	while (slice_split(&rest, ',', &one)) {
		if (slice_equal(slice_trim(one), method))
			return true;
	}
	return false;
}

/*
 * AWS SDKs fetch container credentials by GET and send a token of theirs along.
 * Only for a bearer, whom auth_subject knows by nothing else: no link in a page
 * makes a browser send a token.
 */
static bool is_container_fetch(const struct route *route,
			       const struct request *request)
{
	struct slice query = request->query, one;
	struct slice authorization = request->authorization, scheme;
	bool asks = false;

	while (slice_split(&query, '&', &one))
		asks = asks || slice_is(one, "format=container");
	return asks && route->handle == handle_issue &&
	       route->kind == ISSUE_SINGLE &&
	       slice_is(request->method, "GET") &&
	       slice_split(&authorization, ' ', &scheme) &&
	       slice_equal_nocase(scheme, slice_text("Bearer"));
}

/* ---- no ------------------------------------------------------------------ */

static enum error refuse(struct visit *visit, enum error error)
{
	const struct format *format = visit->format;

	/* A browser's user has the form to correct, whatever was to come. */
	if (visit->by_accept->uses & FORMAT_PAGE)
		format = visit->by_accept;
	if (error && visit->issue.problems.count > 0)
		refusal_send(&visit->answer, format, &visit->issue.problems,
			     &visit->fields,
			     visit->route ? visit->route->methods : NULL);
	return error;
}

static enum error refuse_for(struct visit *visit, const struct problem *problem)
{
	problems_push(&visit->issue.problems, problem);
	return refuse(visit, problem->error);
}

/* ---- what can be had by GET ----------------------------------------------- */

static void handle_index(struct visit *visit)
{
	struct problem problem;

	/* Nobody gets the page too: it says how to become somebody. */
	if (auth_subject(visit->service->config, visit->request,
			 &visit->subject, &problem) != ERROR_NONE)
		visit->subject = (struct subject){ .kind = SUBJECT_NOBODY };
	if (view_index(&visit->answer, &visit->subject, &problem))
		refuse_for(visit, &problem);
}

static void handle_health(struct visit *visit)
{
	view_health(&visit->answer);
}

/* How much is handed out is for those who run it: this machine, or a caller. */
static void handle_metrics(struct visit *visit)
{
	struct problem problem;

	if (auth_subject(visit->service->config, visit->request,
			 &visit->subject, &problem) != ERROR_NONE &&
	    !visit->request->loopback)
		refuse_for(visit, &problem);
	else
		view_metrics(&visit->answer);
}

/* ---- what is issued ------------------------------------------------------- */

/*
 * Whom the server or the address vouches for is so wherever their browser
 * comes from: a page of another site must not make it ask (CSRF). A bearer
 * token only its owner can send.
 */
static bool is_made_to_ask(const struct visit *visit)
{
	return visit->subject.kind != SUBJECT_BEARER &&
	       slice_is(visit->request->fetch_site, "cross-site");
}

static enum error authenticate(struct visit *visit)
{
	struct problem problem;

	if (auth_subject(visit->service->config, visit->request,
			 &visit->subject, &problem))
		return refuse_for(visit, &problem);
	visit->answer.subject = &visit->subject;
	visit->who.caller = visit->subject.caller->name;
	if (!is_made_to_ask(visit))
		return ERROR_NONE;
	problem_set(&problem, ERROR_ACCESS_DENIED, NULL,
		    "a page of another site can't ask on your behalf: open "
		    "this service's own form");
	return refuse_for(visit, &problem);
}

static void read_query(struct visit *visit)
{
	struct slice query = visit->request->query;
	struct buffer *text = &visit->query;

	if (query.length == 0)
		return;
	if (!buffer_add(text, query.data, query.length))
		problems_add(&visit->issue.problems, ERROR_INTERNAL, NULL,
			     "out of memory");
	else
		form_read(&visit->fields, text->data, text->length, false,
			  &visit->issue.problems);
}

/* The body as it is: form_read decodes it in place. */
static void read_fields(struct visit *visit, enum body_kind kind,
			enum manifest_format manifest_format)
{
	struct problems *problems = &visit->issue.problems;
	struct fields *fields = &visit->fields;
	struct slice text = slice_of(visit->body.data, visit->body.length);

	switch (kind) {
	case BODY_JSON:
		fields_from_json(fields, text, problems);
		break;
	case BODY_FORM:
		form_read(fields, visit->body.data, visit->body.length,
			  visit->format->uses & FORMAT_PAGE, problems);
		break;
	case BODY_MULTIPART:
		multipart_read(fields, visit->request->content_type,
			       visit->body.data, visit->body.length,
			       visit->format->uses & FORMAT_PAGE, problems);
		break;
	default:
		fields_set(fields, slice_text(field_names[FIELD_MANIFEST]),
			   text, problems);
		if (!fields_has(fields, FIELD_MANIFEST_FORMAT))
			fields->manifest_format = manifest_format;
		break;
	}
}

/* From the socket to fields. */
static enum error receive_body(struct visit *visit)
{
	const struct request *request = visit->request;
	enum manifest_format manifest_format;
	struct problem problem;
	enum body_kind kind;

	kind = negotiate_body(request->content_type, &manifest_format);
	if (kind == BODY_UNKNOWN) {
		problem_set(&problem, ERROR_MEDIA_TYPE, NULL,
			    "send application/json, a form "
			    "(application/x-www-form-urlencoded or "
			    "multipart/form-data), or a manifest as "
			    "text/plain, text/csv or application/x-ndjson, "
			    "in UTF-8");
		return refuse_for(visit, &problem);
	}
	if (body_read(&visit->body, request, visit->service->config->max_body,
		      &problem))
		return refuse_for(visit, &problem);
	read_query(visit);
	read_fields(visit, kind, manifest_format);
	return ERROR_NONE;
}

/* To checked fields; the answer is given when that fails. */
static enum error receive(struct visit *visit)
{
	const struct request *request = visit->request;
	struct problem problem;
	enum error error = ERROR_NONE;

	if (slice_is(request->method, "GET"))
		read_query(visit);
	else
		error = receive_body(visit);
	if (error)
		return error;
	if (negotiate_format(&visit->service->renderer, visit->route->use,
			     visit->fields.format, request->accept,
			     &visit->format, &problem))
		problems_push(&visit->issue.problems, &problem);
	return ERROR_NONE;
}

static void send_result(struct visit *visit)
{
	const struct format *format = visit->format;
	struct issue *issue = &visit->issue;
	struct answer *answer = &visit->answer;
	char headers[512];
	bool complete;

	snprintf(headers, sizeof(headers),
		 "%sMintage-Count: %ju\r\n"
		 "Mintage-Failed: %ju\r\n",
		 answer_format_headers(format), (uintmax_t)issue->rows,
		 (uintmax_t)issue->failed);
	answer_head(answer, 200, format->content_type, headers);
	complete = issue_write(issue, &answer->sink);
	complete = answer_end(answer) && complete;
	issue_end(issue, complete, answer->sink.passed);
}

static void handle_issue(struct visit *visit)
{
	struct issue *issue = &visit->issue;
	enum error error;

	fields_begin(&visit->fields);
	if (authenticate(visit) || receive(visit))
		return;
	issue->format = visit->format;
	error = issue_begin(issue, visit->service, visit->route->kind,
			    &visit->subject, visit->account_id, &visit->fields,
			    &visit->who);
	if (!error)
		error = issue_check(issue);
	if (!error)
		error = issue_record(issue);
	if (!error)
		error = issue_fetch(issue);
	if (refuse(visit, error))
		issue_end(issue, false, 0);
	else
		send_result(visit);
}

/* ---- one request ---------------------------------------------------------- */

static void copy_text(char *dst, size_t size, struct slice text)
{
	snprintf(dst, size, "%.*s", (int)text.length,
		 text.length ? text.data : "");
}

static void visit_begin(struct visit *visit, struct service *service,
			const struct request *request)
{
	struct problem unused;

	memset(visit, 0, offsetof(struct visit, answer));
	issue_clear(&visit->issue);
	visit->service = service;
	visit->request = request;
	copy_text(visit->remote, sizeof(visit->remote),
		  request->remote_address);
	copy_text(visit->user, sizeof(visit->user), request->remote_user);
	visit->who.remote = visit->remote;
	visit->who.user = visit->user;
	answer_begin(&visit->answer, service, request, &visit->who);
	/* Until the fields are known, errors go by Accept alone. */
	if (negotiate_format(&service->renderer, FORMAT_ANY, slice_of(NULL, 0),
			     request->accept, &visit->format,
			     &unused) != ERROR_NONE)
		visit->format = &service->renderer.formats[FORMAT_JSON];
	visit->by_accept = visit->format;
}

static void visit_go(struct visit *visit)
{
	const struct request *request = visit->request;
	struct problem problem;

	visit->route = find_route(request->path, &visit->account_id);
	if (!visit->route) {
		problem_set(&problem, ERROR_NO_ROUTE, NULL,
			    "no route for this path: GET / says which there "
			    "are");
		refuse_for(visit, &problem);
		return;
	}
	if (!method_allowed(visit->route, request->method) &&
	    !is_container_fetch(visit->route, request)) {
		problem_set(&problem, ERROR_METHOD, NULL, "this path takes %s",
			    visit->route->methods);
		refuse_for(visit, &problem);
		return;
	}
	visit->who.route = visit->route->name;
	visit->route->handle(visit);
}

void router_handle(struct service *service, const struct request *request)
{
	struct visit visit;
	struct problem problem;

	visit_begin(&visit, service, request);
	if (audit_request_id(visit.who.id)) {
		visit_go(&visit);
	} else {
		problem_set(&problem, ERROR_UNAVAILABLE, NULL,
			    "the system gives no random numbers");
		refuse_for(&visit, &problem);
	}
	answer_end(&visit.answer);
	metrics_count(&service->metrics,
		      visit.route ? visit.route->counted : METRICS_OTHER,
		      visit.answer.status, visit.issue.issued);
	body_free(&visit.body);
	buffer_free(&visit.query);
}
