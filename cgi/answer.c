#include "answer.h"

#include <stdio.h>

static bool pass_on(void *context, const char *data, size_t length)
{
	struct stream *stream = context;

	return stream->write(stream->context, data, length);
}

static bool swallow(void *context, const char *data, size_t length)
{
	(void)context;
	(void)data;
	(void)length;
	return true;
}

void answer_begin(struct answer *answer, struct service *service,
		  const struct request *request, struct audit_request *who)
{
	answer->service = service;
	answer->request = request;
	answer->subject = NULL;
	answer->who = who;
	answer->status = 0;
	answer->head_only = slice_is(request->method, "HEAD");
	answer->sink = (struct sink){
		.window = answer->window,
		.size = sizeof(answer->window),
		.flush = pass_on,
		.context = request->stream,
	};
}

void answer_head(struct answer *answer, int status, const char *content_type,
		 const char *extra)
{
	struct sink *sink = &answer->sink;
	char line[64];

	answer->status = status;
	snprintf(line, sizeof(line), "Status: %d ", status);
	sink_text(sink, line);
	sink_text(sink, status_text(status));
	sink_text(sink, "\r\nContent-Type: ");
	sink_text(sink, content_type);
	sink_text(sink, "\r\nCache-Control: no-store\r\nMintage-Request: ");
	sink_text(sink, answer->who->id);
	sink_text(sink, "\r\n");
	if (extra)
		sink_text(sink, extra);
	sink_text(sink, "\r\n");
	if (answer->head_only) {
		sink_flush(sink);
		sink->flush = swallow;
	}
}

bool answer_end(struct answer *answer)
{
	struct stream *stream = answer->request->stream;
	bool taken = sink_flush(&answer->sink) &&
		     stream->flush(stream->context);

	sink_wipe(&answer->sink);
	return taken;
}
