#include "answer.h"

#include <stdio.h>

#include "fields.h"
#include "pages.h"

static bool pass_on(void *context, const char *data, size_t length)
{
	struct stream *stream = context;

	return stream->write(stream->context, data, length);
}

static bool swallow(void *context, const char *data, size_t length)
{
	(void)context;
	(void)data;
	(void)length;
	return true;
}

void answer_begin(struct answer *answer, struct service *service,
		  const struct request *request, struct audit_request *who)
{
	*answer = (struct answer){
		.service = service,
		.request = request,
		.who = who,
		.head_only = slice_is(request->method, "HEAD"),
	};
	answer->sink = (struct sink){
		.window = answer->window,
		.size = sizeof(answer->window),
		.flush = pass_on,
		.context = request->stream,
	};
}

void answer_head(struct answer *answer, int status, const char *content_type,
		 const char *extra)
{
	struct sink *sink = &answer->sink;
	char line[64];

	snprintf(line, sizeof(line), "Status: %d ", status);
	sink_text(sink, line);
	sink_text(sink, status_text(status));
	sink_text(sink, "\r\nContent-Type: ");
	sink_text(sink, content_type);
	sink_text(sink, "\r\nCache-Control: no-store\r\nMintage-Request: ");
	sink_text(sink, answer->who->id);
	sink_text(sink, "\r\n");
	if (extra)
		sink_text(sink, extra);
	sink_text(sink, "\r\n");
	if (answer->head_only) {
		sink_flush(sink);
		sink->flush = swallow;
	}
}

/* What a status asks for beside its text. */
static void refusal_headers(const struct answer *answer, int status,
			    const char *format_headers, char *dst, size_t size)
{
	const char *more = "";
	char allow[64];

	if (status == 401)
		more = "WWW-Authenticate: Bearer realm=\"mintage\"\r\n";
	else if (status == 429 || status == 503)
		more = "Retry-After: 30\r\n";
	else if (status == 405 && answer->allow) {
		snprintf(allow, sizeof(allow), "Allow: %s\r\n", answer->allow);
		more = allow;
	}
	snprintf(dst, size, "%s%s", format_headers ? format_headers : "",
		 more);
}

/* Whoever was refused something of ours is on record; that the record could
 * not be made gives them nothing. */
static void record_refusal(struct answer *answer, int status,
			   const struct problem *problem)
{
	enum error unrecorded;

	if (!answer->who->route)
		return;
	unrecorded = audit_refusal(&answer->service->audit, answer->who,
				   status, problem);
	(void)unrecorded;
}

void answer_refusal(struct answer *answer, enum format_id format,
		    const struct problems *problems, struct fields *fields)
{
	const struct problem *first = &problems->list[0];
	bool as_page = format == FORMAT_HTML;
	const struct format *shape = as_page ? &pages[PAGE_FORM]
					     : &pages[PAGE_ERROR];
	int status = error_status(first->error);
	char headers[512];

	record_refusal(answer, status, first);
	refusal_headers(answer, status, shape->headers, headers,
			sizeof(headers));
	answer_head(answer, status, shape->content_type, headers);
	if (as_page)
		page_form(answer, fields, problems);
	else
		render_errors(&answer->service->renderer, problems,
			      &answer->sink);
}

void answer_problem(struct answer *answer, enum format_id format,
		    const struct problem *problem)
{
	struct problems problems;

	problems.count = 0;
	problems_push(&problems, problem);
	answer_refusal(answer, format, &problems, NULL);
}

bool answer_end(struct answer *answer)
{
	struct stream *stream = answer->request->stream;
	bool taken = sink_flush(&answer->sink) &&
		     stream->flush(stream->context);

	sink_wipe(&answer->sink);
	return taken;
}
