#include "fastcgi_reader.h"

#define ROLE_RESPONDER 1
#define FLAG_KEEP 1
#define BEGIN_LENGTH 8

/* Bytes. A buffer for parameters larger than this is not kept for the next
 * request. */
#define PARAMS_KEPT 65536

/* Where the request is. */
enum state {
	STATE_IDLE, /* 0: there is none */
	STATE_PARAMS,
	STATE_BODY,
	STATE_OVER, /* everything has been read */
	STATE_ABORTED,
	STATE_BROKEN,
};

/* What the record under way is good for. */
enum use {
	USE_NONE, /* of a request that is not served, or of no known type */
	USE_BEGIN,
	USE_PARAMS,
	USE_BODY,
	USE_ABORT,
	USE_VALUES,
	USE_UNKNOWN,
	USE_BROKEN,
};

/* ---- bytes ---------------------------------------------------------------- */

char *fastcgi_reader_space(struct fastcgi_reader *reader, size_t *size)
{
	reader->start = 0;
	reader->end = 0;
	*size = sizeof(reader->bytes);
	return reader->bytes;
}

void fastcgi_reader_add(struct fastcgi_reader *reader, size_t length)
{
	reader->end += length;
	if (reader->dirty < reader->end)
		reader->dirty = reader->end;
}

bool fastcgi_reader_has_bytes(const struct fastcgi_reader *reader)
{
	return reader->start < reader->end;
}

bool fastcgi_reader_is_idle(const struct fastcgi_reader *reader)
{
	return reader->state == STATE_IDLE && reader->head_got == 0;
}

/* Take up to `length` bytes that are there. */
static struct slice take(struct fastcgi_reader *reader, size_t length)
{
	size_t there = reader->end - reader->start;
	struct slice part = slice_of(reader->bytes + reader->start,
				     there < length ? there : length);

	reader->start += part.length;
	return part;
}

/* ---- parameters ----------------------------------------------------------- */

/* Has the text a NUL, or where it is a name an "="? Either would make another
 * parameter of it. */
static bool is_text(struct slice text, bool is_name)
{
	return !memchr(text.data, '\0', text.length) &&
	       !(is_name && memchr(text.data, '=', text.length));
}

/* Make space for a parameter with "=" and NUL. */
static bool param_reserve(struct fastcgi_reader *reader)
{
	uint64_t size = (uint64_t)reader->param_pairs.name_length +
			reader->param_pairs.value_length + 2;

	return size <= FASTCGI_READER_PARAMS_MAX - reader->params.length &&
	       buffer_reserve(&reader->params, (size_t)size);
}

/* Store the parameters in `rest`. False when they can't be taken. */
static bool params_add(struct fastcgi_reader *reader, struct slice rest)
{
	struct fastcgi_pairs *pairs = &reader->param_pairs;
	struct buffer *params = &reader->params;
	struct slice part;
	bool good = true;

	while (good) {
		switch (fastcgi_pairs_next(pairs, &rest, &part)) {
		case FASTCGI_PAIRS_LENGTHS:
			good = param_reserve(reader) &&
			       (pairs->name_length > 0 ||
				buffer_add(params, "=", 1));
			break;
		case FASTCGI_PAIRS_NAME:
			good = is_text(part, true) &&
			       buffer_add(params, part.data, part.length) &&
			       (pairs->left > 0 || buffer_add(params, "=", 1));
			break;
		case FASTCGI_PAIRS_VALUE:
			good = is_text(part, false) &&
			       buffer_add(params, part.data, part.length);
			break;
		case FASTCGI_PAIRS_END:
			good = buffer_add(params, "", 1);
			reader->param_count++;
			break;
		default:
			return true;
		}
	}
	return false;
}

/* ---- GET_VALUES ----------------------------------------------------------- */

/* Note which variables are named in `rest`. A name may come more than once. */
static void values_add(struct fastcgi_reader *reader, struct slice rest)
{
	struct fastcgi_pairs *pairs = &reader->pairs;
	enum fastcgi_pairs_step step;
	struct slice part;
	size_t value;

	while ((step = fastcgi_pairs_next(pairs, &rest, &part)) !=
	       FASTCGI_PAIRS_MORE) {
		if (step == FASTCGI_PAIRS_LENGTHS)
			reader->content_got = 0;
		/* A name that does not fit is none of ours. */
		if (step == FASTCGI_PAIRS_NAME &&
		    pairs->name_length <= sizeof(reader->content)) {
			memcpy(reader->content + reader->content_got, part.data,
			       part.length);
			reader->content_got += part.length;
		}
		if (step != FASTCGI_PAIRS_END)
			continue;
		value = fastcgi_record_value(reader->content,
					     reader->content_got);
		if (value < FASTCGI_RECORD_VALUES)
			reader->asked |= 1u << value;
	}
}

