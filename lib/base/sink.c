#include "sink.h"

bool sink_flush(struct sink *sink)
{
	if (sink->used > sink->most)
		sink->most = sink->used;
	if (!sink->failed && sink->used > 0) {
		if (sink->flush(sink->context, sink->window, sink->used))
			sink->passed += sink->used;
		else
			sink->failed = true;
	}
	sink->used = 0;
	return !sink->failed;
}

void sink_write(struct sink *sink, const char *data, size_t length)
{
	while (length > 0) {
		size_t space = sink->size - sink->used;
		size_t part = length < space ? length : space;

		memcpy(sink->window + sink->used, data, part);
		sink->used += part;
		data += part;
		length -= part;
		if (sink->used == sink->size)
			sink_flush(sink);
	}
}

char *sink_reserve(struct sink *sink, size_t length)
{
	if (sink->size - sink->used < length)
		sink_flush(sink);
	return sink->window + sink->used;
}

static bool flush_to_buffer(void *context, const char *data, size_t length)
{
	return buffer_add(context, data, length);
}

void sink_to_buffer(struct sink *sink, char *window, size_t size,
		    struct buffer *buffer)
{
	*sink = (struct sink){
		.window = window,
		.size = size,
		.flush = flush_to_buffer,
		.context = buffer,
	};
}

void sink_wipe(struct sink *sink)
{
	size_t length = sink->used > sink->most ? sink->used : sink->most;

	length += WIDE_STEP_MAX;
	explicit_bzero(sink->window, length < sink->size ? length : sink->size);
	sink->used = 0;
}
