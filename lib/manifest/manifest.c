#include "manifest.h"

#include <inttypes.h>
#include <stdio.h>

#include "csv.h"
#include "json.h"
#include "lib/base/unicode.h"
#include "lines.h"
#include "sha256sum.h"

const char *const manifest_format_names[MANIFEST_FORMAT_COUNT] = {
	[MANIFEST_GUESS] = "",        [MANIFEST_JSON] = "json",
	[MANIFEST_NDJSON] = "ndjson", [MANIFEST_LINES] = "lines",
	[MANIFEST_CSV] = "csv",       [MANIFEST_SHA256SUM] = "sha256sum",
};

/* A new format is a row here. */
static const struct reader {
	manifest_open_fn *open;
	manifest_next_fn *next;
} readers[MANIFEST_FORMAT_COUNT] = {
	[MANIFEST_JSON] = { manifest_json_open, manifest_json_next },
	[MANIFEST_NDJSON] = { manifest_ndjson_open, manifest_ndjson_next },
	[MANIFEST_LINES] = { manifest_lines_open, manifest_lines_next },
	[MANIFEST_CSV] = { manifest_csv_open, manifest_csv_next },
	[MANIFEST_SHA256SUM] = { manifest_sha256sum_open,
				 manifest_sha256sum_next },
};

/* ---- the iterator -------------------------------------------------------- */

void manifest_begin(struct manifest *manifest)
{
	manifest->part_count = 0;
	manifest_rewind(manifest);
}

void manifest_rewind(struct manifest *manifest)
{
	manifest->part = 0;
	manifest->index = 0;
	manifest->open = false;
}

static void entry_begin(struct entry *entry, const struct manifest *manifest)
{
	const struct manifest_part *part = &manifest->parts[manifest->part];

	*entry = (struct entry){ .kind = part->kind,
				 .base = part->base,
				 .index = manifest->index };
}

/* On to the next part; indexes run on where it has the same base. */
static void next_part(struct manifest *manifest)
{
	const struct manifest_part *part = &manifest->parts[manifest->part++];

	manifest->open = false;
	if (manifest->part == manifest->part_count ||
	    strcmp(part[1].base, part->base) != 0)
		manifest->index = 0;
}

enum manifest_step manifest_next(struct manifest *manifest, struct entry *entry,
				 struct problem *problem)
{
	const struct manifest_part *part;
	enum manifest_step step;

	while (manifest->part < manifest->part_count) {
		part = &manifest->parts[manifest->part];
		entry_begin(entry, manifest);
		manifest->scratch_used = 0;
		if (!manifest->open &&
		    readers[part->format].open(manifest, part, problem) !=
			    ERROR_NONE)
			return MANIFEST_BROKEN;
		manifest->open = true;
		step = readers[part->format].next(manifest, part, entry,
						  problem);
		if (step == MANIFEST_ENTRY || step == MANIFEST_BAD_ENTRY)
			manifest->index++;
		if (step != MANIFEST_END)
			return step;
		next_part(manifest);
	}
	return MANIFEST_END;
}

/* ---- entries ------------------------------------------------------------- */

const char *manifest_pointer(struct entry *entry)
{
	snprintf(entry->pointer, sizeof(entry->pointer), "%s/%" PRIu64,
		 entry->base, entry->index);
	return entry->pointer;
}

enum error manifest_prefix_pointer(const struct entry *entry,
				   struct problem *problem)
{
	char member[PROBLEM_POINTER_MAX / 2] = "";

	memcpy(member, problem->pointer, sizeof(member) - 1);
	snprintf(problem->pointer, sizeof(problem->pointer), "%s/%" PRIu64 "%s",
		 entry->base, entry->index, member);
	return problem->error;
}

enum manifest_step manifest_prefix_line(const struct entry *entry,
					uint64_t line, struct problem *problem)
{
	struct problem plain;

	manifest_prefix_pointer(entry, problem);
	plain = *problem;
	problem_set(problem, plain.error, plain.pointer, "line %" PRIu64 ": %s",
		    line, plain.message);
	return MANIFEST_BAD_ENTRY;
}

