#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/folder.h"
#include "lib/base/hex.h"
#include "lib/manifest/format.h"

/* The longest line of one shared object: its key, its name and some texts, each
 * of whose bytes may be escaped. */
#define LINE_MAX_BYTES 65536

static enum error missing(struct problem *problem)
{
	return problem_set(problem, ERROR_NO_ROUTE, NULL,
			   "there is no share at this address: see that it was "
			   "copied whole, or ask whoever gave it to you for a "
			   "new one");
}

/* `failure` is an errno. */
static enum error unreadable(struct share_file *share, int failure,
			     struct problem *problem)
{
	share->is_damaged = failure == EBADMSG || failure == EPERM ||
			    failure == ELOOP;
	return problem_set(problem, ERROR_UNAVAILABLE, NULL,
			   "this share can't be read: tell the administrator");
}

/* Read all of `size` bytes at `place`. Returns 0, or an errno: EBADMSG where
 * the file ends before. */
static int read_at(int file, char *data, size_t size, off_t place)
{
	size_t used = 0;

	while (used < size) {
		ssize_t got = pread(file, data + used, size - used,
				    place + (off_t)used);

		if (got == 0)
			return EBADMSG;
		if (got > 0)
			used += (size_t)got;
		else if (errno != EINTR)
			return errno;
	}
	return 0;
}

/* Is this a plain file of this user or of root, which nobody else may write?
 * Root reads the files of everybody, because the service has a user of its own.
 */
static bool is_ours(const struct stat *status)
{
	return S_ISREG(status->st_mode) && (status->st_mode & 022) == 0 &&
	       (status->st_uid == geteuid() || status->st_uid == 0 ||
		geteuid() == 0);
}

/* Read the head, and find where the places begin. Returns 0, or an errno: EPERM
 * for a file that is not ours, EBADMSG where there is no head. */
static int read_head(struct share_file *share)
{
	struct stat status;
	uint64_t count;
	int failure;

	if (fstat(share->file, &status) != 0)
		return errno;
	if (!is_ours(&status))
		return EPERM;
	failure = read_at(share->file, share->head_line, SHARE_HEAD_SIZE, 0);
	if (failure)
		return failure;
	if (!share_head_read(&share->head,
			     slice_of(share->head_line, SHARE_HEAD_SIZE),
			     share->head_texts))
		return EBADMSG;
	count = share->head.number[SHARE_COUNT];
	if (count >
	    (uint64_t)(status.st_size - SHARE_HEAD_SIZE) / SHARE_PLACE_LENGTH)
		return EBADMSG;
	share->places = status.st_size - (off_t)count * SHARE_PLACE_LENGTH;
	return 0;
}

static void begin(struct share_file *share)
{
	share->file = -1;
	share->is_damaged = false;
	share->line = (struct buffer){ 0 };
	manifest_begin(&share->parsed);
}

enum error share_file_open(struct share_file *share, const char *folder,
			   const char *id, struct problem *problem)
{
	char path[PATH_MAX];
	int failure;

	begin(share);
	memcpy(share->id, id, sizeof(share->id));
	if (!folder)
		return missing(problem);
	if (!folder_join(folder, id, path, sizeof(path)))
		return unreadable(share, errno, problem);
	share->file =
		open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (share->file < 0) {
		failure = errno;
		return failure == ENOENT && access(path, F_OK) != 0 ?
			       missing(problem) :
			       unreadable(share, failure, problem);
	}
	failure = read_head(share);
	return failure ? unreadable(share, failure, problem) : ERROR_NONE;
}

enum error share_file_open_by(struct share_file *share, const char *folder,
			      struct slice secret, struct problem *problem)
{
	char id[SHARE_ID_LENGTH + 1];

	if (share_id_of(secret, id))
		return share_file_open(share, folder, id, problem);
	begin(share);
	return missing(problem);
}

void share_file_close(struct share_file *share)
{
	if (share->file >= 0)
		(void)close(share->file);
	share->file = -1;
	manifest_end(&share->parsed);
	buffer_free(&share->line);
}

/* ---- one entry ------------------------------------------------------------- */

/* Set *place to where line number `number` begins; behind the last line, to
 * where the places do. Returns 0, or an errno. */
static int find_place(const struct share_file *share, uint64_t number,
		      off_t *place)
{
	char text[SHARE_PLACE_LENGTH];
	int failure;

	*place = number == share->head.number[SHARE_COUNT] ? share->places : 0;
	if (*place > 0)
		return 0;
	failure = read_at(share->file, text, sizeof(text),
			  share->places + (off_t)number * SHARE_PLACE_LENGTH);
	if (failure)
		return failure;
	for (size_t i = 0; i < SHARE_PLACE_LENGTH - 1; i++) {
		int digit = hex_digit_value(text[i]);

		if (digit < 0 || *place > share->places)
			return EBADMSG;
		*place = *place << 4 | digit;
	}
	return *place <= share->places ? 0 : EBADMSG;
}

/* Read line number `number` into share->line. Returns 0, or an errno. */
static int read_line(struct share_file *share, uint64_t number)
{
	off_t begin, end;
	int failure = find_place(share, number, &begin);

	if (!failure)
		failure = find_place(share, number + 1, &end);
	if (failure)
		return failure;
	if (begin < SHARE_HEAD_SIZE || end <= begin ||
	    end - begin > LINE_MAX_BYTES)
		return EBADMSG;
	share->line.length = 0;
	if (!buffer_reserve(&share->line, (size_t)(end - begin)))
		return ENOMEM;
	share->line.length = (size_t)(end - begin);
	return read_at(share->file, share->line.data, share->line.length,
		       begin);
}

enum error share_file_entry(struct share_file *share, uint64_t number,
			    struct entry *entry, struct problem *problem)
{
	const struct manifest_reader *reader =
		manifest_format_find(slice_text("ndjson"));
	struct manifest *parsed = &share->parsed;
	int failure;

	if (number >= share->head.number[SHARE_COUNT])
		return missing(problem);
	manifest_end(parsed);
	manifest_begin(parsed);
	failure = read_line(share, number);
	if (failure)
		return unreadable(share, failure, problem);
	if (manifest_add(parsed, reader, ENTRY_OBJECT, "/objects",
			 buffer_slice(&share->line), problem) ||
	    manifest_next(parsed, entry, problem) != MANIFEST_ENTRY)
		return unreadable(share, EBADMSG, problem);
	return ERROR_NONE;
}
