#include "sandbox.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "lib/base/process.h"
#include "lib/base/spool.h"
#include "lib/config/state.h"
#include "lib/confine/filter.h"
#include "lib/confine/landlock.h"
#include "lib/confine/privileges.h"

/* What this process is confined to. It is global because it is a property of
 * the process, which nothing ends. */
static struct {
	bool begun; /* sandbox_enter was called, and told to confine or not */
	bool is_on;
	bool is_late; /* a folder is missing, and files are open until then */
	/* What audit-log, state-dir and shares-dir were when the process
	 * confined itself; owned, never freed. */
	char *log;
	char *state;
	char *shares;
} confined;

/* ---- folders --------------------------------------------------------------- */

/* Whether this errno says that a path leads to no folder, or to one that is
 * closed to this user. Any other errno says that the call itself failed. */
static bool means_missing(int failure)
{
	return failure == ENOENT || failure == ENOTDIR || failure == ELOOP ||
	       failure == ENAMETOOLONG || failure == EACCES;
}

/* A folder that is missing can't be allowed, and whoever needs it says so. */
static int allow(struct landlock *landlock, const char *path,
		 enum landlock_use use)
{
	int failure = path ? landlock_allow(landlock, path, use) : 0;

	return means_missing(failure) ? 0 : failure;
}

static bool is_link(const char *path)
{
	struct stat found;

	return lstat(path, &found) == 0 && S_ISLNK(found.st_mode);
}

/* A log is rotated, so it is its folder that is used; but what lies in /dev and
 * /proc is used alone. */
static int allow_log(struct landlock *landlock, const struct config *config)
{
	const char *log = config->audit_log;
	bool is_alone = strncmp(log, "/dev/", 5) == 0 ||
			strncmp(log, "/proc/", 6) == 0;
	char folder[PATH_MAX];
	int failure = 0;

	if (!config_state_beside_log(config, folder, sizeof(folder)))
		return 0; /* the system's log is connected already */
	if (is_alone || is_link(log))
		failure = allow(landlock, log, LANDLOCK_KEEP);
	if (!failure && !is_alone)
		failure = allow(landlock, folder, LANDLOCK_KEEP);
	return failure;
}

static int allow_folders(struct landlock *landlock, const struct config *config,
			 enum sandbox_templates templates)
{
	int failure = allow_log(landlock, config);

	if (!failure)
		failure = allow(landlock, config_state_folder(config),
				LANDLOCK_KEEP);
	if (!failure)
		failure = allow(landlock, config->shares_dir, LANDLOCK_KEEP);
	if (!failure)
		failure = allow(landlock, spool_place(getenv("TMPDIR")),
				LANDLOCK_KEEP);
	if (!failure && templates == SANDBOX_TEMPLATES_NEEDED)
		failure = allow(landlock, config->templates, LANDLOCK_READ);
	return failure;
}

/* ---- confining ------------------------------------------------------------- */

static int confine_files(const struct config *config,
			 enum sandbox_templates templates)
{
	struct landlock landlock;
	int failure = landlock_begin(&landlock);

	if (failure)
		return failure == ENOSYS ? 0 : failure;
	failure = allow_folders(&landlock, config, templates);
	if (!failure)
		failure = landlock_enter(&landlock);
	landlock_end(&landlock);
	return failure;
}

static int confine_calls(void)
{
	int failure = filter_enter(FILTER_SERVICE);

	return failure == ENOSYS ? 0 : failure;
}

static bool is_missing(const char *path)
{
	struct stat found;

	return stat(path, &found) != 0 && means_missing(errno);
}

/* Is a folder missing that the configuration names? */
static bool is_early(const struct config *config)
{
	char folder[PATH_MAX];

	return (config_state_beside_log(config, folder, sizeof(folder)) &&
		is_missing(folder)) ||
	       (config->state_dir && is_missing(config->state_dir)) ||
	       (config->shares_dir && is_missing(config->shares_dir));
}

/* Keep what sandbox_check compares with. Without memory every other
 * configuration needs a restart. */
static void take_note(const struct config *config)
{
	free(confined.log);
	free(confined.state);
	free(confined.shares);
	confined.begun = true;
	confined.is_on = config->sandbox;
	confined.log = strdup(config->audit_log);
	confined.state = config->state_dir ? strdup(config->state_dir) : NULL;
	confined.shares = config->shares_dir ? strdup(config->shares_dir) :
					       NULL;
}

