/*
 * manifest_sha256sum - the format of what sha256sum prints, and of BagIt's
 * manifest-sha256.txt.
 *
 * A line is 64 hex digits, then two blanks or a blank and a star, then a path
 * (GNU coreutils, "cksum output modes"); or 64 hex digits, one or more blanks
 * and tabs, and a path (RFC 8493, 2.1.3). A line that can be read both ways is
 * read the first way: all that follows two blanks is the path. A backslash
 * before the digits says that \\, \n and \r in the path stand for a backslash,
 * LF and CR.
 *
 * The path becomes the entry's key as it is, even with "./" at its beginning,
 * and the digest its sha256. Lines end as in manifest_line. Any other line is a
 * bad entry.
 */
#include "lib/base/hex.h"
#include "line.h"

#define DIGITS 64

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* What a line holds. */
struct digest_line {
	struct slice digest;
	struct slice path;
	bool escaped; /* the path has escapes, which are still to be read */
};

/* Split a line into its parts. False when it has another form than those above.
 */
static bool split_line(struct slice line, struct digest_line *parts)
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

static enum error unescape(struct entry_scratch *scratch, struct slice *path,
			   struct problem *problem)
{
	char *begin = scratch->text + scratch->used;
	size_t size = sizeof(scratch->text) - scratch->used;
	size_t used = 0;

	for (size_t i = 0; i < path->length; i++, used++) {
		if (used == size)
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
	scratch->used += used;
	*path = slice_of(begin, used);
	return ERROR_NONE;
}

static enum error read_line(struct entry_scratch *scratch, struct entry *entry,
			    struct slice line, struct problem *problem)
{
	struct digest_line parts = { 0 };
	enum error error;

	if (!split_line(line, &parts))
		return problem_set(problem, ERROR_MALFORMED, NULL,
				   "not 64 hexadecimal digits, two blanks and "
				   "a path, as sha256sum prints them");
	if (parts.escaped) {
		error = unescape(scratch, &parts.path, problem);
		if (error != ERROR_NONE)
			return error;
	}
	error = manifest_member_set(scratch, entry, MEMBER_KEY, parts.path,
				    problem);
	if (error != ERROR_NONE)
		return error;
	return manifest_member_set(scratch, entry, MEMBER_SHA256, parts.digest,
				   problem);
}

static enum manifest_step sha256sum_next(struct manifest_state *state,
					 const struct manifest_part *part,
					 struct entry *entry,
					 struct problem *problem)
{
	struct slice line;

	if (!manifest_line_next(state, part, &line))
		return MANIFEST_END;
	if (read_line(&state->scratch, entry, line, problem) != ERROR_NONE)
		return manifest_line_problem(entry, state->line, problem);
	return MANIFEST_ENTRY;
}

/* A digest and a blank are never meant as a key, and begin nothing else. */
static enum manifest_likelihood sha256sum_likely(struct slice line)
{
	struct digest_line parts;

	return split_line(line, &parts) ? MANIFEST_CERTAIN : MANIFEST_UNLIKELY;
}

const struct manifest_reader manifest_sha256sum_reader = {
	.name = "sha256sum",
	.description = "what sha256sum prints",
	.file_names = { "sha256sum", "sha256sums", "sha256sum.txt",
			"sha256sums.txt", "manifest-sha256.txt", ".sha256" },
	.open = manifest_line_open,
	.next = sha256sum_next,
	.likely = sha256sum_likely,
};
