/*
 * own - lists and revokes the shares that one caller made.
 */
#ifndef MINTAGE_CGI_SHARE_OWN_H
#define MINTAGE_CGI_SHARE_OWN_H

#include "cgi/service/service.h"
#include "file.h"
#include "lib/policy/subject.h"

/* A list of ids, newest share first. {0} is empty; ends with share_own_free. */
struct share_own {
	struct share_own_item {
		uint64_t created; /* Unix seconds */
		char id[SHARE_ID_LENGTH + 1];
	} * list; /* owned */
	size_t count;
};

/* Did `subject` make the share? SUBJECT_OWNER, who runs the command, counts as
 * the maker of every share. */
bool share_own_is(const struct share_head *head, const struct subject *subject);

/*
 * Set *own to the shares in `folder` that `subject` made. Files that hold no
 * share, or that somebody else could have written, are left out and counted in
 * *unreadable, whoever asks, because nothing says who made them.
 * ERROR_UNAVAILABLE where the folder or a file can't be read, or without
 * memory. The caller frees the list in every case.
 */
enum error share_own_list(struct share_own *own, const char *folder,
			  const struct subject *subject, uint64_t *unreadable,
			  struct problem *problem) MUST_CHECK;
void share_own_free(struct share_own *own);

/*
 * Record that the share `id` is revoked, and remove its file, so that nobody
 * can open it any more. `who` is the request in that record. ERROR_NO_ROUTE
 * where `subject` made no such share; ERROR_UNAVAILABLE where the share can't
 * be read, recorded or removed. SUBJECT_OWNER can revoke a share that can't be
 * read.
 */
enum error share_own_revoke(struct service *service,
			    const struct subject *subject,
			    const struct audit_request *who, struct slice id,
			    struct problem *problem) MUST_CHECK;

#endif
