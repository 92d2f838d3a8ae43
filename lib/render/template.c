#include "template.h"

#include <stdlib.h>

#include "template_ops.h"

/*
 * A value is escaped in pieces, each into a reservation that fits the longest
 * outcome of that piece. Small pieces leave little of the window unused when it
 * is flushed.
 */
#define PIECE 256

_Static_assert(PIECE <= SINK_MIN / ESCAPE_GROWTH,
	       "an escaped piece fits a reservation");

/* As sink_write does, but without a call where the window has space. */
static inline void put(struct sink *sink, const char *data, size_t length)
{
	if (length == 0)
		return;
	if (length < sink->size - sink->used) {
		memcpy(sink->window + sink->used, data, length);
		sink->used += length;
	} else {
		sink_write(sink, data, length);
	}
}

static void put_escaped(struct sink *sink, escape_fn *escape,
			struct slice value)
{
	while (value.length > 0) {
		size_t piece = value.length < PIECE ? value.length : PIECE;
		char *space = sink_reserve(sink, piece * ESCAPE_GROWTH);

		sink->used += escape(space, value.data, piece);
		value.data += piece;
		value.length -= piece;
	}
}

/* As put_escaped, for a value that begins a cell. */
static void put_begin(struct sink *sink, const struct template *template,
		      struct slice value)
{
	size_t piece = value.length < PIECE ? value.length : PIECE;

	if (value.length == 0) /* it may have no address to add to */
		return;
	put_escaped(sink, template->begin, slice_of(value.data, piece));
	put_escaped(sink, template->escape,
		    slice_of(value.data + piece, value.length - piece));
}

void template_run(const struct template *template,
		  const struct template_data *data, struct sink *sink)
{
	const struct slice *values = data->values;
	const struct op *next = template->ops;
	bool begins = template->begin != template->escape;

	for (;;) {
		const struct op *op = next++;
		bool jump = false;

		switch (op->kind) {
		case OP_TEXT:
			put(sink, template->text + op->at, op->length);
			begins = op->number;
			break;
		case OP_VALUE:
			if (begins)
				put_begin(sink, template, values[op->number]);
			else
				put_escaped(sink, template->escape,
					    values[op->number]);
			begins = begins && values[op->number].length == 0;
			break;
		case OP_RAW:
			begins = begins && values[op->number].length == 0;
			put(sink, values[op->number].data,
			    values[op->number].length);
			break;
		case OP_IF:
			jump = values[op->number].length == 0;
			break;
		case OP_UNLESS:
			jump = values[op->number].length > 0;
			break;
		case OP_ROW:
			if (sink->failed)
				return;
			jump = !data->next ||
			       !data->next(data->context, op->number);
			break;
		case OP_AGAIN:
			jump = true;
			break;
		case OP_END:
			return;
		}
		if (jump)
			next = template->ops + op->at;
	}
}

void template_free(struct template *template)
{
	if (template)
		free(template->text);
	free(template);
}
