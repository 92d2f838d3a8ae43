#include "lines.h"

#include "line.h"

static enum manifest_step lines_next(struct manifest_state *state,
				     const struct manifest_part *part,
				     struct entry *entry,
				     struct problem *problem)
{
	struct slice line;

	if (!manifest_line_next(state, part, &line))
		return MANIFEST_END;
	if (entry_set_key(entry, line, problem) != ERROR_NONE)
		return manifest_line_problem(entry, state->line, problem);
	return MANIFEST_ENTRY;
}

/* Every line may be a key. */
static enum manifest_likelihood lines_likely(struct slice line)
{
	(void)line;
	return MANIFEST_POSSIBLE;
}

const struct manifest_reader manifest_lines_reader = {
	.name = "lines",
	.description = "a key a line",
	.file_names = { ".txt", ".lst" },
	.media_types = { "text/plain" },
	.general = true,
	.open = manifest_line_open,
	.next = lines_next,
	.takes_cr = true,
	.likely = lines_likely,
};
