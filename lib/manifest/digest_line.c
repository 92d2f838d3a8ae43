#include "digest_line.h"

#include "lib/base/hex.h"

#define SHA256_DIGITS 64
#define DIGITS_MIN 8

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_hex(char c)
{
	return hex_digit_value(c) >= 0;
}

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static struct slice after(struct slice text, size_t count)
{
	return slice_of(text.data + count, text.length - count);
}

static bool split_digest_first(struct slice line, struct digest_line *parts)
{
	size_t digits = 0, skip = 1;

	while (digits < line.length && is_hex(line.data[digits]))
		digits++;
	if (digits < DIGITS_MIN || digits == line.length ||
	    !is_blank(line.data[digits]))
		return false;
	parts->digest = slice_of(line.data, digits);
	line = after(line, digits);
	if (line.length >= 2 && line.data[0] == ' ' &&
	    (line.data[1] == ' ' || line.data[1] == '*'))
		skip = 2;
	else
		while (skip < line.length && is_blank(line.data[skip]))
			skip++;
	parts->path = after(line, skip);
	return true;
}

/* The bytes that names of algorithms have: SHA512/256, SHA3-256, BLAKE2b. */
static bool is_of_name(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '/' ||
	       c == '_';
}

/* Take what stands behind the path: ") = DIGEST" or ")= DIGEST". */
static bool take_tail(struct slice tail, struct digest_line *parts)
{
	tail = after(tail, 1);
	if (tail.length > 0 && tail.data[0] == ' ')
		tail = after(tail, 1);
	if (tail.length < 2 || tail.data[0] != '=')
		return false;
	parts->digest = slice_trim(after(tail, 1));
	return parts->digest.length > 0 &&
	       !memchr(parts->digest.data, ' ', parts->digest.length);
}

static bool split_name_first(struct slice line, struct digest_line *parts)
{
	const char *end = memrchr(line.data, ')', line.length);
	size_t name = 0, open;

	while (name < line.length && is_of_name(line.data[name]))
		name++;
	open = name;
	if (open < line.length && line.data[open] == ' ')
		open++;
	if (name < 2 || !is_letter(line.data[0]) || open == line.length ||
	    line.data[open] != '(' || !end || end < line.data + open + 1)
		return false;
	parts->algorithm = slice_of(line.data, name);
	parts->path = slice_of(line.data + open + 1,
			       (size_t)(end - line.data) - open - 1);
	return take_tail(after(line, (size_t)(end - line.data)), parts);
}

bool digest_line_split(struct slice line, struct digest_line *parts)
{
	*parts = (struct digest_line){ 0 };
	while (line.length > 0 && is_blank(line.data[0]))
		line = after(line, 1);
	parts->escaped = line.length > 0 && line.data[0] == '\\';
	if (parts->escaped)
		line = after(line, 1);
	return line.length > DIGITS_MIN && (split_digest_first(line, parts) ||
					    split_name_first(line, parts));
}

static bool is_all_hex(struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (!is_hex(text.data[i]))
			return false;
	}
	return true;
}

bool digest_line_is_sha256(const struct digest_line *parts)
{
	static const char *const names[] = { "SHA256", "SHA2-256", "SHA-256" };

	if (parts->digest.length != SHA256_DIGITS)
		return false;
	/* A digest that begins a line ends where its digits do. */
	if (parts->algorithm.length == 0)
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (slice_equal_nocase(parts->algorithm, slice_text(names[i])))
			return is_all_hex(parts->digest);
	}
	return false;
}

bool digest_line_is_comment(struct slice line)
{
	return line.length > 0 && (line.data[0] == '#' || line.data[0] == ';');
}
