/* The routes that show something: the page with the form, health and metrics. */
#include "guard.h"
#include "view.h"
#include "visit.h"

void route_pages_index(struct visit *visit)
{
	struct problem problem;
	enum error error = guard_subject(visit, GUARD_ANYBODY, &problem);

	if (error == ERROR_TOO_MANY_REQUESTS || error == ERROR_UNAVAILABLE) {
		visit_refuse_for(visit, &problem);
		return;
	}
	/* Whoever is not known gets the page too, since it says how to send a
	 * token or log in. */
	if (error)
		visit->subject = (struct subject){ .kind = SUBJECT_NOBODY };
	quota_look(&visit->quota, &visit->service->limits,
		   visit->subject.caller);
	if (view_index(&visit->answer, &visit->subject, &problem))
		visit_refuse_for(visit, &problem);
}

void route_pages_health(struct visit *visit)
{
	view_health(&visit->answer);
}

/* Only callers, and programs on this machine, may see how much is issued. */
void route_pages_metrics(struct visit *visit)
{
	struct problem problem;
	enum guard_how how = visit->client.loopback ? GUARD_ANYBODY :
						      GUARD_CALLER;
	enum error error = guard_subject(visit, how, &problem);

	if (error &&
	    (error == ERROR_TOO_MANY_REQUESTS || !visit->client.loopback))
		visit_refuse_for(visit, &problem);
	else
		view_metrics(&visit->answer);
}
