#include "json.h"

#include <endian.h>
#include <inttypes.h>

#include "hex.h"
#include "unicode.h"

#define TEXT_OF(number) #number
#define NUMBER_TEXT(number) TEXT_OF(number)

static const char ends_early[] = "the document ends in the middle";

/* What may come next. */
enum expect {
	EXPECT_VALUE,
	EXPECT_VALUE_OR_END, /* behind [ */
	EXPECT_NAME,
	EXPECT_NAME_OR_END, /* behind { */
	EXPECT_SEPARATOR,   /* behind a value in an array or object */
	EXPECT_NOTHING,     /* behind the document's value */
	EXPECT_GIVEN_UP,
};

void json_begin(struct json *json, struct slice text)
{
	static const struct slice mark = SLICE("\xEF\xBB\xBF");

	memset(json, 0, sizeof(*json));
	if (text.length == 0)
		text = slice_of("", 0);
	else if (slice_starts(text, mark))
		text = slice_of(text.data + mark.length,
				text.length - mark.length);
	json->start = text.data;
	json->next = text.data;
	json->end = text.data + text.length;
	json->expect = EXPECT_VALUE;
}

static enum json_token give_up(struct json *json, const char *at,
			       const char *wrong)
{
	json->next = at;
	json->wrong = wrong;
	json->expect = EXPECT_GIVEN_UP;
	return JSON_BAD;
}

static void skip_blanks(struct json *json)
{
	const char *p = json->next;

	while (p < json->end &&
	       (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	json->next = p;
}

static bool in_object(const struct json *json)
{
	return json->depth > 0 && (json->objects >> (json->depth - 1) & 1) != 0;
}

/* What may follow the value that has just ended. */
static void value_done(struct json *json)
{
	json->expect = json->depth > 0 ? EXPECT_SEPARATOR : EXPECT_NOTHING;
}

static enum json_token nest(struct json *json, enum json_token token)
{
	uint64_t bit;

	if (json->depth == JSON_DEPTH_MAX)
		return give_up(json, json->next,
			       "nested deeper than " NUMBER_TEXT(
				       JSON_DEPTH_MAX) " levels");
	bit = UINT64_C(1) << json->depth++;
	if (token == JSON_OBJECT) {
		json->objects |= bit;
		json->expect = EXPECT_NAME_OR_END;
	} else {
		json->objects &= ~bit;
		json->expect = EXPECT_VALUE_OR_END;
	}
	json->next++;
	return token;
}

static enum json_token unnest(struct json *json)
{
	enum json_token token = in_object(json) ? JSON_OBJECT_END :
						  JSON_ARRAY_END;

	json->depth--;
	json->next++;
	value_done(json);
	return token;
}

/* ---- strings ------------------------------------------------------------- */

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))
#define HIGH_BITS EACH_BYTE(0x80)

/*
 * The high bit of each byte of eight that is zero. A borrow may also set it for
 * bytes behind the first zero, so only the lowest bit that is set is certain.
 */
static uint64_t zero_bytes(uint64_t word)
{
	return (word - EACH_BYTE(1)) & ~word & HIGH_BITS;
}

static uint64_t stop_bytes(uint64_t word)
{
	uint64_t controls = (word - EACH_BYTE(0x20)) & ~word & HIGH_BITS;

	return zero_bytes(word ^ EACH_BYTE('"')) |
	       zero_bytes(word ^ EACH_BYTE('\\')) | controls;
}

static bool is_stop(unsigned char byte)
{
	return byte == '"' || byte == '\\' || byte < 0x20;
}

/* Find the next quote, backslash or control character from `p` on, or `end`.
 * The high bits of the bytes before it, and perhaps of some behind, are added
 * to *seen. */
static const char *find_stop(const char *p, const char *end, uint64_t *seen)
{
	uint64_t word, stops;

	while (end - p >= (ptrdiff_t)sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		word = le64toh(word);
		*seen |= word & HIGH_BITS;
		stops = stop_bytes(word);
		if (stops != 0)
			return p + __builtin_ctzll(stops) / 8;
		p += sizeof(word);
	}
	for (; p < end && !is_stop((unsigned char)*p); p++)
		*seen |= (unsigned char)*p & 0x80;
	return p;
}

/* Where the escape ends that begins with the backslash at `p`. NULL after a
 * syntax error. */
static const char *skip_escape(struct json *json, const char *p)
{
	if (++p == json->end) {
		give_up(json, p, ends_early);
		return NULL;
	}
	if (*p != 'u') {
		if (*p != '\0' && strchr("\"\\/bfnrt", *p))
			return p + 1;
		give_up(json, p, "there is no such escape");
		return NULL;
	}
	p++;
	for (int i = 0; i < 4; i++, p++) {
		if (p == json->end) {
			give_up(json, p, ends_early);
			return NULL;
		}
		if (hex_digit_value(*p) < 0) {
			give_up(json, p,
				"\\u must have four hexadecimal digits");
			return NULL;
		}
	}
	return p;
}

/* Read the string whose first quote is at json->next. */
static bool read_string(struct json *json)
{
	const char *begin = json->next + 1, *p = begin;
	uint64_t seen = 0;
	size_t valid;

	json->escaped = false;
	for (;;) {
		p = find_stop(p, json->end, &seen);
		if (p == json->end) {
			give_up(json, p, ends_early);
			return false;
		}
		if (*p == '"')
			break;
		if (*p != '\\') {
			give_up(json, p, "a control character must be escaped");
			return false;
		}
		json->escaped = true;
		p = skip_escape(json, p);
		if (p == NULL)
			return false;
	}
	json->text = slice_of(begin, (size_t)(p - begin));
	json->next = p + 1;
	if (seen == 0)
		return true;
	valid = unicode_valid(json->text);
	if (valid == json->text.length)
		return true;
	give_up(json, begin + valid, "not UTF-8");
	return false;
}

