#include "lines.h"

enum error manifest_lines_open(struct manifest *manifest,
			       const struct manifest_part *part,
			       struct problem *problem)
{
	(void)problem;
	manifest->next = manifest_text(part->text).data;
	manifest->line = 0;
	return ERROR_NONE;
}

bool manifest_line(struct manifest *manifest, const struct manifest_part *part,
		   struct slice *line)
{
	const char *end = part->text.data + part->text.length;
	const char *begin, *stop;

	while (manifest->next < end) {
		begin = manifest->next;
		stop = memchr(begin, '\n', (size_t)(end - begin));
		manifest->next = stop ? stop + 1 : end;
		manifest->line++;
		if (stop == NULL)
			stop = end;
		if (stop > begin && stop[-1] == '\r')
			stop--;
		if (stop > begin) {
			*line = slice_of(begin, (size_t)(stop - begin));
			return true;
		}
	}
	return false;
}

enum manifest_step manifest_lines_next(struct manifest *manifest,
				       const struct manifest_part *part,
				       struct entry *entry,
				       struct problem *problem)
{
	struct slice line;

	if (!manifest_line(manifest, part, &line))
		return MANIFEST_END;
	if (manifest_set_key(entry, line, problem) != ERROR_NONE)
		return manifest_prefix_line(entry, manifest->line, problem);
	return MANIFEST_ENTRY;
}