static enum error refused(const struct config *config, int failure,
			  struct problem *problem)
{
	return problem_set(problem, ERROR_CONFIG, NULL,
			   "%s: the kernel refuses to confine this process: "
			   "%s; with sandbox = no it starts all the same",
			   config->path, strerror(failure));
}

enum error sandbox_enter(const struct config *config,
			 enum sandbox_templates templates,
			 struct problem *problem)
{
	int failure;

	take_note(config);
	if (!config->sandbox || process_is_watched())
		return ERROR_NONE;
	/* Lines for the system's log have the time of this place. Its file is
	 * read only once; a process that stays may write such a line later. */
	if (templates == SANDBOX_TEMPLATES_READ ||
	    strcmp(config->audit_log, "syslog") == 0)
		tzset();
	failure = privileges_renounce();
	confined.is_late = templates == SANDBOX_TEMPLATES_READ &&
			   landlock_abi() > 0 && is_early(config);
	if (!failure && !confined.is_late)
		failure = confine_files(config, templates);
	if (!failure)
		failure = confine_calls();
	return failure ? refused(config, failure, problem) : ERROR_NONE;
}

bool sandbox_is_late(void)
{
	return confined.is_late;
}

enum error sandbox_complete(const struct config *config,
			    struct problem *problem)
{
	int failure;

	if (!confined.is_late || is_early(config))
		return ERROR_NONE;
	take_note(config);
	failure = confine_files(config, SANDBOX_TEMPLATES_READ);
	confined.is_late = failure != 0;
	return failure ? refused(config, failure, problem) : ERROR_NONE;
}

/* ---- what is lacking ------------------------------------------------------- */

void sandbox_lacks(char text[PROBLEM_MESSAGE_MAX])
{
	bool has_files = landlock_abi() > 0;
	bool has_calls = filter_is_built() && filter_is_known();

	*text = '\0';
	if (process_is_watched())
		snprintf(text, PROBLEM_MESSAGE_MAX,
			 "the sandbox is off, because this program was built "
			 "with sanitizers");
	else if (!has_files || !has_calls)
		snprintf(
			text, PROBLEM_MESSAGE_MAX,
			"the sandbox is not whole: %s%s%s; a responder that is "
			"taken over could %s",
			has_files ? "" :
				    "this kernel has no Landlock, or keeps it "
				    "switched off",
			has_files || has_calls ? "" : ", and ",
			has_calls         ? "" :
			filter_is_built() ? "this kernel has no filters of "
					    "system calls" :
					    "Mintage was built without "
					    "filters of system calls",
			!has_files && !has_calls ? "do all that its user may" :
			has_files                ? "use the network" :
				    "open all files that its user may");
}

/* ---- a configuration that is loaded anew ----------------------------------- */

static bool is_same(const char *one, const char *other)
{
	return one && other ? strcmp(one, other) == 0 : one == other;
}

/* Is the log where the first one was? The system's is always within reach. */
static bool log_is_near(const char *log)
{
	const char *slash = strrchr(log, '/');
	size_t length;

	if (!slash || is_same(log, confined.log))
		return true;
	length = (size_t)(slash - log) + 1;
	return confined.log && strncmp(log, "/dev/", 5) != 0 &&
	       strncmp(log, "/proc/", 6) != 0 &&
	       strncmp(log, confined.log, length) == 0 &&
	       strrchr(confined.log, '/') == confined.log + length - 1;
}

static enum error moved(const struct config *config, const char *key,
			struct problem *problem)
{
	return problem_set(problem, ERROR_CONFIG, NULL,
			   "%s: %s has changed, and a confined responder can't "
			   "follow: restart it",
			   config->path, key);
}

enum error sandbox_check(const struct config *config, struct problem *problem)
{
	if (!confined.begun)
		return ERROR_NONE;
	if (config->sandbox != confined.is_on)
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "%s: sandbox has changed, which takes "
				   "effect only at the start: restart the "
				   "responder",
				   config->path);
	if (!confined.is_on || confined.is_late || process_is_watched())
		return ERROR_NONE;
	if (!log_is_near(config->audit_log))
		return moved(config, "the folder of audit-log", problem);
	if (config->state_dir && !is_same(config->state_dir, confined.state))
		return moved(config, "state-dir", problem);
	if (config->shares_dir && !is_same(config->shares_dir, confined.shares))
		return moved(config, "shares-dir", problem);
	return ERROR_NONE;
}
