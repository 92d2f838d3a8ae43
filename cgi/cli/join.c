#include "join.h"

#include "lib/base/json.h"

static const char cut_short[] = "the answer was cut short";
static const char no_memory[] = "out of memory";

enum join_format join_format(struct slice name)
{
	static const struct {
		const char *name;
		enum join_format format;
	} formats[] = {
		{ "", JOIN_JSON },         { "json", JOIN_JSON },
		{ "ndjson", JOIN_NDJSON }, { "text", JOIN_TEXT },
		{ "csv", JOIN_CSV },       { "csv-exact", JOIN_CSV },
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (slice_is(name, formats[i].name))
			return formats[i].format;
	}
	return JOIN_OTHER;
}

/* ---- the envelope, and NDJSON's last line --------------------------------- */

/* What stands at the end of an answer. */
struct end {
	bool success;
	bool has_info;
	uint64_t count;
	uint64_t failed;
	struct slice result; /* what is between its brackets */
	uint64_t rows;       /* how many elements it has */
	struct slice messages;
};

static bool read_info(struct end *end, struct json *json)
{
	enum json_token token = json_next(json);

	if (token != JSON_OBJECT)
		return false;
	while ((token = json_next(json)) == JSON_NAME) {
		uint64_t *number =
			slice_is(json->text, "count")  ? &end->count :
			slice_is(json->text, "failed") ? &end->failed :
							 NULL;

		token = json_next(json);
		if (number && (token != JSON_NUMBER ||
			       !slice_number(json->text, UINT64_MAX, number)))
			return false;
		if (!json_skip(json, token))
			return false;
	}
	end->has_info = true;
	return token == JSON_OBJECT_END;
}

/* Read an array: *inside is the text between its brackets, *rows how many
 * elements it has. */
static bool read_array(struct json *json, struct slice *inside, uint64_t *rows)
{
	enum json_token token = json_next(json);
	const char *start = json->next;

	if (token != JSON_ARRAY)
		return false;
	for (*rows = 0; (token = json_next(json)) != JSON_ARRAY_END; ++*rows) {
		if (!json_skip(json, token))
			return false;
	}
	*inside = slice_of(start, (size_t)(json->next - 1 - start));
	return true;
}

static bool read_end(struct end *end, struct slice text)
{
	enum json_token token;
	struct json json;
	uint64_t unused;
	bool good = true;

	*end = (struct end){ .success = false };
	json_begin(&json, text);
	if (json_next(&json) != JSON_OBJECT)
		return false;
	while (good && (token = json_next(&json)) == JSON_NAME) {
		if (slice_is(json.text, "result")) {
			good = read_array(&json, &end->result, &end->rows);
		} else if (slice_is(json.text, "messages")) {
			good = read_array(&json, &end->messages, &unused);
		} else if (slice_is(json.text, "result_info")) {
			good = read_info(end, &json);
		} else if (slice_is(json.text, "success")) {
			token = json_next(&json);
			end->success = token == JSON_TRUE;
			good = json_skip(&json, token);
		} else {
			good = json_skip(&json, token);
		}
	}
	return good && json_next(&json) == JSON_END && end->success &&
	       end->has_info;
}

static bool keep_messages(struct join *join, struct slice messages)
{
	struct buffer *all = &join->messages;

	return messages.length == 0 ||
	       ((all->length == 0 || buffer_add(all, ",", 1)) &&
		buffer_add(all, messages.data, messages.length));
}

static const char *take_end(struct join *join, const struct end *end,
			    uint64_t rows, uint64_t entries)
{
	if (rows != entries || end->count + end->failed != entries)
		return "the answer has another number of entries than were "
		       "sent";
	if (!keep_messages(join, end->messages))
		return no_memory;
	join->count += end->count;
	join->failed += end->failed;
	return NULL;
}

static const char *join_json(struct join *join, struct slice body,
			     uint64_t entries)
{
	struct sink *sink = &join->output->sink;
	struct end end;
	const char *wrong;

	if (!read_end(&end, body))
		return cut_short;
	wrong = take_end(join, &end, end.rows, entries);
	if (wrong)
		return wrong;
	sink_text(sink, join->parts ? ",\n" : "{\"result\":[");
	sink_slice(sink, end.result);
	return NULL;
}

