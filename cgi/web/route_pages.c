/* What can be had by GET: the page, the health, the metrics. */
#include "auth.h"
#include "view.h"
#include "visit.h"

void route_pages_index(struct visit *visit)
{
	struct problem problem;

	/* Those who are nobody get the page too: it says how to become
	 * somebody. */
	if (auth_subject(visit->service->config, visit->request,
			 &visit->subject, &problem) != ERROR_NONE)
		visit->subject = (struct subject){ .kind = SUBJECT_NOBODY };
	if (view_index(&visit->answer, &visit->subject, &problem))
		visit_refuse_for(visit, &problem);
}

void route_pages_health(struct visit *visit)
{
	view_health(&visit->answer);
}

/* How much is handed out is for those who run the service: this machine, or a
 * caller. */
void route_pages_metrics(struct visit *visit)
{
	struct problem problem;

	if (auth_subject(visit->service->config, visit->request,
			 &visit->subject, &problem) != ERROR_NONE &&
	    !visit->request->loopback)
		visit_refuse_for(visit, &problem);
	else
		view_metrics(&visit->answer);
}