/* ---- a record ------------------------------------------------------------- */

/* What is a record of the request under way good for? */
static enum use use_of_own(const struct fastcgi_reader *reader, unsigned type)
{
	switch (type) {
	case FASTCGI_RECORD_ABORT:
		return USE_ABORT;
	case FASTCGI_RECORD_PARAMS:
		return reader->state == STATE_PARAMS ? USE_PARAMS : USE_BROKEN;
	case FASTCGI_RECORD_STDIN:
		return reader->state == STATE_BODY ? USE_BODY : USE_BROKEN;
	default:
		return USE_NONE;
	}
}

static enum use use_of(const struct fastcgi_reader *reader)
{
	const struct fastcgi_record *record = &reader->record;

	if (record->id == 0)
		return record->type == FASTCGI_RECORD_GET_VALUES ? USE_VALUES :
								   USE_UNKNOWN;
	if (record->type == FASTCGI_RECORD_BEGIN)
		return record->length == BEGIN_LENGTH ? USE_BEGIN : USE_BROKEN;
	if (reader->state == STATE_IDLE || record->id != reader->id)
		return USE_NONE;
	return use_of_own(reader, record->type);
}

/* Read the head of the next record. False when not all of it is there. */
static bool begin_record(struct fastcgi_reader *reader)
{
	struct slice part =
		take(reader, FASTCGI_RECORD_HEAD - reader->head_got);

	memcpy(reader->head + reader->head_got, part.data, part.length);
	reader->head_got += part.length;
	if (reader->head_got < FASTCGI_RECORD_HEAD)
		return false;
	reader->content_got = 0;
	reader->asked = 0;
	reader->pairs = (struct fastcgi_pairs){ 0 };
	reader->use = fastcgi_record_read(&reader->record, reader->head) ?
			      (int)use_of(reader) :
			      USE_BROKEN;
	reader->is_empty = reader->record.length == 0;
	return true;
}

/* Use content of the record other than a body. False when the connection must
 * be closed. */
static bool use_content(struct fastcgi_reader *reader, struct slice content)
{
	switch (reader->use) {
	case USE_BEGIN:
		memcpy(reader->content + reader->content_got, content.data,
		       content.length);
		reader->content_got += content.length;
		return true;
	case USE_PARAMS:
		return params_add(reader, content);
	case USE_VALUES:
		values_add(reader, content);
		return true;
	default:
		return true;
	}
}

/* ---- the end of a record -------------------------------------------------- */

/* Marks that a record means nothing by itself. */
#define GO_ON ((enum fastcgi_step)(-1))

/* A request begins. Only the role of a responder is served: to an authorizer,
 * our 200 to any request would mean that it is allowed. */
static enum fastcgi_step begin_request(struct fastcgi_reader *reader)
{
	const uint8_t *content = (const uint8_t *)reader->content;
	unsigned role = (unsigned)content[0] << 8 | content[1];
	bool keep = content[2] & FLAG_KEEP;
	unsigned id = reader->record.id;

	if (reader->state != STATE_IDLE) {
		if (id == reader->id)
			return FASTCGI_BROKEN;
		fastcgi_record_end(&reader->reply, id,
				   FASTCGI_RECORD_NO_MULTIPLEXING);
		return FASTCGI_REPLY;
	}
	if (role != ROLE_RESPONDER) {
		fastcgi_record_end(&reader->reply, id,
				   FASTCGI_RECORD_UNKNOWN_ROLE);
		return keep ? FASTCGI_REPLY : FASTCGI_FAREWELL;
	}
	reader->state = STATE_PARAMS;
	reader->id = id;
	reader->keep = keep;
	return GO_ON;
}

/* The parameters are over. Within a pair they can't be: the parameter that is
 * missing may be REMOTE_USER. */
static enum fastcgi_step end_params(struct fastcgi_reader *reader)
{
	if (!fastcgi_pairs_is_between(&reader->param_pairs))
		return FASTCGI_BROKEN;
	reader->state = STATE_BODY;
	return FASTCGI_PARAMS;
}

