/* metrics: the processes of a host count together, and trouble with counting is
 * nobody else's. */
#include "unit.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgi/service/metrics.h"

static const struct metrics_label labels[] = {
	{ "pages", false },         { "single", true }, { "batch", true },
	{ "presigned-urls", true }, { "other", false },
};
enum {
	METRICS_PAGES,
	METRICS_SINGLE,
	METRICS_BATCH,
	METRICS_LINKS,
	METRICS_OTHER,
	LABEL_COUNT
};

static char folder[] = "/tmp/mintage-metrics-XXXXXX";
static char file_path[64], other_path[64];

/* The page, until the next call. */
static const char *page(struct metrics *metrics)
{
	static struct buffer text;
	static char window[SINK_MIN];
	struct sink sink;

	text.length = 0;
	sink_to_buffer(&sink, window, sizeof(window), &text);
	metrics_write(metrics, labels, LABEL_COUNT, &sink);
	assert_true(sink_flush(&sink));
	assert_true(buffer_add(&text, "", 1));
	return text.data;
}

static void assert_says(struct metrics *metrics, const char *line)
{
	const char *text = page(metrics), *found = strstr(text, line);

	if (!found || (found > text && found[-1] != '\n'))
		fail_msg("no '%s' in: %s", line, text);
}

#define REQUESTS(route, status) \
	"mintage_requests_total{route=\"" route "\",status=\"" status "\"} "
#define ISSUED(route) "mintage_issued_total{route=\"" route "\"} "

/* Without a folder each process is by itself. */
static void test_counts(void **state)
{
	struct metrics metrics;

	(void)state;
	metrics_open(&metrics, NULL);
	assert_non_null(metrics.own);
	assert_int_equal(metrics.file, -1);
	assert_null(strstr(page(&metrics), "mintage_requests_total{"));
	assert_says(&metrics, ISSUED("single") "0\n");
	assert_says(&metrics, ISSUED("presigned-urls") "0\n");
	metrics_count(&metrics, METRICS_BATCH, 200, 7);
	metrics_count(&metrics, METRICS_BATCH, 200, 1);
	metrics_count(&metrics, METRICS_BATCH, 503, 0);
	metrics_count(&metrics, METRICS_LINKS, 200, 2);
	metrics_count(&metrics, METRICS_PAGES, 404, 0);
	/* One that isn't in the list, and no answer at all. */
	metrics_count(&metrics, METRICS_OTHER, 418, 0);
	metrics_count(&metrics, METRICS_OTHER, 0, 0);
	assert_says(&metrics, REQUESTS("batch", "200") "2\n");
	assert_says(&metrics, REQUESTS("batch", "503") "1\n");
	assert_says(&metrics, REQUESTS("presigned-urls", "200") "1\n");
	assert_says(&metrics, REQUESTS("pages", "404") "1\n");
	assert_says(&metrics, REQUESTS("other", "0") "2\n");
	assert_says(&metrics, ISSUED("batch") "8\n");
	assert_says(&metrics, ISSUED("presigned-urls") "2\n");
	assert_says(&metrics, ISSUED("single") "0\n");
	assert_says(&metrics, "# TYPE mintage_requests_total counter\n");
	assert_says(&metrics, "# TYPE mintage_issued_total counter\n");
	assert_non_null(strstr(page(&metrics), "scope=\"process\"} 1\n"));
	metrics_close(&metrics);
	assert_null(metrics.own);
}

