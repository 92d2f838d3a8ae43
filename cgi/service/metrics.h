/*
 * metrics - counters of what was answered, for GET /metrics.
 *
 * Prometheus text format 0.0.4. The processes of a host share one mapped file
 * in the state directory; where there is none, each counts for itself.
 */
#ifndef MINTAGE_CGI_SERVICE_METRICS_H
#define MINTAGE_CGI_SERVICE_METRICS_H

#include "lib/base/buffer.h"
#include "lib/base/sink.h"

struct metrics_page;

struct metrics {
	struct metrics_page *page; /* NULL: nothing is counted */
	bool shared;
};

/* Where counting fails, the service goes on without: it has no errors. */
void metrics_open(struct metrics *metrics, const char *state_dir);
void metrics_close(struct metrics *metrics);

/* Numbers of the routes counted; METRICS_OTHER for a path there is none of. */
enum metrics_route {
	METRICS_PAGES,
	METRICS_SINGLE,
	METRICS_BATCH,
	METRICS_LINKS,
	METRICS_OTHER,
	METRICS_ROUTE_COUNT
};

/* One request was answered with `status`, having issued so many. */
void metrics_count(struct metrics *metrics, enum metrics_route route,
		   int status, uint64_t issued);

void metrics_write(const struct metrics *metrics, struct sink *sink);

#endif
