/*
 * manifest_ndjson - the format of an entry in JSON on each line (NDJSON, JSON
 * Lines). Lines of blanks are passed over. A line that isn't JSON is a bad
 * entry.
 */
#include "json_entry.h"
#include "json_value.h"
#include "line.h"

static enum manifest_step ndjson_next(struct manifest_state *state,
				      const struct manifest_part *part,
				      struct entry *entry,
				      struct problem *problem)
{
	struct json *json = &state->json;
	enum manifest_step step;
	struct slice line;

	do {
		if (!manifest_line_next(state, part, &line))
			return MANIFEST_END;
	} while (slice_trim(line).length == 0);
	json_begin(json, line);
	/* Problems have the line's number in the manifest, not in the entry. */
	json->lines_before = state->line - 1;
	step = json_entry_read(state, part, json_next(json), entry, problem);
	if (step != MANIFEST_BROKEN && json_next(json) == JSON_END)
		return step;
	/* This line isn't JSON, but the next one may be. */
	json_problem(json, problem);
	entry->key = slice_of(NULL, 0);
	entry_prefix_pointer(entry, problem);
	return MANIFEST_BAD_ENTRY;
}

/* Does the line begin an object with a member of this name? */
static bool begins_entry(struct slice line, struct slice member)
{
	char scratch[JSON_VALUE_NAME_MAX];
	struct json json;

	json_begin(&json, line);
	if (json_next(&json) != JSON_OBJECT)
		return false;
	while (json_next(&json) == JSON_NAME) {
		if (slice_equal(json_value_name(&json, scratch), member))
			return true;
		if (!json_skip(&json, JSON_NAME))
			return false;
	}
	return false;
}

/* No JSON document but an entry has a member `key`. A quote may also begin the
 * header of a table, which is likelier. */
static enum manifest_likelihood ndjson_likely(struct slice line)
{
	if (line.data[0] == '{' && begins_entry(line, slice_text("key")))
		return MANIFEST_CERTAIN;
	return line.data[0] == '"' ? MANIFEST_POSSIBLE : MANIFEST_UNLIKELY;
}

static enum manifest_likelihood ndjson_keyed(struct slice line,
					     struct slice key_name)
{
	return line.data[0] == '{' && begins_entry(line, key_name) ?
		       MANIFEST_CERTAIN :
		       MANIFEST_UNLIKELY;
}

const struct manifest_reader manifest_ndjson_reader = {
	.name = "ndjson",
	.description = "a JSON entry a line",
	.file_names = { ".ndjson", ".jsonl" },
	.media_types = { "application/x-ndjson", "application/jsonl" },
	.open = manifest_line_open,
	.next = ndjson_next,
	.keyed = ndjson_keyed,
	.likely = ndjson_likely,
	.doubts = { ERROR_MALFORMED },
	.taken_for = "JSON by its first character",
	/* A line that begins with a quote or brace and isn't JSON may be a key.
	 */
	.first_entry_decides = true,
};
