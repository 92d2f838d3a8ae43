#include "metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/shared_file.h"

static const int statuses[] = { 200, 400, 401, 403, 404, 405, 406,
				411, 413, 415, 429, 500, 502, 503 };

#define STATUS_COUNT (sizeof(statuses) / sizeof(statuses[0]))

/* The file holds a struct metrics_page; a new one is all zeros, which is every
 * counter at 0. Change the number in the name with the struct's layout. */
#define FILE_NAME "metrics.2"

struct metrics_page {
	/* By label and column of `statuses`; the last column counts any other
	 * status. */
	uint64_t requests[METRICS_LABELS_MAX][STATUS_COUNT + 1];
	uint64_t issued[METRICS_LABELS_MAX];
};

/* Milliseconds to wait for the lock of the file. What a request counts can be
 * saved with the next one, so a request waits for nobody. */
#define WAIT_NOT 0
#define WAIT_LAST 100

void metrics_open(struct metrics *metrics, const char *state_dir)
{
	*metrics = (struct metrics){ .file = -1 };
	metrics->own = calloc(1, sizeof(*metrics->own));
	if (!metrics->own || !state_dir)
		return;
	metrics->file = shared_file_open(state_dir, FILE_NAME,
					 sizeof(struct metrics_page),
					 SHARED_FILE_MAKE);
}

static void add_page(struct metrics_page *sum, const struct metrics_page *more)
{
	for (size_t label = 0; label < METRICS_LABELS_MAX; label++) {
		for (size_t i = 0; i <= STATUS_COUNT; i++)
			sum->requests[label][i] += more->requests[label][i];
		sum->issued[label] += more->issued[label];
	}
}

/* Add what was counted here to the file. Where that fails, it is kept for the
 * next time. */
static void save(struct metrics *metrics, unsigned wait)
{
	struct metrics_page page;

	if (metrics->file < 0 || !metrics->unsaved ||
	    !shared_file_lock(metrics->file, wait))
		return;
	if (shared_file_read(metrics->file, &page, sizeof(page)) >= 0) {
		add_page(&page, metrics->own);
		if (shared_file_write(metrics->file, &page, sizeof(page))) {
			memset(metrics->own, 0, sizeof(*metrics->own));
			metrics->unsaved = false;
		}
	}
	shared_file_unlock(metrics->file);
}

void metrics_close(struct metrics *metrics)
{
	if (!metrics->own)
		return;
	save(metrics, WAIT_LAST);
	if (metrics->file >= 0)
		(void)close(metrics->file);
	free(metrics->own);
	*metrics = (struct metrics){ .file = -1 };
}

static size_t status_column(int status)
{
	size_t i = 0;

	while (i < STATUS_COUNT && statuses[i] != status)
		i++;
	return i;
}

void metrics_count(struct metrics *metrics, unsigned label, int status,
		   uint64_t issued)
{
	if (!metrics->own)
		return;
	metrics->own->requests[label][status_column(status)]++;
	metrics->own->issued[label] += issued;
	metrics->unsaved = true;
	save(metrics, WAIT_NOT);
}

static void write_line(struct sink *sink, const char *format, ...)
	PRINTF_LIKE(2, 3);

static void write_line(struct sink *sink, const char *format, ...)
{
	char line[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	sink_text(sink, line);
}

static void write_requests(const struct metrics_page *page,
			   const struct metrics_label labels[], size_t count,
			   struct sink *sink)
{
	sink_text(sink, "# HELP mintage_requests_total Requests answered.\n"
			"# TYPE mintage_requests_total counter\n");
	for (size_t label = 0; label < count; label++) {
		for (size_t i = 0; i <= STATUS_COUNT; i++) {
			uint64_t n = page->requests[label][i];

			if (n > 0)
				write_line(
					sink,
					"mintage_requests_total{route=\"%s\","
					"status=\"%d\"} %" PRIu64 "\n",
					labels[label].name,
					i < STATUS_COUNT ? statuses[i] : 0, n);
		}
	}
}

static void write_issued(const struct metrics_page *page,
			 const struct metrics_label labels[], size_t count,
			 struct sink *sink)
{
	sink_text(sink, "# HELP mintage_issued_total Credentials and links "
			"issued.\n"
			"# TYPE mintage_issued_total counter\n");
	for (size_t label = 0; label < count; label++) {
		if (labels[label].issues)
			write_line(sink,
				   "mintage_issued_total{route=\"%s\"} %" PRIu64
				   "\n",
				   labels[label].name, page->issued[label]);
	}
}

/* Put the counters of all processes into *page, or those of this one alone.
 * True where they are of all. */
static bool gather(struct metrics *metrics, struct metrics_page *page)
{
	bool shared;

	save(metrics, WAIT_LAST);
	shared = metrics->file >= 0 &&
		 shared_file_read(metrics->file, page, sizeof(*page)) >= 0;
	if (!shared)
		memset(page, 0, sizeof(*page));
	add_page(page, metrics->own);
	return shared;
}

void metrics_write(struct metrics *metrics, const struct metrics_label labels[],
		   size_t count, struct sink *sink)
{
	struct metrics_page page;
	bool shared = metrics->own && gather(metrics, &page);

	write_line(
		sink,
		"# HELP mintage_info The running version; scope says whether the "
		"counters are of the host or of one process.\n"
		"# TYPE mintage_info gauge\n"
		"mintage_info{version=\"%s\",scope=\"%s\"} 1\n",
		PACKAGE_VERSION, shared ? "host" : "process");
	if (!metrics->own)
		return;
	write_requests(&page, labels, count, sink);
	write_issued(&page, labels, count, sink);
}
