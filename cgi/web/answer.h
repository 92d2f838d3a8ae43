/*
 * answer - the head of an answer (status and headers), and the sink for its
 * body.
 */
#ifndef MINTAGE_CGI_WEB_ANSWER_H
#define MINTAGE_CGI_WEB_ANSWER_H

#include "cgi/service/service.h"
#include "client.h"
#include "lib/audit/audit.h"
#include "lib/render/format.h"
#include "request.h"

struct quota;
struct subject;

/* One answer on its way out. */
struct answer {
	struct service *service;
	const struct request *request;
	const struct client *client;
	const struct subject *subject; /* who asks, or NULL */
	const struct quota *quota;     /* what the caller has left, or NULL */
	const char *always; /* header lines that any answer to this request has,
			     * each with its line end, or NULL. Borrowed */
	struct audit_request *who;
	struct sink sink;
	char *large;    /* instead of `window`, once that was filled; owned */
	int status;     /* sent, or 0 */
	bool head_only; /* HEAD: headers, no body */
	bool has_begun; /* something was passed on, and the time counts */
	bool is_small;  /* all of it fits the window, and it takes no time */
	bool is_kept;   /* browsers may keep it for ever; else it is no-store */
	bool is_late;   /* it took longer than answer-timeout, and was cut */
	char window[SINK_MIN];
};

void answer_begin(struct answer *answer, struct service *service,
		  const struct request *request, const struct client *client,
		  struct audit_request *who);

/*
 * Write the header block: Status, Content-Type, Cache-Control: no-store,
 * Mintage-Request, those of safety.h, the RateLimit fields of a limited caller,
 * and `extra` (lines ending in CRLF, or NULL). The body follows through
 * answer->sink; where the method is HEAD the sink drops it.
 */
void answer_head(struct answer *answer, int status, const char *content_type,
		 const char *extra);

/*
 * answer_page returns the template of a page in the language of this answer;
 * one that is no FORMAT_PAGE has the first language alone. answer_need_page
 * must have compiled it before: ERROR_TEMPLATE where it can't.
 */
enum error answer_need_page(const struct answer *answer, enum page_id page,
			    struct problem *problem) MUST_CHECK;
const struct template *answer_page(const struct answer *answer,
				   enum page_id page);

/* As answer_head, for more lines than fit a text: they go to answer->sink
 * between the two calls. */
void answer_head_begin(struct answer *answer, int status,
		       const char *content_type);
void answer_head_end(struct answer *answer);

/* Give the whole answer: a redirect to `url`, with status 302 and a line of
 * text. */
void answer_redirect(struct answer *answer, struct slice url);

/* Wipe all that was written so far, so that another answer can be given: what
 * was begun can't be finished. False where a part of it has left already. */
bool answer_restart(struct answer *answer) MUST_CHECK;

/* Flush the sink, wipe its window and free a large one. False when the client
 * is gone. */
bool answer_end(struct answer *answer);

/* As answer_end, for an answer of which nobody needs to know whether it was
 * taken. Where it fits the window, nobody has to wait for its reader either: it
 * leaves in one write with the end of the request. */
void answer_leave(struct answer *answer);

#endif
