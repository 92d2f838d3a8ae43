#include "writer.h"

#include <fcntl.h>
#include <unistd.h>

/* The largest size that any user may give to a pipe, see pipe(7). */
#define PIPE_SIZE (1024 * 1024)

/* ---- the other thread ----------------------------------------------------- */

static void *run(void *context)
{
	struct cli_writer *writer = context;
	int failed;

	(void)pthread_mutex_lock(&writer->lock);
	for (;;) {
		while (!writer->data && !writer->is_ending)
			(void)pthread_cond_wait(&writer->changed,
						&writer->lock);
		if (!writer->data)
			break;
		(void)pthread_mutex_unlock(&writer->lock);
		failed = cli_write(writer->data, writer->length);
		(void)pthread_mutex_lock(&writer->lock);
		if (failed)
			writer->failed = failed;
		writer->data = NULL;
		(void)pthread_cond_signal(&writer->changed);
	}
	(void)pthread_mutex_unlock(&writer->lock);
	return NULL;
}

static void start(struct cli_writer *writer)
{
	(void)fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE_SIZE);
	if (pthread_mutex_init(&writer->lock, NULL) != 0 ||
	    pthread_cond_init(&writer->changed, NULL) != 0)
		return;
	writer->is_running =
		pthread_create(&writer->thread, NULL, run, writer) == 0;
}

/* ---- ours ----------------------------------------------------------------- */

/* Wait for what was handed over before, then hand over `data` (NULL: the end).
 * False when something could not be written. */
static bool hand_over(struct cli_writer *writer, const char *data,
		      size_t length)
{
	bool good;

	(void)pthread_mutex_lock(&writer->lock);
	while (writer->data)
		(void)pthread_cond_wait(&writer->changed, &writer->lock);
	good = writer->failed == 0;
	if (good || !data) {
		writer->data = data;
		writer->length = length;
		writer->is_ending = !data;
		(void)pthread_cond_signal(&writer->changed);
	}
	(void)pthread_mutex_unlock(&writer->lock);
	return good;
}

/* The sink's flush. A window that was handed over belongs to the other thread
 * until the next one is handed over. */
static bool flush(void *context, const char *data, size_t length)
{
	struct cli_writer *writer = context;

	if (!writer->is_running && length == CLI_WRITER_WINDOW)
		start(writer);
	if (!writer->is_running) {
		writer->failed = cli_write(data, length);
		return writer->failed == 0;
	}
	writer->sink.window =
		writer->windows[data == writer->windows[0] ? 1 : 0];
	return hand_over(writer, data, length);
}

void cli_writer_begin(struct cli_writer *writer)
{
	writer->sink = (struct sink){ .window = writer->windows[0],
				      .size = CLI_WRITER_WINDOW,
				      .flush = flush,
				      .context = writer };
}

bool cli_writer_end(struct cli_writer *writer)
{
	struct sink *sink = &writer->sink;
	bool good = sink_flush(sink);
	int windows = writer->is_running ? 2 : 1;

	if (writer->is_running) {
		good = hand_over(writer, NULL, 0) && good;
		(void)pthread_join(writer->thread, NULL);
		(void)pthread_cond_destroy(&writer->changed);
		(void)pthread_mutex_destroy(&writer->lock);
		writer->is_running = false;
	}
	for (int i = 0; i < windows; i++) {
		sink->window = writer->windows[i];
		sink_wipe(sink);
	}
	writer->failure = writer->failed;
	return good && writer->failed == 0;
}
