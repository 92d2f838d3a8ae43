#include "shape_lines.h"

#include "digest_line.h"
#include "lib/base/hex.h"
#include "lib/sign/method.h"
#include "lib/sign/permission.h"
#include "shape_pattern.h"

static enum shape_fit alike_if(bool alike)
{
	return alike ? SHAPE_ALIKE : SHAPE_OTHER;
}

static struct slice after(struct slice text, size_t count)
{
	return slice_of(text.data + count, text.length - count);
}

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ---- digests ------------------------------------------------------------- */

enum shape_fit shape_lines_sha256(const struct shape *shape, struct slice line)
{
	struct digest_line parts;

	(void)shape;
	return alike_if(digest_line_split(line, &parts) &&
			digest_line_is_sha256(&parts));
}

static bool has_digit(struct slice name)
{
	for (size_t i = 0; i < name.length; i++) {
		if (is_digit(name.data[i]))
			return true;
	}
	return false;
}

/* Does a program call one of its algorithms so? */
static bool is_algorithm(struct slice name)
{
	static const char *const begins[] = {
		"MD",   "SHA", "BLAKE", "RMD",   "RIPEMD", "SM",
		"HMAC", "CRC", "XXH",   "SKEIN", "KECCAK", "WHIRLPOOL",
	};
	size_t length;

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		length = strlen(begins[i]);
		if (name.length < length ||
		    !slice_equal_nocase(slice_of(name.data, length),
					slice_text(begins[i])))
			continue;
		return has_digit(name) || name.length == length;
	}
	return false;
}

/* Does a name of an algorithm begin with shape->algorithm? SHA-1 and SHA2-512
 * count as SHA1 and SHA512. */
static bool is_of_shape(const struct shape *shape, struct slice name)
{
	char plain[16];
	size_t used = 0;

	for (size_t i = 0; i < name.length && used < sizeof(plain); i++) {
		if (name.data[i] == '-')
			continue;
		if (i + 1 < name.length && name.data[i] == '2' &&
		    name.data[i + 1] == '-')
			continue;
		plain[used++] = name.data[i];
	}
	name = slice_of(plain, used);
	return name.length >= strlen(shape->algorithm) &&
	       slice_equal_nocase(slice_of(plain, strlen(shape->algorithm)),
				  slice_text(shape->algorithm));
}

/* Eight or sixteen decimal digits may be a day or a number. */
static bool has_hex_letter(struct slice digest)
{
	for (size_t i = 0; i < digest.length; i++) {
		if (!is_digit(digest.data[i]))
			return true;
	}
	return false;
}

enum shape_fit shape_lines_digest(const struct shape *shape, struct slice line)
{
	struct digest_line parts;

	if (!digest_line_split(line, &parts) || parts.path.length == 0)
		return SHAPE_OTHER;
	if (parts.algorithm.length > 0)
		return alike_if(is_algorithm(parts.algorithm) &&
				parts.digest.length >= 8 &&
				is_of_shape(shape, parts.algorithm));
	if (parts.digest.length != shape->digits)
		return SHAPE_OTHER;
	if (shape->digits >= 32)
		return SHAPE_ALIKE;
	/* One blank behind a short digest may be that of a key. */
	if (parts.path.data == parts.digest.data + shape->digits + 1)
		return SHAPE_OTHER;
	return has_hex_letter(parts.digest) ? SHAPE_ALIKE : SHAPE_SIMILAR;
}

/* Does the text end as a file's name does: in a dot, a letter, and up to seven
 * more letters and digits? */
static bool has_ending(struct slice name)
{
	const char *dot =
		name.length > 0 ? memrchr(name.data, '.', name.length) : NULL;
	struct slice ending;

	if (!dot || dot == name.data)
		return false;
	ending = after(name, (size_t)(dot + 1 - name.data));
	if (ending.length == 0 || ending.length > 8 ||
	    !is_letter(ending.data[0]))
		return false;
	for (size_t i = 1; i < ending.length; i++) {
		if (!is_letter(ending.data[i]) && !is_digit(ending.data[i]))
			return false;
	}
	return true;
}

enum shape_fit shape_lines_sfv(const struct shape *shape, struct slice line)
{
	struct slice name, crc;
	uint8_t value[4];

	(void)shape;
	if (line.length < 2 * sizeof(value) + 2)
		return SHAPE_OTHER;
	crc = after(line, line.length - 2 * sizeof(value));
	name = slice_of(line.data, line.length - crc.length);
	if (slice_trim(name).length == name.length ||
	    !has_ending(slice_trim(name)) ||
	    !hex_decode(value, crc.data, crc.length))
		return SHAPE_OTHER;
	return has_hex_letter(crc) ? SHAPE_ALIKE : SHAPE_SIMILAR;
}

