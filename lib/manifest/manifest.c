#include "manifest.h"

#include <stdio.h>

#include "guess.h"
#include "keyed.h"
#include "text.h"

/* ---- the iterator -------------------------------------------------------- */

void manifest_begin(struct manifest *manifest)
{
	manifest->part_count = 0;
	manifest->key_name = slice_of(NULL, 0);
	manifest->folder = NULL;
	manifest->decoded = (struct spool){ 0 };
	manifest_rewind(manifest);
}

void manifest_end(struct manifest *manifest)
{
	manifest->part_count = 0;
	spool_close(&manifest->decoded);
}

void manifest_rewind(struct manifest *manifest)
{
	manifest->part = 0;
	manifest->index = 0;
	manifest->open = false;
}

static void entry_begin(struct entry *entry, const struct manifest *manifest)
{
	const struct manifest_part *part = &manifest->parts[manifest->part];

	*entry = (struct entry){ .kind = part->kind,
				 .base = part->base,
				 .index = manifest->index };
}

/* Go on to the next part. Its indexes follow those of the last part when both
 * have the same base. */
static void next_part(struct manifest *manifest)
{
	const struct manifest_part *part = &manifest->parts[manifest->part++];

	manifest->open = false;
	if (manifest->part == manifest->part_count ||
	    strcmp(part[1].base, part->base) != 0)
		manifest->index = 0;
}

enum manifest_step manifest_next(struct manifest *manifest, struct entry *entry,
				 struct problem *problem)
{
	const struct manifest_part *part;
	enum manifest_step step;

	while (manifest->part < manifest->part_count) {
		part = &manifest->parts[manifest->part];
		entry_begin(entry, manifest);
		manifest->state.scratch.used = 0;
		manifest->state.folder = false;
		if (!manifest->open &&
		    part->reader->open(&manifest->state, part, problem) !=
			    ERROR_NONE)
			return MANIFEST_BROKEN;
		manifest->open = true;
		step = part->reader->next(&manifest->state, part, entry,
					  problem);
		if (step == MANIFEST_ENTRY || step == MANIFEST_BAD_ENTRY)
			manifest->index++;
		if (step == MANIFEST_END)
			next_part(manifest);
		else if (step != MANIFEST_ENTRY || !manifest->state.folder)
			return step;
	}
	return MANIFEST_END;
}

/* ---- parts --------------------------------------------------------------- */

/* Read the first entry of the part that was added last. ERROR_EMPTY, without a
 * problem, when it has none. */
static enum error check_part(struct manifest *manifest, struct problem *problem)
{
	struct problem entry_problem;
	struct entry entry;

	manifest_rewind(manifest);
	manifest->part = manifest->part_count - 1;
	switch (manifest_next(manifest, &entry, &entry_problem)) {
	case MANIFEST_BROKEN:
		*problem = entry_problem;
		return problem->error;
	case MANIFEST_END:
		return ERROR_EMPTY;
	case MANIFEST_ENTRY:
	case MANIFEST_BAD_ENTRY:
		break;
	}
	return ERROR_NONE;
}

/* Append *part, if its list can be begun and isn't empty. */
static enum error add_part(struct manifest *manifest,
			   const struct manifest_part *part,
			   struct problem *problem)
{
	enum error error;

	if (manifest->part_count == MANIFEST_PARTS_MAX)
		return problem_set(problem, ERROR_BAD_VALUE, part->base,
				   "more than %d lists in one request",
				   MANIFEST_PARTS_MAX);
	manifest->parts[manifest->part_count] = *part;
	if (part->text.length == 0)
		manifest->parts[manifest->part_count].text = slice_of("", 0);
	manifest->part_count++;
	error = check_part(manifest, problem);
	if (error == ERROR_EMPTY)
		problem_set(problem, ERROR_EMPTY, part->base,
			    "%s is an empty list%s; leave it out or name at "
			    "least one",
			    part->base + 1,
			    part->key_name.length > 0 ?
				    ", or one of folders alone" :
				    "");
	if (error != ERROR_NONE)
		manifest->part_count--;
	manifest_rewind(manifest);
	return error;
}