static const char *join_ndjson(struct join *join, struct slice body,
			       uint64_t entries)
{
	struct slice text = body, last;
	uint64_t rows = 0;
	struct end end;
	const char *wrong;

	if (text.length < 2 || text.data[text.length - 1] != '\n')
		return cut_short;
	text.length--;
	while (text.length > 0 && text.data[text.length - 1] != '\n')
		text.length--;
	last = slice_of(text.data + text.length, body.length - text.length);
	for (size_t i = 0; i < text.length; i++)
		rows += text.data[i] == '\n';
	if (!read_end(&end, last))
		return cut_short;
	wrong = take_end(join, &end, rows, entries);
	if (!wrong)
		sink_slice(&join->output->sink, text);
	return wrong;
}

/* ---- formats without an end of their own ---------------------------------- */

static bool read_header(const struct upstream_answer *answer, const char *name,
			uint64_t *number)
{
	return slice_number(upstream_header(answer, name), UINT64_MAX, number);
}

/* Count the ends of lines that are not inside quotes. */
static uint64_t count_lines(struct slice text)
{
	bool quoted = false;
	uint64_t lines = 0;

	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == '"')
			quoted = !quoted;
		else if (text.data[i] == '\n' && !quoted)
			lines++;
	}
	return lines;
}

static const char *join_rows(struct join *join,
			     const struct upstream_answer *answer,
			     uint64_t entries)
{
	bool is_csv = join->format == JOIN_CSV;
	struct slice body = answer->body;
	uint64_t rows, failed = 0;
	const char *behind;

	if (!read_header(answer, "Mintage-Count", &rows) ||
	    !read_header(answer, "Mintage-Failed", &failed))
		return "the answer does not say how much it is";
	if (rows != entries ||
	    count_lines(body) != (is_csv ? rows + 1 : rows - failed))
		return cut_short;
	if (is_csv && join->parts > 0) {
		behind = memchr(body.data, '\n', body.length);
		body.length -= (size_t)(behind + 1 - body.data);
		body.data = behind + 1;
	}
	join->count += rows - failed;
	join->failed += failed;
	sink_slice(&join->output->sink, body);
	return NULL;
}

static const char *pass_on(struct join *join,
			   const struct upstream_answer *answer,
			   uint64_t entries)
{
	uint64_t rows, failed = 0;

	if (!read_header(answer, "Mintage-Count", &rows) || rows != entries)
		return cut_short;
	(void)read_header(answer, "Mintage-Failed", &failed);
	join->count += rows - failed;
	join->failed += failed;
	sink_slice(&join->output->sink, answer->body);
	return NULL;
}

/* ---- all of it ------------------------------------------------------------ */

const char *join_part(struct join *join, const struct upstream_answer *answer,
		      uint64_t entries)
{
	const char *wrong = NULL;

	switch (join->format) {
	case JOIN_JSON:
		wrong = join_json(join, answer->body, entries);
		break;
	case JOIN_NDJSON:
		wrong = join_ndjson(join, answer->body, entries);
		break;
	case JOIN_TEXT:
	case JOIN_CSV:
		wrong = join_rows(join, answer, entries);
		break;
	case JOIN_OTHER:
		wrong = pass_on(join, answer, entries);
		break;
	}
	if (!wrong)
		join->parts++;
	return wrong;
}

static void end_counts(struct join *join)
{
	cli_print(join->output,
		  "\"result_info\":{\"count\":%llu,\"failed\":%llu}",
		  (unsigned long long)join->count,
		  (unsigned long long)join->failed);
}

void join_end(struct join *join)
{
	struct sink *sink = &join->output->sink;

	if (join->format != JOIN_JSON && join->format != JOIN_NDJSON)
		return;
	sink_text(sink, join->format == JOIN_JSON ? "],\n" : "{");
	end_counts(join);
	sink_text(sink, join->format == JOIN_JSON ?
				",\"errors\":[],\"messages\":[" :
				",\"messages\":[");
	sink_slice(sink, buffer_slice(&join->messages));
	sink_text(sink, "],\"success\":true}\n");
}

void join_free(struct join *join)
{
	buffer_free(&join->messages);
}
