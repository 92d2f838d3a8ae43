#include "visit.h"

#include <stdio.h>

#include "cgi/input/negotiate.h"
#include "lib/base/problems.h"
#include "refusal.h"

_Static_assert(sizeof(struct visit) <= 16384,
	       "a request without entries carries less than 16 KB");

static void copy_text(char *dst, size_t size, struct slice text)
{
	snprintf(dst, size, "%.*s", (int)text.length,
		 text.length ? text.data : "");
}

void visit_begin(struct visit *visit, struct service *service,
		 const struct request *request)
{
	struct problem unused;

	/* The answer's window need not be zero, and it is large. */
	memset(visit, 0, offsetof(struct visit, answer));
	visit->service = service;
	visit->request = request;
	client_read(&visit->client, request, &service->config->trusted_proxies);
	copy_text(visit->remote, sizeof(visit->remote), visit->client.address);
	copy_text(visit->user, sizeof(visit->user), request->remote_user);
	visit->who.remote = visit->remote;
	visit->who.user = visit->user;
	answer_begin(&visit->answer, service, request, &visit->client,
		     &visit->who);
	visit->answer.quota = &visit->quota;
	/* A refusal before the fields are known has the format that Accept asks
	 * for. */
	if (negotiate_format(&service->renderer, FORMAT_ANY, slice_of(NULL, 0),
			     request->accept, &visit->format,
			     &unused) != ERROR_NONE)
		visit->format = &service->renderer.formats[FORMAT_JSON];
	visit->by_accept = visit->format;
}

void visit_end(struct visit *visit)
{
	answer_leave(&visit->answer);
	problems_free(&visit->problems);
}

enum error visit_refuse(struct visit *visit, enum error error)
{
	const struct format *format = visit->format;

	/* A person in a browser gets the form again to correct it, even where
	 * the answer would have been a file of another format. */
	if (visit->by_accept->uses & FORMAT_PAGE)
		format = visit->by_accept;
	if (error && visit->problems.count > 0)
		refusal_send(&visit->answer, format, &visit->problems,
			     visit->fields, visit->route);
	return error;
}

enum error visit_refuse_for(struct visit *visit, const struct problem *problem)
{
	problems_push(&visit->problems, problem);
	return visit_refuse(visit, problem->error);
}
