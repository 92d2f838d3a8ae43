/*
 * check - what must hold whatever the input was. Shared by the fuzzers, which
 * make inputs up, and a unit test, which replays those kept in corpus/.
 *
 * Each function here reads one input and aborts when something does not hold.
 */
#ifndef MINTAGE_FUZZ_CHECK_H
#define MINTAGE_FUZZ_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#include "cgi/input/form.h"
#include "cgi/input/multipart.h"
#include "lib/base/hex.h"
#include "lib/base/problems.h"
#include "lib/base/unicode.h"
#include "lib/base/utf16.h"
#include "lib/manifest/link_metadata.h"
#include "lib/manifest/manifest.h"
#include "lib/sign/bucket.h"

#define CHECK(condition)                                              \
	do {                                                          \
		if (!(condition)) {                                   \
			fprintf(stderr, "%s:%d: does not hold: %s\n", \
				__FILE__, __LINE__, #condition);      \
			abort();                                      \
		}                                                     \
	} while (0)

/* ---- what goes out ------------------------------------------------------- */

/* Fit for an answer: UTF-8 on one line, and something to read. */
static inline void check_problem(const struct problem *problem)
{
	struct slice message = slice_text(problem->message);
	struct slice pointer = slice_text(problem->pointer);

	CHECK(problem->error != ERROR_NONE);
	CHECK(problem->error != ERROR_INTERNAL);
	CHECK(message.length > 0 && message.length < PROBLEM_MESSAGE_MAX);
	CHECK(unicode_valid(message) == message.length);
	CHECK(!memchr(message.data, '\n', message.length));
	CHECK(pointer.length < PROBLEM_POINTER_MAX);
	CHECK(pointer.length == 0 || pointer.data[0] == '/');
}

static inline void check_problems(const struct problems *problems)
{
	for (size_t i = 0; i < problems->count && i < PROBLEMS_MAX; i++)
		check_problem(&problems->list[i]);
}

/* ---- manifests ----------------------------------------------------------- */

/* One reading, for comparison with another. */
struct transcript {
	uint64_t hash; /* of all that was read */
	uint64_t steps;
	enum manifest_step last;
};

/* FNV-1a; the length keeps neighbours apart. */
static inline void transcript_add(struct transcript *transcript,
				  const void *data, size_t length)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < length; i++)
		transcript->hash =
			(transcript->hash ^ bytes[i]) * UINT64_C(1099511628211);
	transcript->hash =
		(transcript->hash ^ length) * UINT64_C(1099511628211);
}

static inline void transcript_slice(struct transcript *transcript,
				    struct slice slice)
{
	transcript_add(transcript, slice.data, slice.length);
}

static inline bool is_in(struct slice input, struct slice text)
{
	return memmem(input.data, input.length, text.data, text.length) != NULL;
}

/* Does the input hold the key with each `c` written as `written`? */
static inline bool is_written_in(struct slice input, struct slice key, char c,
				 const char *written)
{
	size_t size = strlen(written) * key.length + 1, used = 0;
	char *text = malloc(size);
	bool found;

	CHECK(text != NULL);
	for (size_t i = 0; i < key.length; i++) {
		if (key.data[i] == c)
			used += (size_t)snprintf(text + used, size - used, "%s",
						 written);
		else
			text[used++] = key.data[i];
	}
	found = is_in(input, slice_of(text, used));
	free(text);
	return found;
}

/* No key without its bytes in the input, one behind the other. */
static inline void check_origin(const struct manifest_reader *format,
				struct slice input, struct slice key)
{
	bool escapes = memchr(input.data, '\\', input.length) != NULL;

	if (is_in(input, key))
		return;
	CHECK(!format || strcmp(format->name, "lines") != 0);
	if (format && strcmp(format->name, "csv") == 0)
		CHECK(is_written_in(input, key, '"', "\"\""));
	else
		CHECK(escapes || !format);
}

/* Fit for a header: ASCII on one line, without blanks at its ends. */
static inline void check_printable(struct slice text)
{
	for (size_t i = 0; i < text.length; i++)
		CHECK(text.data[i] >= ' ' && text.data[i] <= '~');
	CHECK(text.length == 0 ||
	      (text.data[0] != ' ' && text.data[text.length - 1] != ' '));
}

/* Lines of headers, sorted, none of them twice, and not too many. */
static inline void check_metadata(struct slice lines)
{
	struct slice prefix = slice_text(LINK_METADATA_PREFIX), rest;
	struct presign_pair pair;
	char before[256] = "", name[256];
	size_t count = 0, bytes = 0;

	CHECK(lines.length == 0 || lines.data[lines.length - 1] == '\n');
	while (link_metadata_next(&lines, &pair)) {
		CHECK(slice_starts(pair.name, prefix));
		rest = slice_of(pair.name.data + prefix.length,
				pair.name.length - prefix.length);
		CHECK(rest.length > 0 && pair.value.length > 0);
		check_printable(pair.value);
		snprintf(name, sizeof(name), "%.*s", (int)rest.length,
			 rest.data);
		CHECK(strcmp(before, name) < 0);
		memcpy(before, name, sizeof(name));
		bytes += rest.length + pair.value.length;
		count++;
	}
	CHECK(count <= LINK_METADATA_NAMES_MAX && bytes <= LINK_METADATA_MAX);
}