static void test_shared(void **state)
{
	struct metrics one, two;
	struct stat found;

	(void)state;
	metrics_open(&one, folder);
	metrics_open(&two, folder);
	assert_true(one.file >= 0);
	metrics_count(&one, METRICS_SINGLE, 200, 1);
	metrics_count(&two, METRICS_SINGLE, 200, 1);
	assert_says(&one, REQUESTS("single", "200") "2\n");
	assert_says(&two, ISSUED("single") "2\n");
	assert_non_null(strstr(page(&two), "scope=\"host\"} 1\n"));
	assert_int_equal(stat(file_path, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0600);
	metrics_close(&one);
	metrics_close(&two);
	/* It outlives them. */
	metrics_open(&one, folder);
	assert_says(&one, ISSUED("single") "2\n");
	metrics_close(&one);
	assert_int_equal(unlink(file_path), 0);
}

/* In a folder that others can write to: nothing of theirs is written to. */
static void test_traps(void **state)
{
	static const char precious[] = "precious";
	char text[sizeof(precious)] = "";
	struct metrics metrics;
	struct stat found;
	int file, i;

	(void)state;
	for (i = 0; i < 3; i++) {
		file = open(other_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		assert_int_equal(write(file, precious, sizeof(precious)),
				 sizeof(precious));
		close(file);
		if (i == 0)
			assert_int_equal(symlink(other_path, file_path), 0);
		else if (i == 1)
			assert_int_equal(link(other_path, file_path), 0);
		else
			assert_int_equal(mkfifo(file_path, 0600), 0);
		metrics_open(&metrics, folder);
		assert_int_equal(metrics.file, -1);
		metrics_count(&metrics, METRICS_SINGLE, 200, 1);
		assert_says(&metrics, ISSUED("single") "1\n");
		metrics_close(&metrics);
		assert_int_equal(stat(other_path, &found), 0);
		assert_int_equal(found.st_size, sizeof(precious));
		file = open(other_path, O_RDONLY);
		assert_int_equal(read(file, text, sizeof(text)), sizeof(text));
		close(file);
		assert_string_equal(text, precious);
		assert_int_equal(unlink(file_path), 0);
		assert_int_equal(unlink(other_path), 0);
	}
}

/* Whoever truncates the file, or locks it for ever, kills nobody and holds
 * nobody up. */
static void test_trouble(void **state)
{
	struct metrics one, two;
	int file;

	(void)state;
	metrics_open(&one, folder);
	metrics_open(&two, folder);
	metrics_count(&one, METRICS_SINGLE, 200, 1);
	metrics_count(&two, METRICS_SINGLE, 200, 1);
	assert_int_equal(truncate(file_path, 0), 0);
	assert_says(&one, ISSUED("single") "1\n");
	file = open(file_path, O_RDONLY);
	assert_int_equal(flock(file, LOCK_EX), 0);
	metrics_count(&two, METRICS_SINGLE, 200, 1);
	metrics_count(&one, METRICS_SINGLE, 200, 1);
	close(file);
	assert_says(&one, ISSUED("single") "4\n");
	assert_int_equal(truncate(file_path, 100), 0);
	metrics_count(&one, METRICS_SINGLE, 200, 1);
	assert_says(&one, ISSUED("single") "3\n");
	metrics_close(&one);
	metrics_close(&two);
	assert_int_equal(unlink(file_path), 0);
}

/* Parts that processes leave are taken over, and none is counted twice. */
static void test_parts(void **state)
{
	struct metrics all[5];

	(void)state;
	for (size_t round = 0; round < 3; round++) {
		for (size_t i = 0; i < 5; i++) {
			metrics_open(&all[i], folder);
			metrics_count(&all[i], METRICS_BATCH, 200, i);
		}
		for (size_t i = 0; i < 5; i++)
			assert_int_equal(all[i].part, i);
		assert_says(&all[round], round == 0 ? ISSUED("batch") "10\n" :
					 round == 1 ? ISSUED("batch") "20\n" :
						      ISSUED("batch") "30\n");
		for (size_t i = 0; i < 5; i++)
			metrics_close(&all[(i + round) % 5]);
	}
	assert_int_equal(unlink(file_path), 0);
}

static void test_no_place(void **state)
{
	char longest[5000];
	struct metrics metrics;

	(void)state;
	memset(longest, 'a', sizeof(longest));
	longest[0] = '/';
	longest[sizeof(longest) - 1] = '\0';
	metrics_open(&metrics, longest);
	assert_int_equal(metrics.file, -1);
	metrics_close(&metrics);
	metrics_open(&metrics, "/nowhere/at/all");
	assert_int_equal(metrics.file, -1);
	metrics_close(&metrics);
	/* No memory to count in. */
	metrics = (struct metrics){ .own = NULL };
	metrics_count(&metrics, METRICS_SINGLE, 200, 1);
	assert_null(strstr(page(&metrics), "mintage_issued_total"));
	metrics_close(&metrics);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts), cmocka_unit_test(test_shared),
		cmocka_unit_test(test_traps),  cmocka_unit_test(test_trouble),
		cmocka_unit_test(test_parts),  cmocka_unit_test(test_no_place),
	};
	int failed;

	if (!mkdtemp(folder))
		abort();
	snprintf(file_path, sizeof(file_path), "%s/metrics.4", folder);
	snprintf(other_path, sizeof(other_path), "%s/other", folder);
	failed = UNIT_RUN(tests);
	return rmdir(folder) != 0 || failed;
}