struct slice manifest_clip(struct slice text, size_t max)
{
	if (text.length <= max)
		return text;
	while (max > 0 && ((unsigned char)text.data[max] & 0xC0) == 0x80)
		max--;
	return slice_of(text.data, max);
}

enum error manifest_set_key(struct entry *entry, struct slice key,
			    struct problem *problem)
{
	enum error error = key_check(key, NULL, problem);

	entry->key = key;
	if (error != ERROR_NONE) {
		key = manifest_clip(key, KEY_MAX);
		entry->key = slice_of(key.data, unicode_valid(key));
	}
	return error;
}

/* ---- parts --------------------------------------------------------------- */

struct slice manifest_text(struct slice text)
{
	static const struct slice mark = SLICE("\xEF\xBB\xBF");

	if (slice_starts(text, mark))
		return slice_of(text.data + mark.length,
				text.length - mark.length);
	return text;
}

/* Reads as far as the first entry of the part that was added last. */
static enum error check_part(struct manifest *manifest, struct problem *problem)
{
	struct problem entry_problem;
	struct entry entry;

	manifest_rewind(manifest);
	manifest->part = manifest->part_count - 1;
	switch (manifest_next(manifest, &entry, &entry_problem)) {
	case MANIFEST_BROKEN:
		*problem = entry_problem;
		return problem->error;
	case MANIFEST_END:
		return ERROR_EMPTY;
	case MANIFEST_ENTRY:
	case MANIFEST_BAD_ENTRY:
		break;
	}
	return ERROR_NONE;
}

enum error manifest_add(struct manifest *manifest, enum manifest_format format,
			enum entry_kind kind, const char *base,
			struct slice text, struct problem *problem)
{
	enum error error;

	if (manifest->part_count == MANIFEST_PARTS_MAX)
		return problem_set(problem, ERROR_BAD_VALUE, base,
				   "more than %d lists in one request",
				   MANIFEST_PARTS_MAX);
	if (text.length == 0)
		text = slice_of("", 0);
	manifest->parts[manifest->part_count++] = (struct manifest_part){
		.format = format, .kind = kind, .base = base, .text = text
	};
	error = check_part(manifest, problem);
	if (error == ERROR_EMPTY)
		problem_set(problem, ERROR_EMPTY, base,
			    "%s is an empty list; leave it out or name at "
			    "least one",
			    base + 1);
	if (error != ERROR_NONE)
		manifest->part_count--;
	manifest_rewind(manifest);
	return error;
}

/* ---- documents ----------------------------------------------------------- */

#define DOCUMENT "/manifest"

static const struct list {
	const char *name;
	enum entry_kind kind;
	const char *base;
} lists[] = {
	{ "objects", ENTRY_OBJECT, DOCUMENT "/objects" },
	{ "prefixes", ENTRY_PREFIX, DOCUMENT "/prefixes" },
};

#define LIST_COUNT (sizeof(lists) / sizeof(lists[0]))

static enum error syntax_problem(const struct json *json,
				 struct problem *problem)
{
	enum error error = json_problem(json, problem);

	snprintf(problem->pointer, sizeof(problem->pointer), DOCUMENT);
	return error;
}

/* The list whose name has just been read, none twice; NULL and a problem. */
static const struct list *find_list(const struct json *json, uint32_t *given,
				    struct problem *problem)
{
	char scratch[MANIFEST_NAME_MAX];
	struct slice name = manifest_json_name(json, scratch);
	const char *names[LIST_COUNT];

	for (size_t i = 0; i < LIST_COUNT; i++) {
		names[i] = lists[i].name;
		if (!slice_is(name, lists[i].name))
			continue;
		if (*given & UINT32_C(1) << i) {
			problem_set(problem, ERROR_DUPLICATE_FIELD,
				    lists[i].base, "\"%s\" is given twice",
				    lists[i].name);
			return NULL;
		}
		*given |= UINT32_C(1) << i;
		return &lists[i];
	}
	manifest_json_unknown(json, DOCUMENT, names, LIST_COUNT, problem);
	return NULL;
}

