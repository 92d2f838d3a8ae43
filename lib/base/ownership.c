#include "ownership.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
	FILE *file = fopen(USERS_FILE, "re");
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
	FILE *file = fopen(USERS_FILE, "re");
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
	(void)fclose(file);
	return found && ours;
}

/* Has the group nobody in it but us? */
static bool is_private_group(const struct ownership *ownership, gid_t group)
{
	FILE *file = fopen(GROUPS_FILE, "re");
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

/* Where we stand: `at` is a folder without links, "" for the root, and `rest`
 * is what is still to be gone. */
struct way {
	struct ownership *ownership;
	struct problem *problem;
	const char *goal;
	char at[PATH_MAX];
	char rest[2 * PATH_MAX];
	unsigned links;
};

static enum error fail_way(const struct way *way, int reason)
{
	return problem_set(way->problem, ERROR_CONFIG, NULL,
			   "%s: can't be examined: %s", way->goal,
			   strerror(reason));
}

/* Was the folder judged before? */
static bool is_known(const struct way *way, const char *folder)
{
	const char *safe = way->ownership->safe;
	size_t length = strlen(folder);

	return strncmp(safe, folder, length) == 0 &&
	       (safe[length] == '/' || (safe[length] == '\0' && length > 0));
}

/* Take the next name from way->rest: false at its end. */
static bool take_name(struct way *way, char name[NAME_MAX + 1])
{
	size_t blank = strspn(way->rest, "/");
	size_t length = strcspn(way->rest + blank, "/");
	const char *next = way->rest + blank + length;

	if (length == 0 || length > NAME_MAX)
		return false;
	memcpy(name, way->rest + blank, length);
	name[length] = '\0';
	memmove(way->rest, next, strlen(next) + 1);
	return true;
}

static void step_up(struct way *way)
{
	char *slash = strrchr(way->at, '/');

	if (slash)
		*slash = '\0';
}

/* Go on where the link `path` leads to. */
static enum error follow(struct way *way, const char *path)
{
	char target[2 * PATH_MAX];
	ssize_t length = readlink(path, target, PATH_MAX);
	size_t rest = strlen(way->rest);

	if (length < 0)
		return fail_way(way, errno);
	if (++way->links > LINKS_MAX)
		return fail_way(way, ELOOP);
	if ((size_t)length + 1 + rest >= sizeof(way->rest))
		return fail_way(way, ENAMETOOLONG);
	memmove(way->rest + length + 1, way->rest, rest + 1);
	memcpy(way->rest, target, (size_t)length);
	way->rest[length] = '/';
	if (target[0] == '/')
		way->at[0] = '\0';
	return ERROR_NONE;
}

static bool is_last(const struct way *way)
{
	return way->rest[strspn(way->rest, "/")] == '\0';
}

/* Judge what has this name in the folder way->at, and step into it. *over where
 * the way ends. */
static enum error step(struct way *way, const char *name, bool *over)
{
	char path[PATH_MAX];
	struct place place = { .path = path, .is_goal = is_last(way) };
	enum error error;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", way->at, name) >=
	    sizeof(path))
		return fail_way(way, ENAMETOOLONG);
	if (!place.is_goal && is_known(way, path)) {
		memcpy(way->at, path, sizeof(path));
		return ERROR_NONE;
	}
	if (lstat(path, &place.status) != 0) {
		*over = true;
		return ERROR_NONE;
	}
	/* In a sticky folder its owner can change a link, whatever the modes
	 * are. */
	if (S_ISLNK(place.status.st_mode))
		return is_ours(way->ownership, place.status.st_uid) ?
			       follow(way, path) :
			       fail_owner(way->ownership, &place, way->problem);
	error = place_check(way->ownership, &place, way->problem);
	*over = !S_ISDIR(place.status.st_mode);
	if (!error && !*over)
		memcpy(way->at, path, sizeof(path));
	return error;
}

static enum error walk(struct way *way)
{
	char name[NAME_MAX + 1];
	enum error error = ERROR_NONE;
	bool over = false;

	while (!error && !over && take_name(way, name)) {
		if (strcmp(name, "..") == 0)
			step_up(way);
		else if (strcmp(name, ".") != 0)
			error = step(way, name, &over);
	}
	return error;
}

/* ---- all of it ------------------------------------------------------------ */

void ownership_begin(struct ownership *ownership)
{
	*ownership = (struct ownership){ .user = geteuid() };
}

static enum error root_check(struct way *way)
{
	struct place root = { .path = "/" };

	if (way->ownership->safe[0])
		return ERROR_NONE;
	if (stat("/", &root.status) != 0)
		return fail_way(way, errno);
	return place_check(way->ownership, &root, way->problem);
}

enum error ownership_check(struct ownership *ownership, const char *path,
			   struct problem *problem)
{
	struct way way = { .ownership = ownership,
			   .problem = problem,
			   .goal = path };
	char here[PATH_MAX] = "";
	enum error error;

	if (path[0] != '/' && !getcwd(here, sizeof(here)))
		return fail_way(&way, errno);
	if ((size_t)snprintf(way.rest, sizeof(way.rest), "%s/%s", here, path) >=
	    sizeof(way.rest))
		return fail_way(&way, ENAMETOOLONG);
	error = root_check(&way);
	if (!error)
		error = walk(&way);
	if (!error)
		memcpy(ownership->safe, way.at, sizeof(way.at));
	return error;
}
