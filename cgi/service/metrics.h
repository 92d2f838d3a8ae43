/*
 * metrics - counters of what was answered, for GET /metrics, in the Prometheus
 * text format 0.0.4.
 *
 * The processes of a host share one file in the state directory. Each has a
 * part of it for as long as it lives, and writes its counters there after each
 * request; the sum of all parts is what was counted. A part that is left is
 * taken over, with its counters, by a later process. Without that directory
 * each process counts for itself.
 */
#ifndef MINTAGE_CGI_SERVICE_METRICS_H
#define MINTAGE_CGI_SERVICE_METRICS_H

#include "lib/base/buffer.h"
#include "lib/base/sink.h"

struct metrics_page;

struct metrics {
	/* What this process counted, and those that had its part before; owned.
	 * NULL: nothing is counted, and no file is open. */
	struct metrics_page *own;
	int file; /* -1: each process counts for itself */
	int part; /* the part of the file that is this process's */
};

/* Open the file in `state_dir`, or count in memory of this process alone where
 * `state_dir` is NULL or the file can't be used. There is no error to return:
 * without counters the service goes on. Ends with metrics_close. */
void metrics_open(struct metrics *metrics, const char *state_dir);

/* Leave the part of the file, and free everything. */
void metrics_close(struct metrics *metrics);

/* What requests are counted under. The caller owns the array of labels; a
 * label's place in it is its number. */
struct metrics_label {
	const char *name;
	bool issues; /* its requests may issue credentials or links */
};

/* How many labels there can be. */
#define METRICS_LABELS_MAX 32

/* Count one request under `label`, a number below METRICS_LABELS_MAX: it was
 * answered with the HTTP status `status`, and issued `issued` credentials or
 * links. */
void metrics_count(struct metrics *metrics, unsigned label, int status,
		   uint64_t issued);

/* Write all counters to `sink`. labels[n] is the label that was counted as
 * number n; `count` is at most METRICS_LABELS_MAX. */
void metrics_write(const struct metrics *metrics,
		   const struct metrics_label labels[], size_t count,
		   struct sink *sink);

#endif