static enum error add_list(struct manifest *manifest, struct json *json,
			   const struct list *list, struct problem *problem)
{
	enum json_token token = json_next(json);
	const char *begin = json->next - 1;

	if (token == JSON_BAD)
		return syntax_problem(json, problem);
	if (token != JSON_ARRAY)
		return problem_set(problem, ERROR_BAD_VALUE, list->base,
				   "must be an array of entries");
	if (!json_skip(json, token))
		return syntax_problem(json, problem);
	return manifest_add(manifest, MANIFEST_JSON, list->kind, list->base,
			    slice_of(begin, (size_t)(json->next - begin)),
			    problem);
}

/* Behind the { of a document. */
static enum error add_lists(struct manifest *manifest, struct json *json,
			    struct problem *problem)
{
	const struct list *list;
	enum json_token token;
	uint32_t given = 0;
	enum error error;

	while ((token = json_next(json)) == JSON_NAME) {
		list = find_list(json, &given, problem);
		if (list == NULL)
			return problem->error;
		error = add_list(manifest, json, list, problem);
		if (error != ERROR_NONE)
			return error;
	}
	if (token != JSON_OBJECT_END || json_next(json) != JSON_END)
		return syntax_problem(json, problem);
	if (given == 0)
		return problem_set(problem, ERROR_EMPTY, DOCUMENT,
				   "the manifest is empty; name at least one "
				   "object or prefix");
	return ERROR_NONE;
}

static enum error add_json(struct manifest *manifest, struct slice text,
			   struct problem *problem)
{
	enum json_token token;
	struct json json;

	json_begin(&json, text);
	token = json_next(&json);
	if (token == JSON_OBJECT)
		return add_lists(manifest, &json, problem);
	if (token == JSON_BAD)
		return syntax_problem(&json, problem);
	if (token == JSON_ARRAY)
		return manifest_add(manifest, MANIFEST_JSON, ENTRY_OBJECT,
				    DOCUMENT, text, problem);
	return problem_set(problem, ERROR_BAD_VALUE, DOCUMENT,
			   "a JSON manifest is an array of entries, or an "
			   "object with \"objects\" and \"prefixes\"");
}

/* ---- which format? ------------------------------------------------------- */

enum manifest_format manifest_format_by_name(struct slice filename)
{
	static const struct {
		const char *name; /* whole, or an ending that begins with . */
		enum manifest_format format;
	} names[] = {
		{ "sha256sum", MANIFEST_SHA256SUM },
		{ "sha256sums", MANIFEST_SHA256SUM },
		{ "sha256sum.txt", MANIFEST_SHA256SUM },
		{ "sha256sums.txt", MANIFEST_SHA256SUM },
		{ "manifest-sha256.txt", MANIFEST_SHA256SUM },
		{ ".sha256", MANIFEST_SHA256SUM },
		{ ".csv", MANIFEST_CSV },
		{ ".json", MANIFEST_JSON },
		{ ".ndjson", MANIFEST_NDJSON },
		{ ".jsonl", MANIFEST_NDJSON },
		{ ".txt", MANIFEST_LINES },
		{ ".lst", MANIFEST_LINES },
	};
	struct slice name = { NULL, 0 }, ending = { NULL, 0 };
	const char *dot = NULL;

	/* Some browsers send folders too. */
	while (slice_split(&filename, '/', &name))
		;
	filename = name;
	while (slice_split(&filename, '\\', &name))
		;
	if (name.length > 0)
		dot = memrchr(name.data, '.', name.length);
	if (dot)
		ending = slice_of(dot, (size_t)(name.data + name.length - dot));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct slice known = slice_text(names[i].name);

		if (slice_equal_nocase(known.data[0] == '.' ? ending : name,
				       known))
			return names[i].format;
	}
	return MANIFEST_GUESS;
}

