#include "negotiate.h"

/* Take the next parameter of a header, such as q=0.5, from *rest: its name, and
 * its value without quotes. False when there is none left. */
static bool next_parameter(struct slice *rest, struct slice *name,
			   struct slice *value)
{
	struct slice part;

	if (!slice_split(rest, ';', &part))
		return false;
	*value = part;
	if (!slice_split(value, '=', name) || !value->data) {
		*name = slice_trim(part);
		*value = slice_of("", 0);
		return true;
	}
	*name = slice_trim(*name);
	*value = slice_trim(*value);
	if (value->length >= 2 && value->data[0] == '"' &&
	    value->data[value->length - 1] == '"')
		*value = slice_of(value->data + 1, value->length - 2);
	return true;
}

static bool is(struct slice value, const char *text)
{
	return slice_equal_nocase(value, slice_text(text));
}

static bool charset_is_utf8(struct slice parameters)
{
	struct slice name, value;

	while (next_parameter(&parameters, &name, &value)) {
		if (is(name, "charset") && !is(value, "utf-8") &&
		    !is(value, "utf8") && !is(value, "us-ascii"))
			return false;
	}
	return true;
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

enum body_kind negotiate_body(struct slice content_type,
			      enum manifest_format *format)
{
	static const struct {
		const char *type;
		enum body_kind kind;
		enum manifest_format format;
	} types[] = {
		{ "application/json", BODY_JSON, MANIFEST_GUESS },
		{ "application/x-www-form-urlencoded", BODY_FORM,
		  MANIFEST_GUESS },
		{ "multipart/form-data", BODY_MULTIPART, MANIFEST_GUESS },
		{ "text/plain", BODY_MANIFEST, MANIFEST_LINES },
		{ "text/csv", BODY_MANIFEST, MANIFEST_CSV },
		{ "application/x-ndjson", BODY_MANIFEST, MANIFEST_NDJSON },
		{ "application/jsonl", BODY_MANIFEST, MANIFEST_NDJSON },
	};
	struct slice rest = content_type, type;

	*format = MANIFEST_GUESS;
	if (!slice_split(&rest, ';', &type) || !charset_is_utf8(rest))
		return BODY_UNKNOWN;
	type = slice_trim(type);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (!is(type, types[i].type))
			continue;
		*format = types[i].format;
		return types[i].kind;
	}
	return BODY_UNKNOWN;
}

/* "0.75" -> 750; 1000 for a text that isn't a qvalue (RFC 9110, 12.4.2). */
static unsigned quality(struct slice text)
{
	unsigned value = 0, scale = 1000;

	for (size_t i = 0; i < text.length && i < 5; i++) {
		if (text.data[i] == '.' && i == 1)
			continue;
		if (text.data[i] < '0' || text.data[i] > '9')
			return 1000;
		value += (unsigned)(text.data[i] - '0') * scale;
		scale /= 10;
	}
	return value > 1000 ? 1000 : value;
}

/* How exactly `range` names `type`: 3 in full, 2 as "text/" with a star, 1 as a
 * star for any type, 0 not at all. */
static unsigned range_matches(struct slice range, struct slice type)
{
	struct slice rest = type, major;

	if (slice_is(range, "*/*"))
		return 1;
	if (slice_equal_nocase(range, type))
		return 3;
	if (slice_split(&rest, '/', &major) &&
	    range.length == major.length + 2 &&
	    slice_equal_nocase(slice_of(range.data, major.length), major) &&
	    slice_is(slice_of(range.data + major.length, 2), "/*"))
		return 2;
	return 0;
}

unsigned negotiate_quality(struct slice accept, struct slice media_type)
{
	unsigned best_match = 0, best = 0;
	struct slice element;

	while (slice_split(&accept, ',', &element)) {
		struct slice parameters = element, range, name, value;
		unsigned match, q = 1000;

		slice_split(&parameters, ';', &range);
		match = range_matches(slice_trim(range), media_type);
		while (next_parameter(&parameters, &name, &value)) {
			if (is(name, "q"))
				q = quality(value);
		}
		/* The most exact range decides (RFC 9110, 12.5.1). */
		if (match > best_match) {
			best_match = match;
			best = q;
		}
	}
	return best;
}

/* A content type without its parameters. */
static struct slice media_type(const char *content_type)
{
	struct slice rest = slice_text(content_type), type;

	slice_split(&rest, ';', &type);
	return slice_trim(type);
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
	unsigned best = 0;

	*format = &renderer->formats[FORMAT_JSON];
	if (accept.length == 0 && asked.length == 0)
		return ERROR_NONE;
	for (size_t i = 0; i < renderer->format_count; i++) {
		const struct format *one = &renderer->formats[i];
		unsigned q;

		if (!(one->uses & FORMAT_ACCEPTABLE) || !(one->uses & use))
			continue;
		q = negotiate_quality(accept, media_type(one->content_type));
		if (q > best) {
			best = q;
			*format = one;
		}
	}
	if (asked.length > 0)
		return format_by_name(renderer, use, asked, format, problem);
	if (best == 0)
		return problem_set(problem, ERROR_NOT_ACCEPTABLE, NULL,
				   "no format here has a type that Accept "
				   "takes: try application/json, or name one "
				   "with the format field");
	return ERROR_NONE;
}
