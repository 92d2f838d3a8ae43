#include "metrics.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const int statuses[] = { 200, 400, 401, 403, 404, 405, 406,
				411, 413, 415, 429, 500, 502, 503 };

#define STATUS_COUNT (sizeof(statuses) / sizeof(statuses[0]))

/* The file holds a struct metrics_page; a new one is all zeros, which is every
 * counter at 0. Change the number in the name with the struct's layout. */
#define FILE_NAME "metrics.2"

struct metrics_page {
	/* By label and column of `statuses`; the last column counts any other
	 * status. */
	_Atomic uint64_t requests[METRICS_LABELS_MAX][STATUS_COUNT + 1];
	_Atomic uint64_t issued[METRICS_LABELS_MAX];
};

/* Open the shared file, or return -1 where counters can't be shared. */
static int open_file(const char *state_dir)
{
	char path[PATH_MAX];
	struct stat folder, found;
	int length, file;

	if (!state_dir)
		return -1;
	length = snprintf(path, sizeof(path), "%s/" FILE_NAME, state_dir);
	if (length < 0 || (size_t)length >= sizeof(path))
		return -1;
	file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	/* In a folder that others can write to, somebody may have put another
	 * kind of file there, or a second name of a file that matters. */
	if (file >= 0 && (fstat(file, &found) != 0 || !S_ISREG(found.st_mode) ||
			  found.st_nlink != 1)) {
		close(file);
		return -1;
	}
	/* Where root runs a command, give the file to the owner of the folder,
	 * or the service could not open it. */
	if (file >= 0 && geteuid() == 0 && stat(state_dir, &folder) == 0 &&
	    fchown(file, folder.st_uid, folder.st_gid) != 0) {
		close(file);
		return -1;
	}
	if (file >= 0 && ftruncate(file, sizeof(struct metrics_page)) != 0) {
		close(file);
		return -1;
	}
	return file;
}

void metrics_open(struct metrics *metrics, const char *state_dir)
{
	int file = open_file(state_dir);
	void *page = mmap(NULL, sizeof(struct metrics_page),
			  PROT_READ | PROT_WRITE,
			  file < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED,
			  file, 0);

	metrics->page = page == MAP_FAILED ? NULL : page;
	metrics->shared = file >= 0;
	if (file >= 0)
		close(file);
}

void metrics_close(struct metrics *metrics)
{
	if (metrics->page)
		munmap(metrics->page, sizeof(struct metrics_page));
	metrics->page = NULL;
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
	struct metrics_page *page = metrics->page;

	if (!page)
		return;
	atomic_fetch_add(&page->requests[label][status_column(status)], 1);
	if (issued > 0)
		atomic_fetch_add(&page->issued[label], issued);
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

static void write_requests(struct metrics_page *page,
			   const struct metrics_label labels[], size_t count,
			   struct sink *sink)
{
	sink_text(sink, "# HELP mintage_requests_total Requests answered.\n"
			"# TYPE mintage_requests_total counter\n");
	for (size_t label = 0; label < count; label++) {
		for (size_t i = 0; i <= STATUS_COUNT; i++) {
			uint64_t n = atomic_load(&page->requests[label][i]);

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

static void write_issued(struct metrics_page *page,
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
				   labels[label].name,
				   atomic_load(&page->issued[label]));
	}
}

void metrics_write(const struct metrics *metrics,
		   const struct metrics_label labels[], size_t count,
		   struct sink *sink)
{
	write_line(
		sink,
		"# HELP mintage_info The running version; scope says whether the "
		"counters are of the host or of one process.\n"
		"# TYPE mintage_info gauge\n"
		"mintage_info{version=\"%s\",scope=\"%s\"} 1\n",
		PACKAGE_VERSION, metrics->shared ? "host" : "process");
	if (!metrics->page)
		return;
	write_requests(metrics->page, labels, count, sink);
	write_issued(metrics->page, labels, count, sink);
}
