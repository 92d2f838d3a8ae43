#include "opener.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The flags of each open. */
#define FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

struct kept {
	char *path; /* owned */
	bool is_folder;
	int failure;
	int file; /* owned, or -1 */
};

/* The door of this process. */
static struct {
	enum { PLAIN, RECORDING, GIVEN } mode;
	struct kept *kept; /* owned, with what they own */
	size_t count, space;
	size_t next; /* which of them is probably asked for next */
	char missed[PATH_MAX];
	opener_connect_fn *connect;
	void *context;
} door;

/* ---- what is kept --------------------------------------------------------- */

static bool is_kept(const struct kept *kept, const char *path, bool is_folder)
{
	return kept->is_folder == is_folder && strcmp(kept->path, path) == 0;
}

/* Paths are asked for in the order in which they were kept, so that the search
 * begins behind the one that was found last. NULL when it isn't kept. */
static const struct kept *find(const char *path, bool is_folder)
{
	for (size_t i = 0; i < door.count; i++) {
		size_t at = (door.next + i) % door.count;

		if (!is_kept(&door.kept[at], path, is_folder))
			continue;
		door.next = at + 1;
		return &door.kept[at];
	}
	return NULL;
}

static bool make_space(void)
{
	size_t space = door.space ? 2 * door.space : 32;
	struct kept *more;

	if (door.count < door.space)
		return true;
	more = reallocarray(door.kept, space, sizeof(*more));
	if (!more)
		return false;
	door.kept = more;
	door.space = space;
	return true;
}

/* 0, or the errno of what failed. */
static int keep(const struct opener_entry *entry)
{
	char *path;

	if (door.count == OPENER_MAX)
		return ENFILE;
	path = make_space() ? strdup(entry->path) : NULL;
	if (!path)
		return ENOMEM;
	door.kept[door.count++] = (struct kept){
		.path = path,
		.is_folder = entry->is_folder,
		.failure = entry->failure,
		.file = entry->file,
	};
	return 0;
}

int opener_give(const struct opener_entry *entry)
{
	int failure = keep(entry);

	if (failure && entry->file >= 0)
		(void)close(entry->file);
	return failure;
}

bool opener_entry(size_t number, struct opener_entry *entry)
{
	const struct kept *kept;

	if (number >= door.count)
		return false;
	kept = &door.kept[number];
	*entry = (struct opener_entry){
		.path = kept->path,
		.is_folder = kept->is_folder,
		.failure = kept->failure,
		.file = kept->file,
	};
	return true;
}

const char *opener_missed(void)
{
	return *door.missed ? door.missed : NULL;
}

void opener_forget(void)
{
	for (size_t i = 0; i < door.count; i++) {
		if (door.kept[i].file >= 0)
			(void)close(door.kept[i].file);
		free(door.kept[i].path);
	}
	free(door.kept);
	door.kept = NULL;
	door.count = door.space = door.next = 0;
	door.missed[0] = '\0';
}

/* ---- opening -------------------------------------------------------------- */

static int open_now(const char *path, bool is_folder)
{
	return open(path, FLAGS | (is_folder ? O_DIRECTORY : 0));
}

/* A descriptor of one's own for what is kept, at the beginning of it. */
static int hand_out(const struct kept *kept)
{
	int file;

	if (kept->failure) {
		errno = kept->failure;
		return -1;
	}
	file = fcntl(kept->file, F_DUPFD_CLOEXEC, 0);
	/* A pipe has no position, and its reader finds what there is. */
	if (file >= 0)
		(void)lseek(file, 0, SEEK_SET);
	return file;
}

static int refuse(const char *path, int failure)
{
	if (!*door.missed)
		memcpy(door.missed, path, strlen(path) + 1);
	errno = failure;
	return -1;
}

static int record(const char *path, bool is_folder)
{
	struct opener_entry entry = { .path = path, .is_folder = is_folder };
	int failure;

	entry.file = open_now(path, is_folder);
	entry.failure = entry.file < 0 ? errno : 0;
	failure = opener_give(&entry);
	if (!failure)
		return hand_out(&door.kept[door.count - 1]);
	return refuse(path, failure);
}

static int open_path(const char *path, bool is_folder)
{
	const struct kept *kept;

	if (door.mode == PLAIN)
		return open_now(path, is_folder);
	if (strlen(path) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	kept = find(path, is_folder);
	if (kept)
		return hand_out(kept);
	return door.mode == RECORDING ? record(path, is_folder) :
					refuse(path, EACCES);
}

/* Close a descriptor, and leave errno as it is. */
static void close_quietly(int file)
{
	int failure = errno;

	(void)close(file);
	errno = failure;
}

int opener_open(const char *path)
{
	return open_path(path, false);
}

FILE *opener_stream(const char *path)
{
	int file = open_path(path, false);
	FILE *stream = file < 0 ? NULL : fdopen(file, "r");

	if (file >= 0 && !stream)
		close_quietly(file);
	return stream;
}

DIR *opener_list(const char *path)
{
	int file = open_path(path, true);
	DIR *list = file < 0 ? NULL : fdopendir(file);

	if (file >= 0 && !list)
		close_quietly(file);
	return list;
}

static int connect_now(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int file;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (file < 0 || connect(file, (const struct sockaddr *)&address,
				sizeof(address)) == 0)
		return file;
	close_quietly(file);
	return -1;
}

int opener_connect(const char *path)
{
	if (door.mode != GIVEN)
		return connect_now(path);
	if (door.connect)
		return door.connect(door.context, path);
	errno = EACCES;
	return -1;
}

/* ---- the modes ------------------------------------------------------------ */

void opener_plain(void)
{
	door.mode = PLAIN;
}

void opener_record(void)
{
	door.mode = RECORDING;
}

void opener_restrict(void)
{
	door.mode = GIVEN;
}

void opener_ask(opener_connect_fn *connect, void *context)
{
	door.connect = connect;
	door.context = context;
}
