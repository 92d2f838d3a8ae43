#include "head.h"

#include "lib/base/escape.h"
#include "lib/base/json_text.h"

/* What the line begins with. A later version with other members has another
 * number, and is not understood by this one. */
#define BEGINNING "{\"share\":1"

#define NAME(id, name) [SHARE_##id] = (name),
static const char *const texts[SHARE_TEXT_COUNT] = { SHARE_TEXTS(NAME) };
static const char *const numbers[SHARE_NUMBER_COUNT] = { SHARE_NUMBERS(NAME) };
#undef NAME

bool share_head_add_text(struct buffer *line, const char *name,
			 struct slice text)
{
	if (!buffer_format(line, "\"%s\":\"", name) ||
	    !buffer_reserve(line, text.length * ESCAPE_GROWTH + 1))
		return false;
	line->length +=
		escape_json(line->data + line->length, text.data, text.length);
	line->data[line->length++] = '"';
	return true;
}

bool share_head_write(const struct share_head *head, struct buffer *line)
{
	bool done = buffer_format(line, "%s", BEGINNING);

	for (size_t i = 0; i < SHARE_NUMBER_COUNT && done; i++)
		done = buffer_format(line, ",\"%s\":%llu", numbers[i],
				     (unsigned long long)head->number[i]);
	for (size_t i = 0; i < SHARE_TEXT_COUNT && done; i++)
		done = buffer_add(line, ",", 1) &&
		       share_head_add_text(line, texts[i], head->text[i]);
	if (!done || line->length + 2 > SHARE_HEAD_SIZE ||
	    !buffer_reserve(line, SHARE_HEAD_SIZE - line->length))
		return false;
	line->data[line->length++] = '}';
	memset(line->data + line->length, ' ', SHARE_HEAD_SIZE - line->length);
	line->length = SHARE_HEAD_SIZE;
	line->data[line->length - 1] = '\n';
	return true;
}

/* ---- reading --------------------------------------------------------------- */

static bool take_number(struct json *json, const char *name, uint64_t *number)
{
	return json_next(json) == JSON_NAME && slice_is(json->text, name) &&
	       json_next(json) == JSON_NUMBER &&
	       slice_number(json->text, UINT64_MAX, number);
}

static bool take_text(struct json *json, const char *name, struct slice *text,
		      char **scratch)
{
	bool done = json_next(json) == JSON_NAME &&
		    slice_is(json->text, name) &&
		    json_next(json) == JSON_STRING &&
		    json_text_unescape(json, *scratch, json->text.length,
				       text) == ERROR_NONE;

	/* Unescaped, all texts together are shorter than the line. */
	if (done && json->escaped)
		*scratch += text->length;
	return done;
}

bool share_head_read(struct share_head *head, struct slice line,
		     char scratch[SHARE_HEAD_SIZE])
{
	struct json json;
	uint64_t version;
	bool done;

	if (line.length > SHARE_HEAD_SIZE)
		return false;
	json_begin(&json, line);
	done = json_next(&json) == JSON_OBJECT &&
	       take_number(&json, "share", &version) && version == 1;
	for (size_t i = 0; i < SHARE_NUMBER_COUNT && done; i++)
		done = take_number(&json, numbers[i], &head->number[i]);
	for (size_t i = 0; i < SHARE_TEXT_COUNT && done; i++)
		done = take_text(&json, texts[i], &head->text[i], &scratch);
	return done && json_next(&json) == JSON_OBJECT_END &&
	       json_next(&json) == JSON_END;
}