static bool ends(struct slice text, const char *end)
{
	size_t length = strlen(end);

	return text.length > length &&
	       slice_is(after(text, text.length - length), end);
}

enum shape_fit shape_lines_check(const struct shape *shape, struct slice line)
{
	(void)shape;
	return alike_if(ends(line, ": OK") || ends(line, ": FAILED") ||
			ends(line, ": FAILED open or read"));
}

/* ---- addresses ----------------------------------------------------------- */

enum shape_fit shape_lines_address(const struct shape *shape, struct slice line)
{
	size_t length = 0;

	(void)shape;
	line = slice_trim(line);
	if (slice_starts(line, slice_text("r2:")) ||
	    slice_starts(line, slice_text("arn:aws:s3:")))
		return SHAPE_ALIKE;
	while (length < line.length &&
	       (is_letter(line.data[length]) || is_digit(line.data[length]) ||
		line.data[length] == '+'))
		length++;
	return alike_if(length > 0 && is_letter(line.data[0]) &&
			slice_starts(after(line, length), slice_text("://")));
}

/* ---- cells --------------------------------------------------------------- */

static bool is_moment(struct slice cell)
{
	return shape_pattern_matches("%D %T", cell);
}

static bool is_one_of(struct slice cell, const char *const names[],
		      size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (slice_is(cell, names[i]))
			return true;
	}
	return false;
}

/* A value that a cell of a CSV may have, or that of a listing. */
static bool is_value(struct slice cell)
{
	cell = slice_trim(cell);
	if (cell.length == 0 || shape_pattern_matches("%n", cell) ||
	    shape_pattern_matches("%D", cell) || is_moment(cell) ||
	    (cell.length == 64 && shape_pattern_matches("%X", cell)))
		return true;
	return is_one_of(cell, method_names, METHOD_COUNT) ||
	       is_one_of(cell, permission_names, PERMISSION_COUNT);
}

/* A quoted cell and a separator. A quote behind a backslash is JSON's. */
static bool begins_quoted_row(struct slice line, char separator)
{
	for (size_t i = 1; i + 1 < line.length && line.data[0] == '"'; i++) {
		if (line.data[i] != '"' || line.data[i - 1] == '\\')
			continue;
		if (line.data[i + 1] != '"')
			return i > 1 && line.data[i + 1] == separator;
		i++;
	}
	return false;
}

static enum shape_fit fit_row(struct slice line, char separator)
{
	struct slice first, cell;
	bool value = false;

	if (begins_quoted_row(line, separator))
		return SHAPE_ALIKE;
	slice_split(&line, separator, &first);
	while (slice_split(&line, separator, &cell))
		value = value || is_value(cell);
	if (!value || slice_trim(first).length == 0)
		return SHAPE_OTHER;
	return has_ending(slice_trim(first)) ? SHAPE_ALIKE : SHAPE_SIMILAR;
}

enum shape_fit shape_lines_row(const struct shape *shape, struct slice line)
{
	enum shape_fit comma = fit_row(line, ','), other = fit_row(line, ';');

	(void)shape;
	return comma > other ? comma : other;
}

static bool has_moment(struct slice line, char separator)
{
	size_t count = 0;
	struct slice cell;
	bool found = false;

	for (; slice_split(&line, separator, &cell); count++)
		found = found || is_moment(cell);
	return found && count > 1;
}

enum shape_fit shape_lines_lsf(const struct shape *shape, struct slice line)
{
	(void)shape;
	return alike_if(has_moment(line, ';') || has_moment(line, '|') ||
			has_moment(line, ','));
}

/* ---- bytes --------------------------------------------------------------- */

static bool has(struct slice line, char c)
{
	return line.length > 0 && memchr(line.data, c, line.length);
}

enum shape_fit shape_lines_tab(const struct shape *shape, struct slice line)
{
	(void)shape;
	return alike_if(has(line, '\t'));
}

enum shape_fit shape_lines_carriage_return(const struct shape *shape,
					   struct slice line)
{
	(void)shape;
	return has(line, '\r') ? SHAPE_SIMILAR : SHAPE_OTHER;
}

enum shape_fit shape_lines_utf16(const struct shape *shape, struct slice line)
{
	size_t count = 0;

	(void)shape;
	for (size_t i = 0; i < line.length; i++)
		count += line.data[i] == '\0' ? 1 : 0;
	return alike_if(count > 0 && count >= line.length / 3);
}

enum shape_fit shape_lines_nul(const struct shape *shape, struct slice line)
{
	(void)shape;
	return alike_if(has(line, '\0'));
}