enum error manifest_add(struct manifest *manifest,
			const struct manifest_reader *reader,
			enum entry_kind kind, const char *base,
			struct slice text, struct problem *problem)
{
	const struct manifest_part part = {
		.reader = reader, .kind = kind, .base = base, .text = text
	};

	return add_part(manifest, &part, problem);
}

/* ---- documents ----------------------------------------------------------- */

/* Does the first entry show that the guess was wrong? See first_entry_decides
 * in reader.h. ERROR_MALFORMED. */
static enum error check_guess(struct manifest *manifest,
			      struct problem *problem)
{
	struct entry entry;
	enum manifest_step step;

	manifest->part = manifest->part_count - 1;
	step = manifest_next(manifest, &entry, problem);
	manifest_rewind(manifest);
	if (step != MANIFEST_BAD_ENTRY || problem->error != ERROR_MALFORMED)
		return ERROR_NONE;
	snprintf(problem->pointer, sizeof(problem->pointer), MANIFEST_DOCUMENT);
	return problem->error;
}

/* This is the manifest_add_fn for the lists of a document. */
static enum error add_list(struct manifest *manifest,
			   const struct manifest_reader *reader,
			   enum entry_kind kind, const char *base,
			   struct slice text, struct problem *problem)
{
	const struct manifest_part part = { .reader = reader,
					    .kind = kind,
					    .base = base,
					    .text = text,
					    .key_name = manifest->key_name };

	return add_part(manifest, &part, problem);
}

/* Add the lists of a document whose format is known. */
static enum error add_lists(struct manifest *manifest,
			    const struct manifest_reader *reader,
			    struct slice text, struct problem *problem)
{
	if (reader->split)
		return reader->split(manifest, add_list, text,
				     manifest->key_name, problem);
	return add_list(manifest, reader, ENTRY_OBJECT, MANIFEST_DOCUMENT, text,
			problem);
}

/* Choose the reader of a document where it is NULL, and refuse one that can't
 * be meant. */
static enum error choose_reader(const struct manifest *manifest,
				const struct manifest_reader **reader,
				struct slice text, struct problem *problem)
{
	enum error error = ERROR_NONE;

	if (!*reader || !(*reader)->takes_cr)
		error = manifest_text_check_lines(text, problem);
	if (error != ERROR_NONE)
		return error;
	if (manifest->key_name.length > 0)
		return manifest_keyed_choose(text, manifest->key_name, reader,
					     problem);
	if (*reader)
		return ERROR_NONE;
	return manifest_guess_by_content(text, reader, problem);
}

/* Add a document in UTF-8. */
static enum error add_text(struct manifest *manifest,
			   const struct manifest_reader *reader,
			   struct slice text, struct problem *problem)
{
	bool guessed = reader == NULL;
	enum error error = choose_reader(manifest, &reader, text, problem);

	if (error != ERROR_NONE)
		return error;
	/* With a key_name nobody can mean a key a line. */
	guessed = guessed && manifest->key_name.length == 0;
	error = add_lists(manifest, reader, text, problem);
	if (error == ERROR_NONE && guessed && reader->first_entry_decides)
		error = check_guess(manifest, problem);
	if (error == ERROR_NONE)
		return ERROR_NONE;
	if (!manifest_guess_explain_shape(reader, text, problem) && guessed)
		manifest_guess_explain(reader, problem);
	return problem->error;
}

enum error manifest_add_document(struct manifest *manifest,
				 const struct manifest_reader *reader,
				 struct slice text, struct problem *problem)
{
	size_t count = manifest->part_count;
	enum error error;

	if (manifest->decoded.data)
		return problem_set(problem, ERROR_BAD_VALUE, MANIFEST_DOCUMENT,
				   "there is a manifest already");
	error = manifest_text_decode(&manifest->decoded, manifest->folder,
				     &text, problem);
	if (error == ERROR_NONE)
		error = add_text(manifest, reader, text, problem);
	if (error == ERROR_NONE)
		return ERROR_NONE;
	manifest->part_count = count;
	spool_close(&manifest->decoded);
	return error;
}
