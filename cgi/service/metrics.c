#include "metrics.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/shared_file.h"

static const int statuses[] = { 200, 302, 400, 401, 403, 404, 405, 406,
				410, 411, 413, 415, 429, 500, 502, 503 };

#define STATUS_COUNT (sizeof(statuses) / sizeof(statuses[0]))

/* The file holds a struct metrics_page for each process; a new one is all
 * zeros, which is every counter at 0. Change the number in the name with the
 * struct's layout. */
#define FILE_NAME "metrics.4"

struct metrics_page {
	/* By label and column of `statuses`; the last column counts any other
	 * status. */
	uint64_t requests[METRICS_LABELS_MAX][STATUS_COUNT + 1];
	uint64_t issued[METRICS_LABELS_MAX];
};

static off_t offset_of(int part)
{
	return (off_t)part * (off_t)sizeof(struct metrics_page);
}

/* Read what was counted in the part. What lies behind the end of the file was
 * not counted yet. False where less can be read than the file has: it would be
 * written back as lost. */
static bool read_part(const struct metrics *metrics)
{
	off_t start = offset_of(metrics->part);
	char *own = (char *)metrics->own;
	size_t size = sizeof(*metrics->own), done = 0;
	struct stat found;
	ssize_t got = 1;

	if (fstat(metrics->file, &found) != 0)
		return false;
	if (found.st_size < start + (off_t)size)
		size = found.st_size > start ? (size_t)(found.st_size - start) :
					       0;
	while (done < size && (got > 0 || (got < 0 && errno == EINTR))) {
		got = pread(metrics->file, own + done, size - done,
			    start + (off_t)done);
		if (got > 0)
			done += (size_t)got;
	}
	return done == size;
}

/* Take over a part of the file and what was counted there. */
static bool take_part(struct metrics *metrics)
{
	metrics->part = shared_file_claim(metrics->file, sizeof(*metrics->own));
	return metrics->part >= 0 && read_part(metrics);
}

void metrics_open(struct metrics *metrics, const char *state_dir)
{
	*metrics = (struct metrics){ .file = -1 };
	metrics->own = calloc(1, sizeof(*metrics->own));
	if (!metrics->own || !state_dir)
		return;
	metrics->file = shared_file_open(
		state_dir, FILE_NAME, sizeof(*metrics->own), SHARED_FILE_MAKE);
	if (metrics->file < 0 || take_part(metrics))
		return;
	/* A part of what was read counts no more than nothing. */
	memset(metrics->own, 0, sizeof(*metrics->own));
	(void)close(metrics->file);
	metrics->file = -1;
}

void metrics_close(struct metrics *metrics)
{
	if (!metrics->own)
		return;
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
	/* What can't be written now is written with the next request. */
	if (metrics->file >= 0 &&
	    pwrite(metrics->file, metrics->own, sizeof(*metrics->own),
		   offset_of(metrics->part)) < 0)
		return;
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

static void add_page(struct metrics_page *sum, const struct metrics_page *more)
{
	for (size_t label = 0; label < METRICS_LABELS_MAX; label++) {
		for (size_t i = 0; i <= STATUS_COUNT; i++)
			sum->requests[label][i] += more->requests[label][i];
		sum->issued[label] += more->issued[label];
	}
}

/* Put the counters of all processes into *sum, or those of this one alone where
 * no file is shared. A part that is not there yet has nothing to add. */
static void gather(const struct metrics *metrics, struct metrics_page *sum)
{
	struct metrics_page page;

	*sum = *metrics->own;
	for (int part = 0; metrics->file >= 0; part++) {
		ssize_t got = pread(metrics->file, &page, sizeof(page),
				    offset_of(part));

		if (got <= 0)
			break;
		memset((char *)&page + got, 0, sizeof(page) - (size_t)got);
		if (part != metrics->part)
			add_page(sum, &page);
	}
}

void metrics_write(const struct metrics *metrics,
		   const struct metrics_label labels[], size_t count,
		   struct sink *sink)
{
	struct metrics_page page;

	write_line(
		sink,
		"# HELP mintage_info The running version; scope says whether the "
		"counters are of the host or of one process.\n"
		"# TYPE mintage_info gauge\n"
		"mintage_info{version=\"%s\",scope=\"%s\"} 1\n",
		PACKAGE_VERSION, metrics->file >= 0 ? "host" : "process");
	if (!metrics->own)
		return;
	gather(metrics, &page);
	write_requests(&page, labels, count, sink);
	write_issued(&page, labels, count, sink);
}
