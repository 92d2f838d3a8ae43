#include "sha256sum.h"

#include "lib/base/hex.h"
#include "lines.h"
#include "value.h"

#define DIGITS 64

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct parts {
	struct slice digest;
	struct slice path;
	bool escaped;
};

/* Take a line apart; false when it isn't one of ours. */
static bool take_apart(struct slice line, struct parts *parts)
{
	uint8_t digest[DIGITS / 2];
	size_t skip = 1;

	parts->escaped = line.length > 0 && line.data[0] == '\\';
	if (parts->escaped)
		line = slice_of(line.data + 1, line.length - 1);
	if (line.length < DIGITS + 1 || !is_blank(line.data[DIGITS]) ||
	    !hex_decode(digest, line.data, DIGITS))
		return false;
	parts->digest = slice_of(line.data, DIGITS);
	line = slice_of(line.data + DIGITS, line.length - DIGITS);
	if (line.length >= 2 && line.data[0] == ' ' &&
	    (line.data[1] == ' ' || line.data[1] == '*'))
		skip = 2;
	else
		while (skip < line.length && is_blank(line.data[skip]))
			skip++;
	parts->path = slice_of(line.data + skip, line.length - skip);
	return true;
}

/* The character that a backslash and `c` stand for; NUL for none. */
static char escape_of(char c)
{
	switch (c) {
	case '\\':
		return '\\';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	default:
		return '\0';
	}
}

static enum error unescape(struct manifest *manifest, struct slice *path,
			   struct problem *problem)
{
	char *begin = manifest->scratch + manifest->scratch_used;
	size_t room = sizeof(manifest->scratch) - manifest->scratch_used;
	size_t used = 0;

	for (size_t i = 0; i < path->length; i++, used++) {
		if (used == room)
			return problem_set(problem, ERROR_OBJECT_NAME, NULL,
					   "a key has at most %d bytes",
					   KEY_MAX);
		begin[used] = path->data[i];
		if (path->data[i] != '\\')
			continue;
		if (++i < path->length)
			begin[used] = escape_of(path->data[i]);
		if (i == path->length || begin[used] == '\0')
			return problem_set(problem, ERROR_MALFORMED, NULL,
					   "a backslash at the line's "
					   "beginning says that the path is "
					   "escaped, but in it only \\\\, \\n "
					   "and \\r may follow one");
	}
	manifest->scratch_used += used;
	*path = slice_of(begin, used);
	return ERROR_NONE;
}

static enum error read_line(struct manifest *manifest, struct entry *entry,
			    struct slice line, struct problem *problem)
{
	struct parts parts = { 0 };
	enum error error;

	if (!take_apart(line, &parts))
		return problem_set(problem, ERROR_MALFORMED, NULL,
				   "not 64 hexadecimal digits, two blanks and "
				   "a path, as sha256sum prints them");
	if (parts.escaped) {
		error = unescape(manifest, &parts.path, problem);
		if (error != ERROR_NONE)
			return error;
	}
	error = manifest_value_set(manifest, entry, MEMBER_KEY, parts.path,
				   problem);
	if (error != ERROR_NONE)
		return error;
	return manifest_value_set(manifest, entry, MEMBER_SHA256, parts.digest,
				  problem);
}

enum error manifest_sha256sum_open(struct manifest *manifest,
				   const struct manifest_part *part,
				   struct problem *problem)
{
	return manifest_lines_open(manifest, part, problem);
}

enum manifest_step manifest_sha256sum_next(struct manifest *manifest,
					   const struct manifest_part *part,
					   struct entry *entry,
					   struct problem *problem)
{
	struct slice line;

	if (!manifest_line(manifest, part, &line))
		return MANIFEST_END;
	if (read_line(manifest, entry, line, problem) != ERROR_NONE)
		return manifest_prefix_line(entry, manifest->line, problem);
	return MANIFEST_ENTRY;
}

bool manifest_sha256sum_likely(struct slice text)
{
	struct slice line = { NULL, 0 };
	struct parts parts;

	while (line.length == 0 || slice_is(line, "\r"))
		if (!slice_split(&text, '\n', &line))
			return false;
	return take_apart(line, &parts);
}
