/*
 * manifest_sha256sum - the format of lists of SHA-256 digests: what sha256sum,
 * its --tag, OpenSSL and BagIt write. See digest_line for the shapes of a line.
 *
 * The path becomes the entry's key as it is, even with "./" at its beginning,
 * and the digest its sha256. Lines end as in manifest_line; those that begin
 * with # or ; are comments. Any other line is a bad entry, and so is the digest
 * of standard input, which has no path.
 */
#include "digest_line.h"
#include "line.h"

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

/* Programs write this where they were given no file. */
static bool is_standard_input(const struct digest_line *parts)
{
	return slice_is(parts->path,
			parts->algorithm.length > 0 ? "stdin" : "-");
}

static enum error read_line(struct entry_scratch *scratch, struct entry *entry,
			    struct slice line, struct problem *problem)
{
	struct digest_line parts;
	enum error error;

	if (!digest_line_split(line, &parts) || !digest_line_is_sha256(&parts))
		return problem_set(problem, ERROR_MALFORMED, NULL,
				   "not 64 hexadecimal digits, two blanks and "
				   "a path, nor SHA256 (path) = digits, as "
				   "sha256sum prints them");
	if (is_standard_input(&parts))
		return problem_set(problem, ERROR_MALFORMED, NULL,
				   "the digest is of standard input; write the "
				   "object's key in the place of '%.*s'",
				   (int)parts.path.length, parts.path.data);
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

	do {
		if (!manifest_line_next(state, part, &line))
			return MANIFEST_END;
	} while (digest_line_is_comment(line));
	if (read_line(&state->scratch, entry, line, problem) != ERROR_NONE)
		return manifest_line_problem(entry, state->line, problem);
	return MANIFEST_ENTRY;
}

/* A digest and a blank are never meant as a key, and begin nothing else. */
static enum manifest_likelihood sha256sum_likely(struct slice line)
{
	struct digest_line parts;

	return digest_line_split(line, &parts) &&
			       digest_line_is_sha256(&parts) ?
		       MANIFEST_CERTAIN :
		       MANIFEST_UNLIKELY;
}

const struct manifest_reader manifest_sha256sum_reader = {
	.name = "sha256sum",
	.description = "what sha256sum prints",
	.file_names = { "sha256sum", "sha256sums", "sha256sum.txt",
			"sha256sums.txt", "manifest-sha256.txt",
			"tagmanifest-sha256.txt", ".sha256", ".sha256sum" },
	.open = manifest_line_open,
	.next = sha256sum_next,
	.likely = sha256sum_likely,
};
