/*
 * own - the shares that somebody made: listed, and revoked.
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

/* Did `subject` make the share? The owner of the configuration is taken for the
 * maker of all. */
bool share_own_is(const struct share_head *head, const struct subject *subject);

/*
 * List the shares in `folder` that `subject` made. Files that are damaged are
 * left out, and counted in *unreadable: nobody knows who made them.
 * ERROR_UNAVAILABLE where the folder or a file can't be read, or without
 * memory. The caller frees the list in every case.
 */
enum error share_own_list(struct share_own *own, const char *folder,
			  const struct subject *subject, uint64_t *unreadable,
			  struct problem *problem) MUST_CHECK;
void share_own_free(struct share_own *own);

/*
 * Revoke the share `id` of `subject`: nobody can open it from now on. It is
 * recorded before. ERROR_NO_ROUTE where that subject has no such share;
 * ERROR_UNAVAILABLE where it can't be recorded or removed.
 */
enum error share_own_revoke(struct service *service,
			    const struct subject *subject,
			    const struct audit_request *who, struct slice id,
			    struct problem *problem) MUST_CHECK;

#endif
