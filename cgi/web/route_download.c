#include "route_download.h"

#include "auth.h"
#include "cgi/download/redirect.h"
#include "cgi/download/target.h"
#include "guard.h"
#include "visit.h"

/* The section with the longest path that `path` begins with, or NULL. */
static const struct download *find_section(const struct config *config,
					   struct slice path)
{
	const struct download *found = NULL;
	size_t length = 0;

	for (const struct download *one = config->downloads; one;
	     one = one->next) {
		struct slice start = slice_text(one->path);

		if (start.length > length && slice_starts(path, start)) {
			found = one;
			length = start.length;
		}
	}
	return found;
}

/* ---- who asks ------------------------------------------------------------- */

/* Where callers are asked for, find out which; everywhere, insist on https. */
static enum error authenticate(struct visit *visit,
			       const struct download *download,
			       struct problem *problem)
{
	const struct config *config = visit->service->config;

	if (download->open_to != OPEN_TO_CALLERS) {
		if (auth_https_check(config, &visit->client, problem))
			return problem->error;
		return guard_stranger(visit, problem);
	}
	if (guard_subject(visit, GUARD_CALLER, problem))
		return problem->error;
	visit->answer.subject = &visit->subject;
	visit->who.caller = visit->subject.caller->name;
	return quota_request(&visit->quota, &visit->service->limits,
			     visit->subject.caller, problem);
}

/* ---- the answer ----------------------------------------------------------- */

static enum error read_target(struct visit *visit,
			      struct download_target *target,
			      struct problem *problem)
{
	const struct request *request = visit->request;
	const struct download_address address = {
		.request_uri = request->uri,
		.script = request->script,
		.path_info = request->path_info,
		.is_rewritten = request->is_rewritten,
	};

	return download_target_read(target, &address, problem);
}

/* Set *asked to what the request asks for of the section that it names. */
static enum error settle(struct visit *visit, struct download_target *target,
			 struct download_request *asked,
			 struct problem *problem)
{
	const struct request *request = visit->request;
	const struct download *download;
	enum error error = read_target(visit, target, problem);

	if (error)
		return error;
	download = find_section(visit->service->config, target->path);
	if (!download)
		return problem_set(problem, ERROR_NO_ROUTE, NULL,
				   "no downloads have this path");
	error = authenticate(visit, download, problem);
	*asked = (struct download_request){
		.service = visit->service,
		.download = download,
		.subject = &visit->subject,
		.query = target->query,
		.address = visit->client.address,
		.agent = request->user_agent,
		.method = slice_is(request->method, "HEAD") ? METHOD_HEAD :
							      METHOD_GET,
		.who = &visit->who,
		.quota = &visit->quota,
	};
	download_target_below(target, strlen(download->path), &asked->decoded,
			      &asked->sent);
	return error;
}

/* What a download needs. Most of it is scratch for the longest key and address,
 * whose pages are hardly ever touched: on the stack each of them would be, and
 * on the heap each request would ask the kernel for them. One request is
 * answered at a time. */
static struct {
	struct download_request asked;
	struct download_target target;
	struct redirect redirect;
} work;

static void handle(struct visit *visit)
{
	struct problem problem;
	enum error error;

	work.redirect.is_signed = false;
	error = settle(visit, &work.target, &work.asked, &problem);
	if (!error)
		error = download_redirect(&work.redirect, &work.asked,
					  &problem);
	if (error) {
		visit_refuse_for(visit, &problem);
	} else {
		const struct presign *signed_link = &work.redirect.presign;

		answer_redirect(&visit->answer,
				slice_of(signed_link->url,
					 signed_link->url_length));
		visit->issued = 1;
	}
	download_redirect_end(&work.redirect);
	download_target_end(&work.target);
}

static const struct route route = {
	.methods = "GET, HEAD",
	.handle = handle,
	.name = "redirect",
	.counted = COUNTED_REDIRECT,
	.page = PAGE_REFUSED,
};

const struct route *route_download_find(const struct config *config,
					struct slice path)
{
	return find_section(config, path) ? &route : NULL;
}
