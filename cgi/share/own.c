#include "own.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/folder.h"

bool share_own_is(const struct share_head *head, const struct subject *subject)
{
	const struct caller *caller = subject->caller;

	if (subject->kind == SUBJECT_OWNER)
		return true;
	return caller && slice_is(head->text[SHARE_CALLER], caller->name) &&
	       slice_is(head->text[SHARE_USER],
			subject->kind == SUBJECT_USER ? subject->user : "");
}

/* ---- the list -------------------------------------------------------------- */

static bool add(struct share_own *own, const struct share_file *share)
{
	struct share_own_item *list;
	size_t size = own->count;

	/* The list has space for 16, 32, 64 ... items. */
	if (size == 0 || (size >= 16 && (size & (size - 1)) == 0)) {
		list = realloc(own->list,
			       (size < 16 ? 16 : 2 * size) * sizeof(*list));
		if (!list)
			return false;
		own->list = list;
	}
	own->list[own->count].created = share->head.number[SHARE_CREATED];
	memcpy(own->list[own->count].id, share->id, sizeof(share->id));
	own->count++;
	return true;
}

static enum error add_file(struct share_own *own, const char *folder,
			   const char *name, const struct subject *subject,
			   uint64_t *unreadable, struct problem *problem)
{
	static struct share_file share;
	enum error error = share_file_open(&share, folder, name, problem);

	if (share.is_damaged)
		++*unreadable;
	if (!error && share_own_is(&share.head, subject) && !add(own, &share))
		error = problem_set(problem, ERROR_UNAVAILABLE, NULL,
				    "the service ran out of memory: try again "
				    "later");
	share_file_close(&share);
	/* No error: the share was revoked since the folder was read, or its
	 * file was counted as unreadable. */
	return error == ERROR_NO_ROUTE || share.is_damaged ? ERROR_NONE : error;
}

static int newest_first(const void *a, const void *b)
{
	const struct share_own_item *one = a, *other = b;

	if (one->created != other->created)
		return one->created < other->created ? 1 : -1;
	return strcmp(one->id, other->id);
}

static enum error unlisted(struct problem *problem)
{
	return problem_set(problem, ERROR_UNAVAILABLE, NULL,
			   "the shares can't be read: tell the administrator");
}

/* The next name in a folder. NULL at the folder's end, and where it can't be
 * read on: then *failure is an errno, else 0. */
static const struct dirent *next_entry(DIR *listing, int *failure)
{
	const struct dirent *entry;

	errno = 0;
	entry = readdir(listing);
	*failure = entry ? 0 : errno;
	return entry;
}

enum error share_own_list(struct share_own *own, const char *folder,
			  const struct subject *subject, uint64_t *unreadable,
			  struct problem *problem)
{
	const struct dirent *entry;
	enum error error = ERROR_NONE;
	DIR *listing = opendir(folder);
	int failure = 0;

	*own = (struct share_own){ 0 };
	*unreadable = 0;
	if (!listing)
		return unlisted(problem);
	while (!error && (entry = next_entry(listing, &failure))) {
		if (share_id_is(slice_text(entry->d_name)))
			error = add_file(own, folder, entry->d_name, subject,
					 unreadable, problem);
	}
	if (!error && failure)
		error = unlisted(problem);
	(void)closedir(listing);
	if (own->count > 0)
		qsort(own->list, own->count, sizeof(*own->list), newest_first);
	return error;
}

void share_own_free(struct share_own *own)
{
	free(own->list);
	*own = (struct share_own){ 0 };
}

/* ---- revoking -------------------------------------------------------------- */

static enum error missing(struct problem *problem)
{
	return problem_set(problem, ERROR_NO_ROUTE, NULL,
			   "you have no share with this id: GET /shares lists "
			   "those that you have");
}

static enum error remove_file(const char *folder, const char *id,
			      struct problem *problem)
{
	char path[PATH_MAX];

	if (!folder_join(folder, id, path, sizeof(path)) || unlink(path) != 0) {
		if (errno == ENOENT)
			return missing(problem);
	} else if (folder_sync(folder)) {
		return ERROR_NONE;
	}
	return problem_set(
		problem, ERROR_UNAVAILABLE, NULL,
		"the share can't be removed for good, and may still be open: "
		"tell the administrator");
}

enum error share_own_revoke(struct service *service,
			    const struct subject *subject,
			    const struct audit_request *who, struct slice id,
			    struct problem *problem)
{
	const char *folder = service->config->shares_dir;
	static struct share_file share;
	char name[SHARE_ID_LENGTH + 1];
	enum error error;
	bool is_own;

	if (!folder || !share_id_is(id))
		return missing(problem);
	memcpy(name, id.data, SHARE_ID_LENGTH);
	name[SHARE_ID_LENGTH] = '\0';
	error = share_file_open(&share, folder, name, problem);
	/* Whoever runs the command can remove a file that can't be read. */
	is_own = error ? error == ERROR_UNAVAILABLE &&
				 subject->kind == SUBJECT_OWNER :
			 share_own_is(&share.head, subject);
	share_file_close(&share);
	if (!is_own)
		return error == ERROR_UNAVAILABLE ? error : missing(problem);
	if (audit_revoke(&service->audit, who, id))
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "the audit log can't be written, so nothing "
				   "was revoked: tell the administrator");
	return remove_file(folder, name, problem);
}
