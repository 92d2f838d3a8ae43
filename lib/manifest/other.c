#include "other.h"

#include "format.h"
#include "shape.h"

/* ---- the readers --------------------------------------------------------- */

static enum error refuse(const struct manifest_part *part,
			 struct problem *problem)
{
	struct shape_found found = shape_find(part->text);

	if (found.shape && !found.shape->format)
		return shape_refuse(found, problem);
	return problem_set(problem, ERROR_BAD_VALUE, part->base,
			   "the file's name says that it is a list of digests "
			   "other than SHA-256; make the list with sha256sum, "
			   "or if each line is a key, say "
			   "manifestFormat=lines");
}

static enum error other_open(struct manifest_state *state,
			     const struct manifest_part *part,
			     struct problem *problem)
{
	(void)state;
	return refuse(part, problem);
}

/* manifest_next never calls this, since other_open fails. */
static enum manifest_step other_next(struct manifest_state *state,
				     const struct manifest_part *part,
				     struct entry *entry,
				     struct problem *problem)
{
	(void)state;
	(void)entry;
	problem->error = refuse(part, problem);
	return MANIFEST_BROKEN;
}

static const struct manifest_reader other_reader;

/* Lists of SHA-256 are told by their content, even if their name is wrong. */
static enum error other_split(struct manifest *manifest, manifest_add_fn *add,
			      struct slice text, struct slice key_name,
			      struct problem *problem)
{
	struct shape_found found = shape_find(text);
	const struct manifest_reader *reader = &other_reader;

	(void)key_name; /* no such list has columns */
	if (found.shape && found.shape->format)
		reader = manifest_format_find(slice_text(found.shape->format));
	return add(manifest, reader, ENTRY_OBJECT, MANIFEST_DOCUMENT, text,
		   problem);
}

static const struct manifest_reader other_reader = {
	.name = "other",
	.open = other_open,
	.next = other_next,
	.split = other_split,
};

/* A list of BLAKE2 or BLAKE3 digests may look like one of SHA-256. */
static const struct manifest_reader blake_reader = {
	.name = "other",
	.open = other_open,
	.next = other_next,
};

/* ---- the names ----------------------------------------------------------- */

static struct slice without_end(struct slice name, const char *end)
{
	size_t length = strlen(end);

	if (name.length > length &&
	    slice_equal_nocase(slice_of(name.data + name.length - length,
					length),
			       slice_text(end)))
		name.length -= length;
	return name;
}

/* The part that names an algorithm: "md5" of MD5SUMS, a.md5, MD5SUMS.txt and
 * manifest-md5.txt. None where there is no such part. */
static struct slice algorithm_of(struct slice name)
{
	struct slice whole = without_end(name, ".txt"), begin, plain;
	const char *dot;

	if (slice_split(&name, '-', &begin) && name.data &&
	    (slice_equal_nocase(begin, slice_text("manifest")) ||
	     slice_equal_nocase(begin, slice_text("tagmanifest"))))
		return without_end(name, ".txt");
	dot = whole.length > 0 ? memrchr(whole.data, '.', whole.length) : NULL;
	plain = whole;
	if (dot)
		plain = slice_of(dot + 1,
				 (size_t)(whole.data + whole.length - dot - 1));
	whole = plain;
	plain = without_end(without_end(plain, "s"), "sum");
	/* A file "sha1" need not be a list, but "a.sha1" and "sha1sum" are. */
	return dot || plain.length < whole.length ? plain : slice_of(NULL, 0);
}

static const struct algorithm {
	const char *name;
	const struct manifest_reader *reader;
} algorithms[] = {
	{ "md5", &other_reader },     { "sha1", &other_reader },
	{ "sha", &other_reader },     { "sha224", &other_reader },
	{ "sha384", &other_reader },  { "sha512", &other_reader },
	{ "sha3", &blake_reader },    { "b2", &blake_reader },
	{ "b3", &blake_reader },      { "blake2", &blake_reader },
	{ "blake2b", &blake_reader }, { "blake3", &blake_reader },
	{ "sm3", &blake_reader },     { "sfv", &other_reader },
	{ "crc", &other_reader },     { "crc32", &other_reader },
	{ "ck", &other_reader },      { "xxh", &other_reader },
};

const struct manifest_reader *other_find(struct slice name)
{
	struct slice algorithm = algorithm_of(name);

	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]);
	     i++) {
		if (slice_equal_nocase(algorithm,
				       slice_text(algorithms[i].name)))
			return algorithms[i].reader;
	}
	return NULL;
}
