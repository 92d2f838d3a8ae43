#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/folder.h"
#include "lib/base/hex.h"
#include "lib/manifest/format.h"

/* The longest line of one file: a key, a name and some texts, each of whose
 * bytes may be escaped. */
#define LINE_MAX_BYTES 65536

static enum error missing(struct problem *problem)
{
	return problem_set(problem, ERROR_NO_ROUTE, NULL,
			   "there is no share at this address: see that it was "
			   "copied whole, or ask whoever gave it to you for a "
			   "new one");
}

static enum error damaged(struct problem *problem)
{
	return problem_set(problem, ERROR_UNAVAILABLE, NULL,
			   "this share can't be read: tell the administrator");
}

/* Read all of `size` bytes at `place`. */
static bool read_at(int file, char *data, size_t size, off_t place)
{
	size_t used = 0;

	while (used < size) {
		ssize_t got = pread(file, data + used, size - used,
				    place + (off_t)used);

		if (got > 0)
			used += (size_t)got;
		else if (got == 0 || errno != EINTR)
			return false;
	}
	return true;
}

/* Is it a plain file that only its owner, this user or root, may write? */
static bool is_ours(const struct stat *status)
{
	return S_ISREG(status->st_mode) && (status->st_mode & 022) == 0 &&
	       (status->st_uid == geteuid() || status->st_uid == 0 ||
		geteuid() == 0);
}

static bool read_head(struct share_file *share)
{
	struct stat status;
	uint64_t count;

	if (fstat(share->file, &status) != 0 || !is_ours(&status) ||
	    !read_at(share->file, share->head_line, SHARE_HEAD_SIZE, 0) ||
	    !share_head_read(&share->head,
			     slice_of(share->head_line, SHARE_HEAD_SIZE),
			     share->head_texts))
		return false;
	count = share->head.number[SHARE_COUNT];
	if (count >
	    (uint64_t)(status.st_size - SHARE_HEAD_SIZE) / SHARE_PLACE_LENGTH)
		return false;
	share->places = status.st_size - (off_t)count * SHARE_PLACE_LENGTH;
	return true;
}

static void begin(struct share_file *share)
{
	share->file = -1;
	share->line = (struct buffer){ 0 };
	manifest_begin(&share->parsed);
}

enum error share_file_open(struct share_file *share, const char *folder,
			   const char *id, struct problem *problem)
{
	char path[PATH_MAX];

	begin(share);
	memcpy(share->id, id, sizeof(share->id));
	if (!folder)
		return missing(problem);
	if (!folder_join(folder, id, path, sizeof(path)))
		return damaged(problem);
	share->file =
		open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (share->file < 0)
		return errno == ENOENT ? missing(problem) : damaged(problem);
	return read_head(share) ? ERROR_NONE : damaged(problem);
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

/* Where line number `number` begins; behind the last line, where the places
 * do. -1 where that can't be read. */
static off_t place_of(const struct share_file *share, uint64_t number)
{
	char text[SHARE_PLACE_LENGTH];
	off_t place = 0;

	if (number == share->head.number[SHARE_COUNT])
		return share->places;
	if (!read_at(share->file, text, sizeof(text),
		     share->places + (off_t)number * SHARE_PLACE_LENGTH))
		return -1;
	for (size_t i = 0; i < SHARE_PLACE_LENGTH - 1; i++) {
		int digit = hex_digit_value(text[i]);

		if (digit < 0 || place > (share->places >> 4))
			return -1;
		place = place << 4 | digit;
	}
	return place <= share->places ? place : -1;
}

/* Read line number `number` into share->line. */
static bool read_line(struct share_file *share, uint64_t number)
{
	off_t begin = place_of(share, number);
	off_t end = place_of(share, number + 1);

	share->line.length = 0;
	if (begin < SHARE_HEAD_SIZE || end <= begin ||
	    end - begin > LINE_MAX_BYTES ||
	    !buffer_reserve(&share->line, (size_t)(end - begin)))
		return false;
	share->line.length = (size_t)(end - begin);
	return read_at(share->file, share->line.data, share->line.length,
		       begin);
}

enum error share_file_entry(struct share_file *share, uint64_t number,
			    struct entry *entry, struct problem *problem)
{
	struct manifest *parsed = &share->parsed;
	const struct manifest_reader *reader =
		manifest_format_find(slice_text("ndjson"));

	if (number >= share->head.number[SHARE_COUNT])
		return missing(problem);
	manifest_end(parsed);
	manifest_begin(parsed);
	if (!read_line(share, number) ||
	    manifest_add(parsed, reader, ENTRY_OBJECT, "/objects",
			 buffer_slice(&share->line), problem) ||
	    manifest_next(parsed, entry, problem) != MANIFEST_ENTRY)
		return damaged(problem);
	return ERROR_NONE;
}