static enum json_token read_name(struct json *json)
{
	if (!read_string(json))
		return JSON_BAD;
	skip_blanks(json);
	if (json->next == json->end)
		return give_up(json, json->end, ends_early);
	if (*json->next != ':')
		return give_up(json, json->next, "expected ':'");
	json->next++;
	json->expect = EXPECT_VALUE;
	return JSON_NAME;
}

/* ---- numbers and words --------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Move *p over one or more digits. */
static bool skip_digits(struct json *json, const char **p)
{
	const char *begin = *p;

	while (*p < json->end && is_digit(**p))
		(*p)++;
	if (*p > begin)
		return true;
	give_up(json, *p, *p == json->end ? ends_early : "expected a digit");
	return false;
}

static enum json_token read_number(struct json *json)
{
	const char *begin = json->next, *p = begin;

	if (*p == '-')
		p++;
	if (json->end - p >= 2 && p[0] == '0' && is_digit(p[1]))
		return give_up(json, p, "a number must not begin with 0");
	if (!skip_digits(json, &p))
		return JSON_BAD;
	if (p < json->end && *p == '.') {
		p++;
		if (!skip_digits(json, &p))
			return JSON_BAD;
	}
	if (p < json->end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < json->end && (*p == '+' || *p == '-'))
			p++;
		if (!skip_digits(json, &p))
			return JSON_BAD;
	}
	json->text = slice_of(begin, (size_t)(p - begin));
	json->next = p;
	value_done(json);
	return JSON_NUMBER;
}

static enum json_token read_word(struct json *json, const char *word,
				 enum json_token token)
{
	const char *p = json->next;

	for (; *word != '\0'; word++, p++) {
		if (p == json->end)
			return give_up(json, p, ends_early);
		if (*p != *word)
			return give_up(json, json->next, "expected a value");
	}
	json->next = p;
	value_done(json);
	return token;
}

/* ---- tokens -------------------------------------------------------------- */

static enum json_token read_value(struct json *json)
{
	switch (*json->next) {
	case '"':
		if (!read_string(json))
			return JSON_BAD;
		value_done(json);
		return JSON_STRING;
	case '{':
		return nest(json, JSON_OBJECT);
	case '[':
		return nest(json, JSON_ARRAY);
	case 't':
		return read_word(json, "true", JSON_TRUE);
	case 'f':
		return read_word(json, "false", JSON_FALSE);
	case 'n':
		return read_word(json, "null", JSON_NULL);
	default:
		if (*json->next == '-' || is_digit(*json->next))
			return read_number(json);
		return give_up(json, json->next, "expected a value");
	}
}

/* Read a comma, or the end of the array or object. Returns NULL, or what is
 * wrong. */
static const char *read_separator(struct json *json)
{
	bool object = in_object(json);

	if (*json->next == (object ? '}' : ']'))
		return NULL;
	if (*json->next != ',')
		return object ? "expected ',' or '}'" : "expected ',' or ']'";
	json->next++;
	json->expect = object ? EXPECT_NAME : EXPECT_VALUE;
	skip_blanks(json);
	return NULL;
}

static enum json_token at_end(struct json *json)
{
	if (json->expect == EXPECT_NOTHING)
		return JSON_END;
	if (json->expect == EXPECT_VALUE && json->depth == 0)
		return give_up(json, json->end, "the document is empty");
	return give_up(json, json->end, ends_early);
}

enum json_token json_next(struct json *json)
{
	const char *wrong;

	if (json->expect == EXPECT_GIVEN_UP)
		return JSON_BAD;
	skip_blanks(json);
	if (json->expect == EXPECT_SEPARATOR && json->next < json->end) {
		wrong = read_separator(json);
		if (wrong)
			return give_up(json, json->next, wrong);
	}
	if (json->next == json->end)
		return at_end(json);
	switch ((enum expect)json->expect) {
	case EXPECT_SEPARATOR:
		return unnest(json);
	case EXPECT_NAME_OR_END:
		if (*json->next == '}')
			return unnest(json);
		/* fallthrough */
	case EXPECT_NAME:
		if (*json->next == '"')
			return read_name(json);
		return give_up(json, json->next,
			       "expected a member's name in double quotes");
	case EXPECT_VALUE_OR_END:
		if (*json->next == ']')
			return unnest(json);
		/* fallthrough */
	case EXPECT_VALUE:
		return read_value(json);
	case EXPECT_NOTHING:
	case EXPECT_GIVEN_UP:
		break;
	}
	return give_up(json, json->next, "something follows the document");
}

bool json_leave(struct json *json, unsigned depth)
{
	while (json->depth > depth)
		if (json_next(json) == JSON_BAD)
			return false;
	return json->expect != EXPECT_GIVEN_UP;
}

bool json_skip(struct json *json, enum json_token token)
{
	if (token == JSON_NAME)
		token = json_next(json);
	if (token == JSON_ARRAY || token == JSON_OBJECT)
		return json_leave(json, json->depth - 1);
	return token != JSON_BAD;
}

/* ---- where it went wrong ------------------------------------------------- */

enum error json_problem(const struct json *json, struct problem *problem)
{
	const char *line = json->start, *p = line;
	uint64_t lines = json->lines_before + 1;

	while (p < json->next &&
	       (p = memchr(p, '\n', (size_t)(json->next - p))) != NULL) {
		line = ++p;
		lines++;
	}
	return problem_set(problem, ERROR_MALFORMED, NULL,
			   "line %" PRIu64 ", column %td: %s", lines,
			   json->next - line + 1, json->wrong);
}
