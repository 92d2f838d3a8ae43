/* The routes that issue something: a credential, a batch of them, or links. */
#include <stdio.h>

#include "cgi/input/negotiate.h"
#include "cgi/issue/issue.h"
#include "lib/base/date.h"
#include "lib/base/problems.h"
#include "receive.h"

/* What these routes need in addition to the visit. */
struct issuing {
	struct visit *visit;
	enum issue_kind kind;
	unsigned use; /* FORMAT_CREDENTIALS or FORMAT_LINKS */
	struct reception received;
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

/* Read the request's fields and choose the format of the answer. Problems with
 * fields or format are left in visit->problems. The refusal has been sent where
 * this fails. */
static enum error receive(struct issuing *issuing)
{
	struct visit *visit = issuing->visit;
	struct problem problem;
	enum error error = receive_fields(&issuing->received);

	if (error)
		return error;
	if (negotiate_format(&visit->service->renderer, issuing->use,
			     issuing->received.fields.format,
			     visit->request->accept, &visit->format, &problem))
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
		.account_id = visit->segments[0],
		.fields = &issuing->received.fields,
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
	enum guard_how how = slice_is(visit->request->method, "GET") ?
				     GUARD_TOKEN :
				     GUARD_CALLER;
	struct issuing issuing;

	receive_begin(&issuing.received, visit);
	issuing.visit = visit;
	issuing.kind = kind;
	issuing.use = use;
	if (!receive_caller(visit, how) && !receive(&issuing))
		issue(&issuing);
	receive_end(&issuing.received);
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
