/*
 * page_share - a share as its visitor sees it: a page, JSON, or a list for a
 * program that downloads.
 */
#ifndef MINTAGE_CGI_WEB_PAGE_SHARE_H
#define MINTAGE_CGI_WEB_PAGE_SHARE_H

#include "answer.h"
#include "cgi/share/give.h"

/* Which share is shown, and where. All borrowed. */
struct page_share {
	struct answer *answer;
	const struct share_visit *visit;
	struct slice secret; /* of the share's address */
};

/*
 * Check, before anything is written, that the body can be whole: the downloads
 * that are left can be told, and `format`, where it is not NULL, can carry the
 * name of every file. ERROR_BAD_VALUE at /format where the format can't,
 * ERROR_UNAVAILABLE where the share or the counts can't be read.
 */
enum error page_share_check(const struct page_share *page,
			    const struct format *format,
			    struct problem *problem) MUST_CHECK;

/*
 * Write the body by `template`, which is that of a page or of a format for
 * links. Files that the share's maker may not hand out any more are left out.
 * Where the share can't be read to its end, the body is cut.
 */
void page_share_write(const struct page_share *page,
		      const struct template *template);

/* Bytes for the text of page_share_size, with its NUL. */
#define PAGE_SHARE_SIZE_MAX 16

/* Write a number of bytes for people, in powers of 1000 and rounded down: "999
 * bytes", "1.5 MB", "12 GB". */
void page_share_size(char dst[PAGE_SHARE_SIZE_MAX], uint64_t bytes);

#endif
