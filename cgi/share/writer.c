#include "writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "lib/base/folder.h"
#include "lib/base/io.h"

/* How many bytes of lines are kept before they are written. */
#define LINES_MAX 65536

static void fail(struct share_writer *writer, int failure)
{
	if (!writer->failed)
		writer->failure = failure;
	writer->failed = true;
}

static bool name_files(struct share_writer *writer, const char *id)
{
	char name[sizeof(SHARE_WRITER_UNFINISHED) + SHARE_ID_LENGTH];

	snprintf(name, sizeof(name), "%s%s", SHARE_WRITER_UNFINISHED, id);
	return folder_join(writer->folder, id, writer->path,
			   sizeof(writer->path)) &&
	       folder_join(writer->folder, name, writer->unfinished,
			   sizeof(writer->unfinished));
}

void share_writer_begin(struct share_writer *writer, const char *folder,
			const char *id)
{
	memset(writer, 0, offsetof(struct share_writer, common));
	writer->path[0] = writer->unfinished[0] = '\0';
	writer->file = -1;
	writer->folder = folder;
	writer->size = writer->written = SHARE_HEAD_SIZE;
	if (!name_files(writer, id)) {
		fail(writer, errno);
		return;
	}
	writer->file = open(
		writer->unfinished,
		O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (writer->file < 0 || !folder_give(folder, writer->file) ||
	    lseek(writer->file, SHARE_HEAD_SIZE, SEEK_SET) < 0)
		fail(writer, errno);
}

/* ---- lines ----------------------------------------------------------------- */

static bool add_term(struct buffer *lines, const struct link_term_row *row,
		     struct slice text)
{
	if (!buffer_add(lines, ",", 1))
		return false;
	if (row->type == JSON_STRING)
		return share_head_add_text(lines, row->name, text);
	return buffer_format(lines, "\"%s\":", row->name) &&
	       buffer_add(lines, text.data, text.length);
}

static bool add_line(struct buffer *lines, struct slice key,
		     const struct link_terms *terms)
{
	bool done = buffer_add(lines, "{", 1) &&
		    share_head_add_text(lines, "key", key);

	for (size_t i = 0; i < LINK_TERM_COUNT && done; i++) {
		if (terms->text[i].length > 0)
			done = add_term(lines, &link_terms_table[i],
					terms->text[i]);
	}
	return done && buffer_add(lines, "}\n", 2);
}

/* Find the folder that this key and those before it have in common: what they
 * all begin with, up to a slash. A key's last character is left out, because a
 * key that is that folder would have no name. */
static void find_common(struct share_writer *writer, struct slice key)
{
	size_t length = 0;

	if (writer->count == 0) {
		memcpy(writer->common, key.data, key.length);
		writer->common_length = key.length;
	}
	while (length < writer->common_length && length + 1 < key.length &&
	       writer->common[length] == key.data[length])
		length++;
	while (length > 0 && writer->common[length - 1] != '/')
		length--;
	writer->common_length = length;
}

static void flush_lines(struct share_writer *writer)
{
	int failure = io_write_all(writer->file, writer->lines.data,
				   writer->lines.length);

	if (failure)
		fail(writer, failure);
	writer->written += (off_t)writer->lines.length;
	writer->lines.length = 0;
}

void share_writer_add(struct share_writer *writer, struct slice key,
		      const struct link_terms *terms)
{
	if (writer->failed)
		return;
	find_common(writer, key);
	if (!buffer_format(&writer->places, "%016llx\n",
			   (unsigned long long)writer->size) ||
	    !add_line(&writer->lines, key, terms)) {
		fail(writer, ENOMEM);
		return;
	}
	writer->count++;
	writer->size = writer->written + (off_t)writer->lines.length;
	if (writer->lines.length > LINES_MAX)
		flush_lines(writer);
}

/* ---- the end --------------------------------------------------------------- */

static void write_rest(struct share_writer *writer,
		       const struct share_head *head)
{
	struct share_head whole = *head;
	struct buffer line = { 0 };
	int failure;

	whole.number[SHARE_COUNT] = writer->count;
	whole.number[SHARE_FOLDER] = writer->common_length;
	flush_lines(writer);
	failure = io_write_all(writer->file, writer->places.data,
			       writer->places.length);
	if (!failure && !share_head_write(&whole, &line))
		failure = ENOMEM;
	if (!failure && lseek(writer->file, 0, SEEK_SET) < 0)
		failure = errno;
	if (!failure)
		failure = io_write_all(writer->file, line.data, line.length);
	buffer_free(&line);
	if (failure)
		fail(writer, failure);
}

/* The file's time of change becomes the end of the share. */
static bool set_end(const struct share_writer *writer,
		    const struct share_head *head)
{
	const struct timespec end = {
		.tv_sec = (time_t)head->number[SHARE_EXPIRES],
	};
	const struct timespec times[] = { { .tv_nsec = UTIME_NOW }, end };

	return futimens(writer->file, times) == 0;
}

bool share_writer_publish(struct share_writer *writer,
			  const struct share_head *head)
{
	if (!writer->failed)
		write_rest(writer, head);
	if (!writer->failed &&
	    (!set_end(writer, head) || fsync(writer->file) != 0 ||
	     rename(writer->unfinished, writer->path) != 0))
		fail(writer, errno);
	if (writer->failed)
		return false;
	writer->unfinished[0] = '\0';
	if (folder_sync(writer->folder))
		return true;
	/* The name may not be on the disk, and the share be gone after a loss
	 * of power: so it is not told, and removed. */
	fail(writer, errno);
	(void)unlink(writer->path);
	return false;
}

void share_writer_end(struct share_writer *writer)
{
	if (writer->file >= 0) {
		(void)close(writer->file);
		if (writer->unfinished[0])
			(void)unlink(writer->unfinished);
	}
	writer->file = -1;
	buffer_free(&writer->lines);
	buffer_free(&writer->places);
}
