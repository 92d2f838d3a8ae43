/*
 * upstream.c with a helper that is the test, at the other end of the socket,
 * and with a clock, signals and folders of the test's own.
 */
#ifndef MINTAGE_UNIT_HELPED_H
#define MINTAGE_UNIT_HELPED_H

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgi/upstream/frames.h"
#include "lib/base/clock.h"

static int64_t fake_ticks(void);
static ssize_t fake_send(int file, const void *data, size_t size, int flags);
static int fake_poll(struct pollfd files[], nfds_t count, int milliseconds);
static bool fake_end(struct frame_writer *writer);

#include "cgi/upstream/helper.h"
#include "lib/config/state.h"

static enum error fake_start(pid_t *helper, int *file, struct problem *problem);
static void fake_stop(pid_t helper, int file);
static const char *fake_folder(const struct config *config);
static bool fake_beside(const struct config *config, char *dst, size_t size);
static bool fake_writable(const char *folder);

#define clock_ticks fake_ticks
#define send fake_send
#define poll fake_poll
#define frames_end fake_end
#define helper_start fake_start
#define helper_stop fake_stop
#define config_state_folder fake_folder
#define config_state_beside_log fake_beside
#define config_state_is_writable fake_writable
#include "cgi/upstream/upstream.c"
#undef clock_ticks
#undef send
#undef poll
#undef frames_end

#define HELPER ((pid_t)77)

static struct upstream upstream;
static struct problem problem;

static struct {
	int64_t ticks;
	int other_end;     /* the helper's, or -1 */
	bool ends_at_once; /* when the clock is read the next time */
	bool no_memory;    /* for a frame */
	bool no_start;     /* of a helper */
	bool clock_runs;
	int signals;       /* that interrupt the next calls; -1: all of them */
	bool sends_slowly; /* a byte at a time */
	int started, stopped;
	/* where the count of calls may be */
	const char *shared, *beside, *writable;
} world;

static void helper_ends(void)
{
	if (world.other_end >= 0)
		close(world.other_end);
	world.other_end = -1;
}

static int64_t fake_ticks(void)
{
	if (world.ends_at_once)
		helper_ends();
	world.ends_at_once = false;
	world.ticks += world.clock_runs ? 1000 : 0;
	return world.ticks;
}

static bool is_interrupted(void)
{
	if (world.signals == 0)
		return false;
	world.signals -= world.signals > 0;
	errno = EINTR;
	return true;
}

static ssize_t fake_send(int file, const void *data, size_t size, int flags)
{
	assert_true(flags & MSG_NOSIGNAL);
	if (is_interrupted())
		return -1;
	return send(file, data, world.sends_slowly ? 1 : size, flags);
}

/* What the helper says from the next poll on. */
static struct buffer script;

/* The helper speaks when it is waited for, and nobody waits for more. */
static int fake_poll(struct pollfd files[], nfds_t count, int milliseconds)
{
	assert_true(milliseconds > 0);
	if (is_interrupted())
		return -1;
	if (world.other_end >= 0 && script.length > 0)
		assert_int_equal(write(world.other_end, script.data,
				       script.length),
				 (ssize_t)script.length);
	script.length = 0;
	return poll(files, count, 0);
}

static bool fake_end(struct frame_writer *writer)
{
	if (!world.no_memory)
		return frames_end(writer);
	writer->out->length = writer->start;
	return false;
}

static enum error fake_start(pid_t *helper, int *file, struct problem *why)
{
	static const struct timeval second = { .tv_sec = 1 };
	int ends[2];

	*helper = 0;
	*file = -1;
	if (world.no_start)
		return problem_set(why, ERROR_UNAVAILABLE, NULL, "no start");
	helper_ends();
	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	/* Where nobody polls before, a read ends all the same. */
	assert_int_equal(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &second,
				    sizeof(second)),
			 0);
	world.other_end = ends[1];
	world.started++;
	*helper = HELPER;
	*file = ends[0];
	return ERROR_NONE;
}

static void fake_stop(pid_t helper, int file)
{
	assert_int_equal(helper, HELPER);
	assert_int_equal(close(file), 0);
	world.stopped++;
}

/* The keeper's helper is nobody's child here. */
static enum error start_elsewhere(void *context, int *file, struct problem *why)
{
	pid_t helper;

	assert_ptr_equal(context, &world);
	return fake_start(&helper, file, why);
}

static int begin(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	world.other_end = -1;
	upstream = (struct upstream){ .helper = 0 };
	problem = (struct problem){ .error = ERROR_NONE };
	return 0;
}

static int end(void **state)
{
	(void)state;
	upstream_stop(&upstream);
	helper_ends();
	buffer_free(&script);
	return 0;
}

/* ---- the helper's side --------------------------------------------------- */

static void say(enum frame_type type)
{
	struct frame_writer writer;

	frames_begin(&writer, &script, type, 0);
	assert_true(frames_end(&writer));
}

static void say_why(enum frame_type type, unsigned seconds, const char *text)
{
	struct frame_writer writer;

	frames_begin(&writer, &script, type, 0);
	if (seconds > 0)
		frames_number(&writer, seconds);
	frames_text(&writer, slice_text(text));
	assert_true(frames_end(&writer));
}

static void say_answer(uint64_t tag, uint64_t status, const char *headers,
		       const char *body)
{
	struct frame_writer writer;

	frames_begin(&writer, &script, FRAME_ANSWER, tag);
	frames_number(&writer, status);
	frames_number(&writer, 9);
	frames_text(&writer, slice_text("why"));
	frames_text(&writer, slice_text(headers));
	frames_text(&writer, slice_text(body));
	assert_true(frames_end(&writer));
}

/* All frames that the helper was sent, by their types. */
static void assert_sent(const char *types)
{
	struct frame_stream stream = { .used = 0 };
	struct frame frame;
	size_t count = 0;

	assert_true(fcntl(world.other_end, F_SETFL, O_NONBLOCK) == 0);
	while (frames_fill(&stream, world.other_end) > 0) {
		while (frames_next(&stream, &frame) == FRAME_WHOLE)
			assert_int_equal(frame.type, types[count++] - '0');
	}
	assert_int_equal(count, strlen(types));
	buffer_free(&stream.bytes);
}

/* ---- where calls are counted --------------------------------------------- */

static const char *fake_folder(const struct config *config)
{
	(void)config;
	return world.shared;
}

static bool fake_beside(const struct config *config, char *dst, size_t size)
{
	(void)config;
	if (world.beside)
		snprintf(dst, size, "%s", world.beside);
	return world.beside != NULL;
}

static bool fake_writable(const char *folder)
{
	return world.writable && strcmp(folder, world.writable) == 0;
}

#endif
