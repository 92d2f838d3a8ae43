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

/* Requests are counted under labels, whose names and order are their owner's. */
struct metrics_label {
	const char *name;
	bool issues; /* requests under it may issue something */
};

/* How many labels there can be. */
#define METRICS_LABELS_MAX 32

/* One request was answered with `status`, having issued so many. `label` is
 * below METRICS_LABELS_MAX. */
void metrics_count(struct metrics *metrics, unsigned label, int status,
		   uint64_t issued);

/* Write all counters. The labels are those whose numbers were counted, in that
 * order. */
void metrics_write(const struct metrics *metrics,
		   const struct metrics_label labels[], size_t count,
		   struct sink *sink);

#endif
