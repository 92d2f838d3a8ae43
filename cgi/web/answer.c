#include "answer.h"

#include <stdio.h>
#include <stdlib.h>

#include "cgi/input/language.h"
#include "cgi/service/quota.h"
#include "deadline.h"
#include "safety.h"
#include "status.h"

/* The window of a long answer, which goes to the web server in few large parts
 * after a first one that is small and goes early. */
#define LARGE 65528

/* Give a long answer a larger window. Without memory it keeps the small one. */
static void widen(struct answer *answer)
{
	answer->large = malloc(LARGE);
	if (!answer->large)
		return;
	explicit_bzero(answer->window, sizeof(answer->window));
	answer->sink.window = answer->large;
	answer->sink.size = LARGE;
}

static void narrow(struct answer *answer)
{
	sink_wipe(&answer->sink);
	free(answer->large);
	answer->large = NULL;
	answer->sink.window = answer->window;
	answer->sink.size = sizeof(answer->window);
}

static bool pass_on(void *context, const char *data, size_t length)
{
	struct answer *answer = context;
	struct stream *stream = answer->request->stream;

	/* The time that the answer was computed before is not the reader's. */
	if (!answer->has_begun && !answer->is_small)
		deadline_begin(answer->service->config->answer_timeout);
	answer->has_begun = true;
	/* The time may be over between two writes, and then no write was
	 * interrupted: the stream must not wait for its reader once more. */
	if (!answer->is_small && deadline_is_over()) {
		stream->cut(stream->context);
		return false;
	}
	if (!stream->write(stream->context, data, length))
		return false;
	if (!answer->large && length > sizeof(answer->window) / 2)
		widen(answer);
	return true;
}

static bool swallow(void *context, const char *data, size_t length)
{
	(void)context;
	(void)data;
	(void)length;
	return true;
}

void answer_begin(struct answer *answer, struct service *service,
		  const struct request *request, const struct client *client,
		  struct audit_request *who)
{
	answer->service = service;
	answer->request = request;
	answer->client = client;
	answer->subject = NULL;
	answer->quota = NULL;
	answer->always = NULL;
	answer->who = who;
	answer->status = 0;
	answer->head_only = slice_is(request->method, "HEAD");
	answer->large = NULL;
	answer->has_begun = false;
	answer->is_late = false;
	answer->is_kept = false;
	answer->is_small = false;
	answer->sink = (struct sink){
		.window = answer->window,
		.size = sizeof(answer->window),
		.flush = pass_on,
		.context = answer,
	};
}

/* The place in renderer->languages of the language in which a page is shown. */
static size_t language_of(const struct answer *answer, enum page_id page)
{
	const struct renderer *renderer = &answer->service->renderer;

	return pages_table[page].uses & FORMAT_PAGE ?
		       language_choose(answer->request->accept_language,
				       renderer->languages,
				       renderer->language_count) :
		       0;
}

enum error answer_need_page(const struct answer *answer, enum page_id page,
			    struct problem *problem)
{
	return renderer_need_other(&answer->service->renderer, page,
				   language_of(answer, page), problem);
}

const struct template *answer_page(const struct answer *answer,
				   enum page_id page)
{
	const struct renderer *renderer = &answer->service->renderer;
	struct template *const *pages =
		renderer->other_templates[language_of(answer, page)];

	return pages[page];
}

void answer_head_begin(struct answer *answer, int status,
		       const char *content_type)
{
	struct sink *sink = &answer->sink;
	char line[64], limits[QUOTA_HEADERS_MAX];

	answer->status = status;
	snprintf(line, sizeof(line), "Status: %d ", status);
	sink_text(sink, line);
	sink_text(sink, status_text(status));
	sink_text(sink, "\r\nContent-Type: ");
	sink_text(sink, content_type);
	sink_text(sink, "\r\nCache-Control: ");
	sink_text(sink, answer->is_kept ?
				"public, max-age=31536000, immutable" :
				"no-store");
	sink_text(sink, "\r\nMintage-Request: ");
	sink_text(sink, answer->who->id);
	sink_text(sink, "\r\n");
	sink_slice(sink, safety_headers(safety_kind(status, content_type)));
	if (answer->always)
		sink_text(sink, answer->always);
	if (answer->quota && answer->quota->caller) {
		quota_headers(answer->quota, limits);
		sink_text(sink, limits);
	}
}

void answer_head_end(struct answer *answer)
{
	struct sink *sink = &answer->sink;

	sink_text(sink, "\r\n");
	if (answer->head_only) {
		answer->is_small = !answer->has_begun;
		sink_flush(sink);
		sink->flush = swallow;
	}
}

void answer_head(struct answer *answer, int status, const char *content_type,
		 const char *extra)
{
	answer_head_begin(answer, status, content_type);
	if (extra)
		sink_text(&answer->sink, extra);
	answer_head_end(answer);
}

void answer_redirect(struct answer *answer, struct slice url)
{
	struct sink *sink = &answer->sink;

	answer_head_begin(answer, 302, "text/plain; charset=utf-8");
	sink_text(sink, "Location: ");
	sink_slice(sink, url);
	sink_text(sink, "\r\n");
	answer_head_end(answer);
	sink_text(sink, "The file is at the address in Location.\n");
}

bool answer_restart(struct answer *answer)
{
	struct sink *sink = &answer->sink;

	if (sink->passed > 0)
		return false;
	sink_wipe(sink);
	sink->used = 0;
	sink->failed = false;
	answer->status = 0;
	return true;
}

bool answer_end(struct answer *answer)
{
	struct stream *stream = answer->request->stream;
	bool taken = sink_flush(&answer->sink) &&
		     stream->flush(stream->context);

	if (answer->has_begun && deadline_is_over())
		answer->is_late = true;
	deadline_end();
	narrow(answer);
	return taken;
}

void answer_leave(struct answer *answer)
{
	if (answer->has_begun && !answer->is_small) {
		(void)answer_end(answer);
		return;
	}
	answer->is_small = true;
	(void)sink_flush(&answer->sink);
	narrow(answer);
}