static enum fastcgi_step abort_request(struct fastcgi_reader *reader)
{
	bool keep = reader->keep;

	if (reader->state != STATE_PARAMS) {
		reader->state = STATE_ABORTED;
		return FASTCGI_ABORT;
	}
	fastcgi_record_end(&reader->reply, reader->id, FASTCGI_RECORD_COMPLETE);
	fastcgi_reader_forget(reader);
	return keep ? FASTCGI_REPLY : FASTCGI_FAREWELL;
}

static enum fastcgi_step end_record(struct fastcgi_reader *reader)
{
	reader->head_got = 0;
	switch (reader->use) {
	case USE_BEGIN:
		return begin_request(reader);
	case USE_PARAMS:
		return reader->is_empty ? end_params(reader) : GO_ON;
	case USE_BODY:
		if (!reader->is_empty)
			return GO_ON;
		reader->state = STATE_OVER;
		return FASTCGI_END;
	case USE_ABORT:
		return abort_request(reader);
	case USE_VALUES:
		if (!fastcgi_pairs_is_between(&reader->pairs))
			return FASTCGI_BROKEN;
		fastcgi_record_values(&reader->reply, reader->asked);
		return FASTCGI_REPLY;
	case USE_UNKNOWN:
		fastcgi_record_unknown(&reader->reply, reader->record.type);
		return FASTCGI_REPLY;
	default:
		return GO_ON;
	}
}

/* ---- one after the other -------------------------------------------------- */

/* Use what is there of the record under way. */
static enum fastcgi_step use_record(struct fastcgi_reader *reader, size_t max,
				    struct slice *part)
{
	struct fastcgi_record *record = &reader->record;

	if (record->length > 0) {
		*part = take(reader,
			     reader->use == USE_BODY && max < record->length ?
				     max :
				     record->length);
		record->length -= part->length;
		if (part->length == 0)
			return FASTCGI_MORE;
		if (reader->use == USE_BODY)
			return FASTCGI_BODY;
		return use_content(reader, *part) ? GO_ON : FASTCGI_BROKEN;
	}
	record->padding -= take(reader, record->padding).length;
	return record->padding > 0 ? FASTCGI_MORE : end_record(reader);
}

enum fastcgi_step fastcgi_reader_next(struct fastcgi_reader *reader, size_t max,
				      struct slice *part)
{
	enum fastcgi_step step = GO_ON;

	if (reader->state == STATE_OVER)
		return FASTCGI_END;
	if (reader->state == STATE_ABORTED)
		return FASTCGI_ABORT;
	while (step == GO_ON) {
		if (reader->state == STATE_BROKEN)
			return FASTCGI_BROKEN;
		if (reader->head_got < FASTCGI_RECORD_HEAD &&
		    !begin_record(reader))
			return FASTCGI_MORE;
		step = reader->use == USE_BROKEN ?
			       FASTCGI_BROKEN :
			       use_record(reader, max, part);
	}
	if (step == FASTCGI_BROKEN)
		reader->state = STATE_BROKEN;
	return step;
}

/* ---- the end of a request ------------------------------------------------- */

/* Wipe all bytes but those of what comes next. */
static void wipe_bytes(struct fastcgi_reader *reader)
{
	explicit_bzero(reader->bytes, reader->start);
	explicit_bzero(reader->bytes + reader->end,
		       reader->dirty - reader->end);
	reader->dirty = reader->end;
}

void fastcgi_reader_forget(struct fastcgi_reader *reader)
{
	/* A broken connection stays broken. */
	if (reader->state != STATE_BROKEN)
		reader->state = STATE_IDLE;
	wipe_bytes(reader);
	reader->param_pairs = (struct fastcgi_pairs){ 0 };
	reader->param_count = 0;
	if (reader->params.capacity > PARAMS_KEPT) {
		buffer_free(&reader->params);
	} else if (reader->params.length > 0) {
		explicit_bzero(reader->params.data, reader->params.length);
		reader->params.length = 0;
	}
}

void fastcgi_reader_free(struct fastcgi_reader *reader)
{
	reader->start = 0;
	reader->end = 0;
	wipe_bytes(reader);
	buffer_free(&reader->params);
	/* The bytes are zero already. */
	memset(reader, 0, offsetof(struct fastcgi_reader, bytes));
}
