#include "refusal.h"

#include <stdio.h>

#include "lib/base/problems.h"
#include "page_errors.h"
#include "page_refused.h"
#include "view.h"

/* The header line that the status of a refusal calls for, or "". */
static void refusal_headers(int status, unsigned retry_after, const char *allow,
			    char *dst, size_t size)
{
	if (retry_after == 0 && (status == 429 || status == 503))
		retry_after = 30;
	dst[0] = '\0';
	if (status == 401)
		snprintf(dst, size,
			 "WWW-Authenticate: Bearer realm=\"mintage\"\r\n");
	else if (retry_after > 0)
		snprintf(dst, size, "Retry-After: %u\r\n", retry_after);
	else if (status == 405 && allow)
		snprintf(dst, size, "Allow: %s\r\n", allow);
}

/* Record the refusal if something could have been issued; of strangers, not
 * more than refusal-rate allows. When the record can't be made, the answer is
 * still a refusal, so that failure changes nothing. */
static void record_refusal(struct answer *answer, int status,
			   const struct problem *problem)
{
	struct audit *audit = &answer->service->audit;
	enum error unrecorded;

	if (!answer->who->route)
		return;
	if (answer->who->caller)
		unrecorded = audit_refusal(audit, answer->who, status, problem);
	else
		unrecorded = audit_strangers_refusal(
			&answer->service->strangers, audit, answer->who, status,
			problem);
	(void)unrecorded;
}

void refusal_send(struct answer *answer, const struct format *format,
		  const struct problems *problems, const struct fields *fields,
		  const struct route *route)
{
	const struct problem *first = &problems->list[0];
	bool as_page = format->uses & FORMAT_PAGE;
	enum page_id id = !as_page ? PAGE_ERROR :
			  route    ? route->page :
				     PAGE_FORM;
	const struct format *shape = &pages_table[id];
	int status = error_status(first->error);
	struct problem untold;
	char headers[512];

	record_refusal(answer, status, first);
	if (answer_need_page(answer, id, &untold)) {
		answer_head(answer, 503, "text/plain; charset=utf-8", NULL);
		sink_text(&answer->sink, REQUEST_REFUSAL_CONFIG);
		return;
	}
	refusal_headers(status, first->retry_after,
			route ? route->methods : NULL, headers,
			sizeof(headers));
	answer_head(answer, status, shape->content_type, headers);
	if (id == PAGE_FORM)
		view_form(answer, fields, problems);
	else if (id == PAGE_REFUSED)
		page_refused_write(answer, first->error);
	else
		page_errors_write(&answer->service->renderer, problems,
				  &answer->sink);
}
