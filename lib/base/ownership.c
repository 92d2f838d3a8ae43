#include "ownership.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "opener.h"
#include "slice.h"

/* As many links as the kernel follows. */
#define LINKS_MAX 40

/* ---- users and groups ----------------------------------------------------- */

/* These files are read without the C library's name services: a static program
 * can't load those, and they can be slow. A user or group that they know and
 * these files don't is a stranger. */
#define USERS_FILE "/etc/passwd"
#define GROUPS_FILE "/etc/group"

static bool is_ours(const struct ownership *ownership, uid_t user)
{
	return user == 0 || user == ownership->user || user == ownership->other;
}

/* The name of a user, or its number. */
static const char *user_name(char name[64], uid_t user)
{
	FILE *file = opener_stream(USERS_FILE);
	const struct passwd *found = NULL;

	(void)snprintf(name, 64, "%lu", (unsigned long)user);
	while (file && (found = fgetpwent(file)) && found->pw_uid != user)
		;
	if (found)
		(void)snprintf(name, 64, "%s", found->pw_name);
	if (file)
		(void)fclose(file);
	return name;
}

/* Is everyone with this name, or with this group, one of us? A name that nobody
 * has is not. */
static bool users_are_ours(const struct ownership *ownership, const char *name,
			   gid_t group)
{
	FILE *file = opener_stream(USERS_FILE);
	const struct passwd *user;
	bool found = !name, ours = true;

	if (!file)
		return false;
	while (ours && (user = fgetpwent(file))) {
		if (name ? strcmp(user->pw_name, name) != 0 :
			   user->pw_gid != group)
			continue;
		found = true;
		ours = is_ours(ownership, user->pw_uid);
	}
	/* Whom it did not come to, because reading failed, may be a stranger. */
	ours = ours && feof(file);
	(void)fclose(file);
	return found && ours;
}

/* Has the group nobody in it but us? */
static bool is_private_group(const struct ownership *ownership, gid_t group)
{
	FILE *file = opener_stream(GROUPS_FILE);
	const struct group *entry;
	bool found = false, ours = true;

	if (!file)
		return false;
	while (ours && (entry = fgetgrent(file))) {
		if (entry->gr_gid != group)
			continue;
		found = true;
		for (char **name = entry->gr_mem; *name && ours; name++)
			ours = users_are_ours(ownership, *name, group);
	}
	ours = ours && feof(file);
	(void)fclose(file);
	return found && ours && users_are_ours(ownership, NULL, group);
}

/* ---- one file or folder --------------------------------------------------- */

/* What is judged. */
struct place {
	const char *path; /* without links */
	struct stat status;
	bool is_goal; /* it is what was asked for, not a folder above it */
};

static enum error fail_owner(const struct ownership *ownership,
			     const struct place *place, struct problem *problem)
{
	char owner[64], user[64];

	return problem_set(problem, ERROR_CONFIG, NULL,
			   "%s: belongs to %s, who could change %s; run: "
			   "chown%s %s %s",
			   place->path, user_name(owner, place->status.st_uid),
			   place->is_goal ? "it" : "what is in it",
			   S_ISLNK(place->status.st_mode) ? " -h" : "",
			   user_name(user,
				     place->is_goal ? ownership->user : 0),
			   place->path);
}

static enum error fail_mode(const struct place *place, bool by_group,
			    bool by_others, struct problem *problem)
{
	return problem_set(problem, ERROR_CONFIG, NULL,
			   "%s: mode %04o lets %s write %s; run: chmod %s-w %s",
			   place->path, (unsigned)place->status.st_mode & 07777,
			   by_group && by_others ? "its group and others" :
			   by_group              ? "its group" :
						   "others",
			   S_ISDIR(place->status.st_mode) ? "in it" : "it",
			   by_group && by_others ? "go" :
			   by_group              ? "g" :
						   "o",
			   place->path);
}

static enum error place_check(const struct ownership *ownership,
			      const struct place *place,
			      struct problem *problem)
{
	mode_t mode = place->status.st_mode;
	bool by_group, by_others = mode & S_IWOTH;

	if (S_ISCHR(mode) || S_ISBLK(mode))
		return ERROR_NONE;
	if (!is_ours(ownership, place->status.st_uid))
		return fail_owner(ownership, place, problem);
	/* In such a folder nobody can replace what is another's. */
	if (S_ISDIR(mode) && (mode & S_ISVTX) && place->status.st_uid == 0 &&
	    !place->is_goal)
		return ERROR_NONE;
	by_group = (mode & S_IWGRP) &&
		   !is_private_group(ownership, place->status.st_gid);
	if (by_group || by_others)
		return fail_mode(place, by_group, by_others, problem);
	return ERROR_NONE;
}

/* ---- the way to it -------------------------------------------------------- */

/* What is still to be gone where that is no part of the caller's path: after a
 * link, and on a relative path. Most ways need none of it. */
struct way_scratch {
	char rest[2 * PATH_MAX];
	char target[PATH_MAX];
};

/* Where we stand: the first `at` bytes of ownership->folder are the path of a
 * folder, without links; 0 bytes are the root. `rest` is what is still to be
 * gone. */
struct way {
	struct ownership *ownership;
	struct problem *problem;
	const char *goal;
	size_t at;
	const char *rest;
	unsigned links;
	struct way_scratch *scratch; /* NULL until it is needed; owned */
};

static enum error fail_way(const struct way *way, int reason)
{
	return problem_set(way->problem, ERROR_CONFIG, NULL,
			   "%s: can't be examined: %s", way->goal,
			   strerror(reason));
}

/* Take the next name from way->rest: false at its end. */
static bool take_name(struct way *way, struct slice *name)
{
	const char *start = way->rest + strspn(way->rest, "/");

	*name = slice_of(start, strcspn(start, "/"));
	way->rest = start + name->length;
	return name->length > 0;
}

