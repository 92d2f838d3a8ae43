#include "negotiate.h"

#include "accept.h"
#include "header.h"
#include "lib/manifest/format.h"
#include "lib/manifest/guess.h"

/* Take the next parameter, with its value without quotes. */
static bool next_parameter(struct slice *rest, struct slice *name,
			   struct slice *value)
{
	if (!header_next_parameter(rest, name, value))
		return false;
	if (value->length >= 2 && value->data[0] == '"' &&
	    value->data[value->length - 1] == '"')
		*value = slice_of(value->data + 1, value->length - 2);
	return true;
}

static bool is(struct slice value, const char *text)
{
	return slice_equal_nocase(value, slice_text(text));
}

bool negotiate_charset_is_utf8(struct slice charset)
{
	return is(charset, "utf-8") || is(charset, "utf8") ||
	       is(charset, "us-ascii");
}

bool negotiate_charset_is_utf16(struct slice charset)
{
	return is(charset, "utf-16") || is(charset, "utf-16le") ||
	       is(charset, "utf-16be");
}

size_t negotiate_parameter(struct slice content_type, const char *name,
			   struct slice *value)
{
	struct slice type, other, one;
	size_t count = 0;

	slice_split(&content_type, ';', &type);
	while (next_parameter(&content_type, &other, &one)) {
		if (!is(other, name))
			continue;
		*value = one;
		count++;
	}
	return count;
}

/* The type alone. False when it has a charset that can't be read. *utf16 says
 * that the charset is UTF-16, which only manifests may have. */
static bool read_type(struct slice content_type, struct slice *type,
		      bool *utf16)
{
	struct slice rest = content_type, name, value;

	*utf16 = false;
	if (!slice_split(&rest, ';', type))
		return false;
	*type = slice_trim(*type);
	while (next_parameter(&rest, &name, &value)) {
		if (!is(name, "charset") || negotiate_charset_is_utf8(value))
			continue;
		if (!negotiate_charset_is_utf16(value))
			return false;
		*utf16 = true;
	}
	return true;
}

/* The types of requests that are no bare manifest. */
static const struct body_type {
	const char *type;
	enum body_kind kind;
} body_types[] = {
	{ "application/json", BODY_JSON },
	{ "application/x-www-form-urlencoded", BODY_FORM },
	{ "multipart/form-data", BODY_MULTIPART },
};

#define BODY_TYPE_COUNT (sizeof(body_types) / sizeof(body_types[0]))

static enum body_kind find_body_type(struct slice type)
{
	for (size_t i = 0; i < BODY_TYPE_COUNT; i++) {
		if (is(type, body_types[i].type))
			return body_types[i].kind;
	}
	return BODY_UNKNOWN;
}

const struct manifest_reader *negotiate_manifest(struct slice content_type)
{
	struct slice type;
	bool utf16;

	if (!read_type(content_type, &type, &utf16))
		return NULL;
	return manifest_guess_by_media_type(type);
}

enum body_kind negotiate_body(struct slice content_type,
			      const struct manifest_reader **format)
{
	enum body_kind kind;
	struct slice type;
	bool utf16;

	*format = NULL;
	if (!read_type(content_type, &type, &utf16))
		return BODY_UNKNOWN;
	kind = find_body_type(type);
	if (kind != BODY_UNKNOWN)
		return utf16 ? BODY_UNKNOWN : kind;
	*format = manifest_guess_by_media_type(type);
	return *format || manifest_guess_is_general(type) ? BODY_MANIFEST :
							    BODY_UNKNOWN;
}

enum error negotiate_encoding_check(struct slice content_encoding,
				    struct problem *problem)
{
	char quoted[KEY_QUOTE_MAX];
	struct slice coding;

	while (slice_split(&content_encoding, ',', &coding)) {
		coding = slice_trim(coding);
		if (coding.length > 0 && !is(coding, "identity"))
			return problem_set(problem, ERROR_MEDIA_TYPE, NULL,
					   "the body is encoded with %s, as "
					   "Content-Encoding says, and nothing "
					   "is unpacked here: send it as it "
					   "is, without Content-Encoding",
					   key_quote(quoted, coding));
	}
	return ERROR_NONE;
}

enum error negotiate_body_problem(struct problem *problem)
{
	const struct manifest_reader *const *reader = manifest_format_readers;
	const char *types[MANIFEST_FORMATS_MAX];
	char list[MANIFEST_FORMAT_LIST_MAX];
	size_t count = 0;

	for (; *reader; reader++) {
		const char *type = (*reader)->media_types[0];

		if (type && find_body_type(slice_text(type)) == BODY_UNKNOWN)
			types[count++] = type;
	}
	return problem_set(problem, ERROR_MEDIA_TYPE, NULL,
			   "send application/json, a form "
			   "(application/x-www-form-urlencoded or "
			   "multipart/form-data), or a manifest as %s, in "
			   "UTF-8",
			   manifest_format_join(list, types, count));
}

static enum error format_by_name(const struct renderer *renderer, unsigned use,
				 struct slice asked,
				 const struct format **format,
				 struct problem *problem)
{
	const char *names[RENDERER_FORMATS_MAX];
	size_t found = renderer_format(renderer, asked);
	const char *nearest;

	if (found < renderer->format_count) {
		if (!(renderer->formats[found].uses & use))
			return problem_set(problem, ERROR_BAD_VALUE, "/format",
					   "format '%s' is for %s",
					   renderer->formats[found].name,
					   use == FORMAT_LINKS ? "credentials" :
								 "links");
		*format = &renderer->formats[found];
		return ERROR_NONE;
	}
	for (size_t i = 0; i < renderer->format_count; i++)
		names[i] = renderer->formats[i].name;
	nearest = slice_nearest(asked, names, renderer->format_count);
	if (nearest)
		return problem_set(problem, ERROR_BAD_VALUE, "/format",
				   "no format is named '%.*s'; did you mean "
				   "'%s'?",
				   (int)asked.length, asked.data, nearest);
	return problem_set(problem, ERROR_BAD_VALUE, "/format",
			   "no format is named '%.*s'", (int)asked.length,
			   asked.data);
}

enum error negotiate_format(const struct renderer *renderer, unsigned use,
			    struct slice asked, struct slice accept,
			    const struct format **format,
			    struct problem *problem)
{
	struct accept_rank best = { .quality = 0 };

	*format = &renderer->formats[FORMAT_JSON];
	for (size_t i = 0; i < renderer->format_count; i++) {
		const struct format *one = &renderer->formats[i];
		struct accept_rank rank;

		if (!(one->uses & FORMAT_ACCEPTABLE) || !(one->uses & use))
			continue;
		rank = accept_rank(accept, slice_text(one->content_type));
		if (accept_prefers(rank, best)) {
			best = rank;
			*format = one;
		}
	}
	if (asked.length > 0)
		return format_by_name(renderer, use, asked, format, problem);
	if (best.quality == 0)
		return problem_set(problem, ERROR_NOT_ACCEPTABLE, NULL,
				   "no format here has a type that Accept "
				   "takes: try application/json, or name one "
				   "with the format field");
	return ERROR_NONE;
}