static inline void check_link(const struct entry *entry)
{
	struct slice filename = entry->link.text[LINK_TERM_FILENAME],
		     type = entry->link.text[LINK_TERM_CONTENT_TYPE];
	uint64_t bytes;

	CHECK((unsigned)entry->link.method < METHOD_COUNT);
	CHECK(filename.length <= ENTRY_FILENAME_MAX);
	CHECK(unicode_valid(filename) == filename.length);
	for (size_t i = 0; i < filename.length; i++)
		CHECK((unsigned char)filename.data[i] >= ' ' &&
		      filename.data[i] != 0x7f && filename.data[i] != '/');
	CHECK(type.length <= ENTRY_CONTENT_TYPE_MAX);
	for (size_t i = 0; i < type.length; i++)
		CHECK(type.data[i] >= ' ' && type.data[i] <= '~');
	CHECK(entry->link.text[LINK_TERM_CONTENT_LENGTH].length == 0 ||
	      slice_number(entry->link.text[LINK_TERM_CONTENT_LENGTH],
			   ENTRY_CONTENT_LENGTH_MAX, &bytes));
	CHECK(entry->link.text[LINK_TERM_SHA256].length == 0 ||
	      entry->link.text[LINK_TERM_SHA256].length == 64);
	CHECK(hex_is_lower(entry->link.text[LINK_TERM_SHA256].data,
			   entry->link.text[LINK_TERM_SHA256].length));
	for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
		if (link_terms_table[i].becomes == LINK_BECOMES_HEADER ||
		    link_terms_table[i].becomes == LINK_BECOMES_QUERY)
			check_printable(entry->link.text[i]);
	}
	check_metadata(entry->link.text[LINK_TERM_METADATA]);
}

static inline void check_entry(const struct entry *entry)
{
	const struct scope *scope = &entry->scope;
	struct problem problem;

	CHECK(key_check(entry->key, NULL, &problem) == ERROR_NONE);
	CHECK((unsigned)scope->permission < PERMISSION_COUNT);
	CHECK(abilities_within(scope->actions,
			       (UINT32_C(1) << ACTION_COUNT) - 1));
	CHECK(scope->ttl <= TTL_LINK_MAX);
	CHECK(entry->own_scope == (scope->permission != PERMISSION_NONE ||
				   scope->actions != 0 || scope->ttl != 0));
	check_link(entry);
}

static inline void transcript_entry(struct transcript *transcript,
				    const struct entry *entry)
{
	uint64_t numbers[] = { (uint64_t)entry->kind,
			       entry->index,
			       entry->own_scope,
			       (uint64_t)entry->scope.permission,
			       entry->scope.actions,
			       entry->scope.ttl,
			       (uint64_t)entry->link.method };

	transcript_add(transcript, numbers, sizeof(numbers));
	transcript_slice(transcript, entry->key);
	for (size_t i = 0; i < LINK_TERM_COUNT; i++)
		transcript_slice(transcript, entry->link.text[i]);
	transcript_slice(transcript, slice_text(entry->base));
}

static inline void transcript_problem(struct transcript *transcript,
				      const struct entry *entry,
				      const struct problem *problem)
{
	int error = (int)problem->error;

	check_problem(problem);
	CHECK(slice_starts(slice_text(problem->pointer),
			   slice_text(entry->base)));
	CHECK(entry->key.length <= KEY_MAX);
	CHECK(unicode_valid(entry->key) == entry->key.length);
	transcript_add(transcript, &error, sizeof(error));
	transcript_slice(transcript, slice_text(problem->pointer));
	transcript_slice(transcript, slice_text(problem->message));
}

static inline struct transcript
read_manifest(struct manifest *manifest, const struct manifest_reader *format,
	      struct slice input)
{
	struct transcript transcript = { .last = MANIFEST_ENTRY };
	struct problem problem;
	struct entry entry;

	while (transcript.last <= MANIFEST_BAD_ENTRY) {
		transcript.last = manifest_next(manifest, &entry, &problem);
		if (transcript.last == MANIFEST_END)
			break;
		/* Every entry takes a byte at least. */
		CHECK(++transcript.steps <= input.length + 1);
		transcript_entry(&transcript, &entry);
		if (transcript.last == MANIFEST_ENTRY) {
			check_entry(&entry);
			check_origin(format, input, entry.key);
		} else {
			transcript_problem(&transcript, &entry, &problem);
		}
	}
	/* Neither an end nor a break goes away by asking again. */
	CHECK(manifest_next(manifest, &entry, &problem) == transcript.last);
	return transcript;
}

