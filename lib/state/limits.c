#include "limits.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/digest.h"
#include "whole.h"
#include "window.h"

/* How long to wait for the lock, which a process that was stopped may hold; at
 * first, and after it was waited for in vain: not every request should wait for
 * what is stuck. */
#define LOCK_WAIT_MS 2000
#define LOCK_WAIT_AGAIN_MS 50

#define NAME_MAX_BYTES 128

/* ---- the file ------------------------------------------------------------- */

/* A caller's file while it is locked. */
struct limits_file {
	int file;
	uint8_t id[STATE_WINDOW_ID];
	struct state_window windows[STATE_LIMITS_COUNT];
};

static void identify(uint8_t id[STATE_WINDOW_ID], const char *name)
{
	uint8_t digest[DIGEST_SIZE];

	digest_sha256(name, strlen(name), digest);
	memcpy(id, digest, STATE_WINDOW_ID);
}

/* Write the empty windows of a new file. A window gets the length of its limit
 * when it is counted in. */
static bool fill(int file, const void *context)
{
	struct state_window window;

	state_window_begin(&window, context, 1, 0);
	for (unsigned kind = 0; kind < STATE_LIMITS_COUNT; kind++) {
		if (!state_window_write(file, kind, &window))
			return false;
	}
	return true;
}

static void name_file(char name[NAME_MAX_BYTES], const char *caller)
{
	snprintf(name, NAME_MAX_BYTES, STATE_LIMITS_FILE "%s", caller);
}

static bool enter(struct limits_file *file, const struct state_limits *limits,
		  const struct state_limits_ask *ask)
{
	char name[NAME_MAX_BYTES];
	const struct state_whole whole = {
		.folder = limits->folder,
		.name = name,
		.size = sizeof(file->windows),
		.fill = fill,
		.context = file->id,
	};

	name_file(name, ask->name);
	identify(file->id, ask->name);
	file->file = state_whole_enter(&whole, limits->trouble.is_stuck ?
						       LOCK_WAIT_AGAIN_MS :
						       LOCK_WAIT_MS);
	return file->file >= 0;
}

/* Read the window of a limit as it is now. The machine's time is read under the
 * lock, so that no process comes with one that is earlier than another's.
 *
 * A start of the machine is written at once. A request that is refused writes
 * nothing, so for a caller who has had all that it may have, the window's time
 * would stand still until the machine has run for as long as before. */
static bool load(struct limits_file *file, const struct state_limits_ask *ask,
		 enum state_limits_kind kind)
{
	struct state_window *window = &file->windows[kind];
	int64_t machine = clock_uptime();
	bool is_restarted;

	if (machine < 0 ||
	    !state_window_read(file->file, kind, file->id, window))
		return false;
	is_restarted = machine < window->machine;
	state_window_go_on(window, ask->limits[kind].seconds, machine);
	return !is_restarted || state_window_write(file->file, kind, window);
}

/* ---- counting ------------------------------------------------------------- */

static uint32_t whole_seconds(int64_t microseconds)
{
	return (uint32_t)((microseconds + 999999) / 1000000);
}

static bool take(struct limits_file *file, const struct state_limits_ask *ask,
		 struct state_limits_answer *answer)
{
	struct state_window *window = &file->windows[ask->kind];
	uint64_t most = ask->limits[ask->kind].most, count;

	answer->taken = true;
	if (most == 0 || ask->some == 0)
		return true;
	count = state_window_count(window);
	if (ask->some <= most && count <= most - ask->some) {
		answer->time = window->now;
		state_window_add(window, (uint32_t)ask->some);
		return state_window_write(file->file, ask->kind, window);
	}
	answer->taken = false;
	if (ask->some <= most)
		answer->wait = whole_seconds(
			state_window_wait(window, most - ask->some));
	return true;
}

static void tell(const struct state_window *window, uint64_t most,
		 struct state_limits_standing *standing)
{
	uint64_t count = state_window_count(window);

	if (count > most)
		count = most;
	standing->left = most - count;
	if (count > 0)
		standing->wait =
			whole_seconds(state_window_wait(window, count - 1));
}

static bool take_locked(struct limits_file *file,
			const struct state_limits_ask *ask,
			struct state_limits_answer *answer)
{
	for (int kind = 0; kind < STATE_LIMITS_COUNT; kind++) {
		if (ask->limits[kind].most > 0 &&
		    !load(file, ask, (enum state_limits_kind)kind))
			return false;
	}
	if (!take(file, ask, answer))
		return false;
	for (int kind = 0; kind < STATE_LIMITS_COUNT; kind++) {
		if (ask->limits[kind].most > 0)
			tell(&file->windows[kind], ask->limits[kind].most,
			     &answer->standing[kind]);
	}
	return true;
}

static void note(struct state_limits *limits, const char *caller, int failure)
{
	char what[NAME_MAX_BYTES + 32], name[NAME_MAX_BYTES];
	const struct state_place place = { what, name, limits->folder };

	name_file(name, caller);
	snprintf(what, sizeof(what), "the limits of [caller %s]", caller);
	state_trouble_note(&limits->trouble, failure, &place);
}

enum error state_limits_take(struct state_limits *limits,
			     const struct state_limits_ask *ask,
			     struct state_limits_answer *answer,
			     struct problem *problem)
{
	struct limits_file file;
	bool answered = false;
	int failure;

	*answer = (struct state_limits_answer){ .taken = false };
	if (enter(&file, limits, ask)) {
		answered = take_locked(&file, ask, answer);
		state_whole_leave(file.file);
	}
	failure = answered ? 0 : errno;
	if (failure || limits->trouble.lasts)
		note(limits, ask->name, failure);
	if (answered)
		return ERROR_NONE;
	*answer = (struct state_limits_answer){ .taken = false };
	return problem_set(problem, ERROR_UNAVAILABLE, NULL,
			   "how much you asked for can't be counted now, so "
			   "nothing is issued: tell the administrator");
}

void state_limits_give_back(struct state_limits *limits,
			    const struct state_limits_ask *ask, int64_t time,
			    uint64_t some)
{
	struct limits_file file;

	if (ask->limits[ask->kind].most == 0 || !enter(&file, limits, ask))
		return;
	if (load(&file, ask, ask->kind)) {
		struct state_window *window = &file.windows[ask->kind];

		state_window_take_off(window, time, (uint32_t)some);
		/* Where this is not written, it stays counted. */
		if (!state_window_write(file.file, ask->kind, window))
			errno = 0;
	}
	state_whole_leave(file.file);
}