/* Nothing but key, or "key", in the first line: a CSV's header, or an entry of
 * that name. Which it is decides whether one is issued. */
static bool is_ambiguous(struct slice text)
{
	struct slice line;

	slice_split(&text, '\n', &line);
	if (line.length > 0 && line.data[line.length - 1] == '\r')
		line.length--;
	return slice_equal_nocase(line, slice_text("key")) ||
	       slice_equal_nocase(line, slice_text("\"key\""));
}

/* By content; `text` does not begin with a blank. */
static enum manifest_format guess_format(struct slice text)
{
	switch (text.data[0]) {
	case '{':
		return manifest_ndjson_likely(text) ? MANIFEST_NDJSON :
						      MANIFEST_JSON;
	case '[':
		return MANIFEST_JSON;
	default:
		if (manifest_sha256sum_likely(text))
			return MANIFEST_SHA256SUM;
		if (manifest_csv_likely(text))
			return MANIFEST_CSV;
		return text.data[0] == '"' ? MANIFEST_NDJSON : MANIFEST_LINES;
	}
}

/* Settle MANIFEST_GUESS. */
static enum error find_format(struct slice text, enum manifest_format *format,
			      struct problem *problem)
{
	text = manifest_text(text);
	while (text.length > 0 && strchr(" \t\r\n", text.data[0]) &&
	       text.data[0] != '\0')
		text = slice_of(text.data + 1, text.length - 1);
	if (text.length == 0)
		return problem_set(problem, ERROR_EMPTY, DOCUMENT,
				   "the manifest is empty; name at least one "
				   "object or prefix");
	if (is_ambiguous(text))
		return problem_set(problem, ERROR_MALFORMED, DOCUMENT,
				   "the first line may be a CSV's header or an "
				   "entry: say which with manifestFormat");
	*format = guess_format(text);
	return ERROR_NONE;
}

/* A first line that isn't JSON speaks against NDJSON, not against an entry. */
static enum error check_guess(struct manifest *manifest,
			      struct problem *problem)
{
	struct entry entry;
	enum manifest_step step;

	manifest->part = manifest->part_count - 1;
	step = manifest_next(manifest, &entry, problem);
	manifest_rewind(manifest);
	if (step != MANIFEST_BAD_ENTRY || problem->error != ERROR_MALFORMED)
		return ERROR_NONE;
	snprintf(problem->pointer, sizeof(problem->pointer), DOCUMENT);
	return problem->error;
}

/* A list of keys may well begin with a bracket, or with a key that has commas:
 * say what to do then. */
static void explain_guess(enum manifest_format format, struct problem *problem)
{
	struct problem plain = *problem;
	const char *taken;

	if (format == MANIFEST_CSV && problem->error != ERROR_EMPTY)
		taken = "CSV by its first line";
	else if (format != MANIFEST_CSV && problem->error == ERROR_MALFORMED)
		taken = "JSON by its first character";
	else
		return;
	problem_set(problem, plain.error, plain.pointer,
		    "%.230s (taken for %s; if it is a key a line, say so with "
		    "manifestFormat)",
		    plain.message, taken);
}

enum error manifest_add_document(struct manifest *manifest,
				 enum manifest_format format, struct slice text,
				 struct problem *problem)
{
	size_t count = manifest->part_count;
	bool guessed = format == MANIFEST_GUESS;
	enum error error;

	if (guessed) {
		error = find_format(text, &format, problem);
		if (error != ERROR_NONE)
			return error;
	}
	if (format == MANIFEST_JSON)
		error = add_json(manifest, text, problem);
	else
		error = manifest_add(manifest, format, ENTRY_OBJECT, DOCUMENT,
				     text, problem);
	if (error == ERROR_NONE && guessed && format == MANIFEST_NDJSON)
		error = check_guess(manifest, problem);
	if (error != ERROR_NONE)
		manifest->part_count = count;
	if (error != ERROR_NONE && guessed)
		explain_guess(format, problem);
	return error;
}