/* What the readers saw: the input, or what became of it if it was UTF-16. */
static inline struct slice seen(const struct manifest *manifest,
				struct slice input)
{
	struct problem problem;
	size_t length;

	CHECK((manifest->decoded.data != NULL) == utf16_has_mark(input));
	if (!manifest->decoded.data)
		return input;
	CHECK(utf16_measure(input, &length, &problem) == ERROR_NONE);
	input = slice_of(manifest->decoded.data, length);
	CHECK(unicode_valid(input) == length);
	return input;
}

/* A whole manifest, whose keys are in `key_name`: read to its end twice, the
 * same both times. */
static inline void check_keyed(const struct manifest_reader *format,
			       const char *key_name, const uint8_t *data,
			       size_t size)
{
	static struct manifest manifest;
	struct slice input = slice_of((const char *)data, size);
	struct transcript first, second;
	struct problem problem;
	enum error error;

	manifest_begin(&manifest);
	manifest.key_name = slice_text(key_name);
	error = manifest_add_document(&manifest, format, input, &problem);
	if (error != ERROR_NONE) {
		CHECK(problem.error == error);
		check_problem(&problem);
		CHECK(manifest.part_count == 0);
		CHECK(manifest.decoded.data == NULL);
		return;
	}
	/* What names nothing is never good. */
	CHECK(manifest.part_count > 0);
	input = seen(&manifest, input);
	first = read_manifest(&manifest, format, input);
	CHECK(first.steps > 0);
	manifest_rewind(&manifest);
	second = read_manifest(&manifest, format, input);
	CHECK(first.hash == second.hash && first.steps == second.steps &&
	      first.last == second.last);
	manifest_end(&manifest);
}

static inline void check_manifest(const struct manifest_reader *format,
				  const uint8_t *data, size_t size)
{
	check_keyed(format, NULL, data, size);
}

/* ---- forms --------------------------------------------------------------- */

static inline void check_within(struct slice text, const char *block,
				size_t size)
{
	CHECK(text.length == 0 ||
	      (text.data >= block && text.data + text.length <= block + size));
}

static inline void check_fields(const struct fields *fields,
				const struct problems *problems,
				const char *body, size_t size)
{
	struct problem problem;

	check_problems(problems);
	check_within(fields->manifest, body, size);
	check_within(fields->bucket, fields->text, sizeof(fields->text));
	check_within(fields->parent, fields->text, sizeof(fields->text));
	check_within(fields->format, fields->text, sizeof(fields->text));
	CHECK(fields->given < UINT64_C(1) << FIELD_COUNT);
	for (size_t i = 0; i < fields->entries.part_count; i++)
		check_within(fields->entries.parts[i].text, body, size);
	if (problems->count > 0)
		return;
	/* What was given and not complained of is there, and good. */
	CHECK(!fields_has(fields, FIELD_BUCKET) ||
	      bucket_check(fields->bucket, NULL, &problem) == ERROR_NONE);
	CHECK(fields_has(fields, FIELD_MANIFEST) ==
	      (fields->manifest.length > 0));
	CHECK(fields_has(fields, FIELD_TTL) == (fields->scope.ttl != 0));
	CHECK((fields_has(fields, FIELD_OBJECTS) ||
	       fields_has(fields, FIELD_PREFIXES)) ==
	      (fields->entries.part_count > 0));
}

/* Of its own size, and writable. The caller frees. */
static inline char *own_copy(const uint8_t *data, size_t size)
{
	char *copy = malloc(size ? size : 1);

	CHECK(copy != NULL);
	if (size > 0)
		memcpy(copy, data, size);
	return copy;
}

/* application/x-www-form-urlencoded, from a program and from a browser. */
static inline void check_form(const uint8_t *data, size_t size)
{
	static struct problems problems;
	static struct fields fields;

	for (int from_browser = 0; from_browser < 2; from_browser++) {
		char *body = own_copy(data, size);

		problems.count = 0;
		fields_begin(&fields);
		form_read(&fields, body, size, from_browser, &problems);
		check_fields(&fields, &problems, body, size);
		free(body);
	}
}

/* The boundary is what the first line, if it ends in CR LF, has behind its
 * dashes. */
static inline void check_multipart(const uint8_t *data, size_t size)
{
	static struct problems problems;
	static struct fields fields;
	char type[128] = "multipart/form-data";
	const uint8_t *end = memmem(data, size, "\r\n", 2);

	if (end && end - data >= 2 && end - data <= 80)
		snprintf(type, sizeof(type),
			 "multipart/form-data; boundary=\"%.*s\"",
			 (int)(end - data - 2), (const char *)data + 2);
	for (int from_browser = 0; from_browser < 2; from_browser++) {
		char *body = own_copy(data, size);

		problems.count = 0;
		fields_begin(&fields);
		multipart_read(&fields, slice_text(type), body, size,
			       from_browser, &problems);
		check_fields(&fields, &problems, body, size);
		free(body);
	}
}

#endif
