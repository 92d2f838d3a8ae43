#include "document.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli.h"
#include "lib/manifest/guess.h"

void cli_document_begin(struct cli_document *document)
{
	*document = (struct cli_document){ .file = -1 };
}

/* A file that others can write to is copied and not mapped: they could change
 * it between the check and the issue. */
static bool is_ours_alone(const struct stat *found)
{
	return found->st_uid == geteuid() &&
	       (found->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Only a file that stands at its beginning is mapped: a shell may have read
 * some of standard input already. */
static bool map_document(struct cli_document *document)
{
	if (!S_ISREG(document->found.st_mode) || document->found.st_size == 0 ||
	    !is_ours_alone(&document->found) ||
	    lseek(document->file, 0, SEEK_CUR) != 0)
		return false;
	document->mapped = mmap(NULL, (size_t)document->found.st_size,
				PROT_READ, MAP_PRIVATE, document->file, 0);
	if (document->mapped == MAP_FAILED) {
		document->mapped = NULL;
		return false;
	}
	document->text =
		slice_of(document->mapped, (size_t)document->found.st_size);
	return true;
}

enum error cli_document_open(struct cli_document *document, const char *name,
			     uint64_t max, struct problem *problem)
{
	enum error error;

	if (strcmp(name, "-") == 0) {
		name = "standard input";
		document->file = STDIN_FILENO;
	} else {
		document->file = open(name, O_RDONLY | O_CLOEXEC);
	}
	if (document->file < 0 || fstat(document->file, &document->found) < 0)
		return problem_set(problem, ERROR_UNAVAILABLE, NULL, "%s: %s",
				   name, strerror(errno));
	if (map_document(document))
		return ERROR_NONE;
	/* The limit is for pipes, which may never end. */
	if (S_ISREG(document->found.st_mode))
		max = UINT64_MAX;
	error = cli_read(document->file, name, max, &document->read, problem);
	document->text = buffer_slice(&document->read);
	return error;
}

enum error cli_document_add(struct cli_document *document, const char *name,
			    uint64_t max, struct fields *fields,
			    struct problem *problem)
{
	const struct manifest_reader *format = fields->manifest_format;
	enum error error;

	if (!name)
		return ERROR_NONE;
	error = cli_document_open(document, name, max, problem);
	if (error != ERROR_NONE)
		return error;
	if (!format)
		format = manifest_guess_by_name(slice_text(name));
	fields->given |= UINT64_C(1) << FIELD_MANIFEST;
	return manifest_add_document(&fields->entries, format, document->text,
				     problem);
}

bool cli_document_is_steady(const struct cli_document *document)
{
	struct stat now;

	return !document->mapped ||
	       (fstat(document->file, &now) == 0 &&
		now.st_size == document->found.st_size &&
		/* The time of the last modification could be set back; this
		 * one can't. */
		now.st_ctim.tv_sec == document->found.st_ctim.tv_sec &&
		now.st_ctim.tv_nsec == document->found.st_ctim.tv_nsec);
}

void cli_document_close(struct cli_document *document)
{
	if (document->mapped)
		munmap(document->mapped, (size_t)document->found.st_size);
	if (document->file > STDERR_FILENO)
		close(document->file);
	buffer_free(&document->read);
}