static void step_up(struct way *way)
{
	const char *folder = way->ownership->folder;

	while (way->at > 0 && folder[--way->at] != '/')
		continue;
}

/* Where the folder that was judged last goes on with this name, step into it. */
static bool step_on(struct way *way, struct slice name)
{
	const struct ownership *ownership = way->ownership;
	const char *next = ownership->folder + way->at;
	size_t end = way->at + 1 + name.length;

	if (end > ownership->judged ||
	    memcmp(next + 1, name.data, name.length) != 0 ||
	    (end < ownership->judged && next[1 + name.length] != '/'))
		return false;
	way->at = end;
	return true;
}

/* Go on where the link at the end of ownership->folder leads to. */
static enum error follow(struct way *way)
{
	size_t rest = strlen(way->rest);
	ssize_t length;

	if (!way->scratch)
		way->scratch = malloc(sizeof(*way->scratch));
	if (!way->scratch)
		return fail_way(way, ENOMEM);
	length = readlink(way->ownership->folder, way->scratch->target,
			  sizeof(way->scratch->target));
	if (length < 0)
		return fail_way(way, errno);
	if (++way->links > LINKS_MAX)
		return fail_way(way, ELOOP);
	if ((size_t)length + 1 + rest >= sizeof(way->scratch->rest))
		return fail_way(way, ENAMETOOLONG);
	memmove(way->scratch->rest + length + 1, way->rest, rest + 1);
	memcpy(way->scratch->rest, way->scratch->target, (size_t)length);
	way->scratch->rest[length] = '/';
	way->rest = way->scratch->rest;
	if (way->scratch->target[0] == '/')
		way->at = 0;
	return ERROR_NONE;
}

static bool is_last(const struct way *way)
{
	return way->rest[strspn(way->rest, "/")] == '\0';
}

/* Judge what has this name in the folder where we stand, and step into it.
 * *over where the way ends. */
static enum error step(struct way *way, struct slice name, bool *over)
{
	struct ownership *ownership = way->ownership;
	struct place place = { .path = ownership->folder,
			       .is_goal = is_last(way) };
	size_t end = way->at + 1 + name.length;
	enum error error;

	if (!place.is_goal && step_on(way, name))
		return ERROR_NONE;
	if (end >= sizeof(ownership->folder))
		return fail_way(way, ENAMETOOLONG);
	if (ownership->judged > way->at)
		ownership->judged = way->at;
	ownership->folder[way->at] = '/';
	memcpy(ownership->folder + way->at + 1, name.data, name.length);
	ownership->folder[end] = '\0';
	if (lstat(place.path, &place.status) != 0) {
		*over = true;
		return ERROR_NONE;
	}
	/* In a sticky folder its owner can change a link, whatever the modes
	 * are. */
	if (S_ISLNK(place.status.st_mode))
		return is_ours(ownership, place.status.st_uid) ?
			       follow(way) :
			       fail_owner(ownership, &place, way->problem);
	error = place_check(ownership, &place, way->problem);
	*over = !S_ISDIR(place.status.st_mode);
	if (!error && !*over)
		ownership->judged = way->at = end;
	return error;
}

/* Judge the folder where we stand as what was asked for. */
static enum error end_here(struct way *way)
{
	char *folder = way->ownership->folder;
	struct place place = { .path = way->at > 0 ? folder : "/",
			       .is_goal = true };

	folder[way->at] = '\0';
	if (way->ownership->judged > way->at)
		way->ownership->judged = way->at;
	if (stat(place.path, &place.status) != 0)
		return fail_way(way, errno);
	return place_check(way->ownership, &place, way->problem);
}

static enum error walk(struct way *way)
{
	bool over = false, dots = false;
	enum error error = ERROR_NONE;
	struct slice name;

	while (!error && !over && take_name(way, &name)) {
		bool up = slice_is(name, "..");

		dots = up || slice_is(name, ".");
		if (up)
			step_up(way);
		else if (!dots)
			error = step(way, name, &over);
	}
	return !error && dots ? end_here(way) : error;
}

/* ---- all of it ------------------------------------------------------------ */

void ownership_begin(struct ownership *ownership)
{
	*ownership = (struct ownership){ .user = geteuid() };
}

static enum error root_check(struct way *way)
{
	struct place root = { .path = "/" };

	if (way->ownership->judged > 0)
		return ERROR_NONE;
	if (stat("/", &root.status) != 0)
		return fail_way(way, errno);
	return place_check(way->ownership, &root, way->problem);
}

/* Begin a relative path at the working directory. */
static enum error begin_here(struct way *way, const char *path)
{
	size_t length;

	way->scratch = malloc(sizeof(*way->scratch));
	if (!way->scratch)
		return fail_way(way, ENOMEM);
	if (!getcwd(way->scratch->rest, PATH_MAX))
		return fail_way(way, errno);
	length = strlen(way->scratch->rest);
	if (length + 1 + strlen(path) >= sizeof(way->scratch->rest))
		return fail_way(way, ENAMETOOLONG);
	way->scratch->rest[length] = '/';
	memcpy(way->scratch->rest + length + 1, path, strlen(path) + 1);
	way->rest = way->scratch->rest;
	return ERROR_NONE;
}

enum error ownership_check(struct ownership *ownership, const char *path,
			   struct problem *problem)
{
	struct way way = { .ownership = ownership,
			   .problem = problem,
			   .goal = path,
			   .rest = path };
	enum error error = ERROR_NONE;

	if (path[0] != '/')
		error = begin_here(&way, path);
	if (!error)
		error = root_check(&way);
	if (!error)
		error = walk(&way);
	free(way.scratch);
	return error;
}
