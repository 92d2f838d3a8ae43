#include "guard.h"

#include <inttypes.h>

#include "auth.h"

static enum error ask(struct visit *visit, bool only_look,
		      struct problem *problem)
{
	struct service *service = visit->service;
	const struct rate *rate = &service->config->stranger_rate;
	const struct state_visitors_ask asked = {
		.address = visit->client.address,
		.most = rate->most,
		.seconds = rate->seconds,
		.only_look = only_look,
	};
	uint32_t wait;

	if (rate->most == 0)
		return ERROR_NONE;
	if (state_visitors_take(&service->visitors, &asked, &wait, problem))
		return problem->error;
	if (wait == 0)
		return ERROR_NONE;
	problem_set(problem, ERROR_TOO_MANY_REQUESTS, NULL,
		    "too many requests came from your address without a token "
		    "that is known here: try again in %" PRIu32 " second%s",
		    wait, wait == 1 ? "" : "s");
	problem->retry_after = wait;
	return problem->error;
}

enum error guard_stranger(struct visit *visit, struct problem *problem)
{
	return ask(visit, false, problem);
}

enum error guard_subject(struct visit *visit, enum guard_how how,
			 struct problem *problem)
{
	const struct config *config = visit->service->config;
	bool has_token = auth_has_token(visit->request);
	struct problem refusal;
	enum error error;

	if (has_token && ask(visit, true, problem) == ERROR_TOO_MANY_REQUESTS)
		return problem->error;
	error = (how == GUARD_TOKEN ? auth_bearer : auth_subject)(
		config, visit->request, &visit->client, &visit->subject,
		problem);
	if (error == ERROR_UNAUTHORIZED &&
	    (has_token || how != GUARD_ANYBODY) &&
	    guard_stranger(visit, &refusal))
		*problem = refusal;
	return error ? problem->error : ERROR_NONE;
}
