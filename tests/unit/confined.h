/*
 * sandbox.c with a kernel of the test's own, which does what `kernel` says and
 * notes what it was asked for.
 */
#ifndef MINTAGE_UNIT_CONFINED_H
#define MINTAGE_UNIT_CONFINED_H

#include "unit.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "lib/confine/filter.h"
#include "lib/confine/landlock.h"
#include "lib/confine/privileges.h"

/* The errno of each call, or 0; and which folders were allowed. */
static struct {
	int renounce, begin, allow, enter, filter, stat;
	const char *fails; /* only this path is refused */
	int abi;
	bool is_watched, is_built, is_known;
	char allowed[1024];
	int entered, open;
} kernel;

static int fake_renounce(void)
{
	return kernel.renounce;
}

static int fake_abi(void)
{
	return kernel.abi;
}

static int fake_begin(struct landlock *landlock)
{
	landlock->ruleset = -1;
	if (!kernel.begin)
		kernel.open++;
	return kernel.begin;
}

static int fake_allow(struct landlock *landlock, const char *path,
		      enum landlock_use use)
{
	size_t length = strlen(kernel.allowed);

	(void)landlock;
	snprintf(kernel.allowed + length, sizeof(kernel.allowed) - length,
		 "%s%s\n", use == LANDLOCK_READ ? "read " : "", path);
	if (kernel.fails && strcmp(kernel.fails, path) != 0)
		return 0;
	return kernel.allow;
}

static int fake_enter(const struct landlock *landlock)
{
	(void)landlock;
	kernel.entered++;
	return kernel.enter;
}

static void fake_end(struct landlock *landlock)
{
	(void)landlock;
	kernel.open--;
}

static int fake_filter(enum filter_kind kind)
{
	assert_int_equal(kind, FILTER_SERVICE);
	return kernel.filter;
}

static bool fake_is_built(void)
{
	return kernel.is_built;
}

static bool fake_is_known(void)
{
	return kernel.is_known;
}

static bool fake_is_watched(void)
{
	return kernel.is_watched;
}

static int fake_stat(const char *path, struct stat *found)
{
	errno = kernel.stat;
	return kernel.stat ? -1 : stat(path, found);
}

#define stat(path, found) fake_stat(path, found)
#define privileges_renounce fake_renounce
#define landlock_abi fake_abi
#define landlock_begin fake_begin
#define landlock_allow fake_allow
#define landlock_enter fake_enter
#define landlock_end fake_end
#define filter_enter fake_filter
#define filter_is_built fake_is_built
#define filter_is_known fake_is_known
#define process_is_watched fake_is_watched
#include "cgi/service/sandbox.c"
#undef stat

#endif
