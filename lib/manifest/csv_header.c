#include "csv_header.h"

#include <stdio.h>

#include "line.h"

/* ---- columns ------------------------------------------------------------- */

/* A header as it reads with one separator. */
struct header {
	struct slice key_name; /* without blanks around it, or none */
	struct csv_place place;
	struct manifest_column columns[MEMBER_COUNT + 1];
	size_t column_count;
	size_t cell_count;
	bool broken;        /* its quotes are wrong: *problem says where */
	size_t key;         /* how many columns hold the key */
	bool key_too;       /* keyName names another column, and there is a
			     * column `key` too */
	size_t unknown;     /* which cell is the first of no meaning, from 1 */
	struct slice other; /* its name */
	struct slice meant; /* the name that is nearly "key", or none */
	const char *twice;  /* the member that has two columns, or NULL */
	struct manifest_names names;
};

/* The member in a column of this name: MEMBER_COUNT for a folder's, one more
 * for none. */
static size_t member_of(struct slice name, struct slice key_name)
{
	size_t i = 0;

	if (key_name.length > 0 && slice_equal_nocase(name, key_name))
		return MEMBER_KEY;
	while (i < MEMBER_COUNT &&
	       !slice_equal_nocase(name, slice_text(manifest_member_names[i])))
		i++;
	if (i == MEMBER_COUNT &&
	    (key_name.length == 0 ||
	     !slice_equal_nocase(name, slice_text(MANIFEST_FOLDER_NAME))))
		i++;
	return i;
}

static void add_unknown(struct header *header, struct slice name)
{
	const char *nearest =
		slice_nearest(name, manifest_member_names, MEMBER_COUNT);

	if (header->unknown == 0) {
		header->unknown = header->cell_count;
		header->other = name;
	}
	if (nearest == manifest_member_names[MEMBER_KEY] &&
	    header->meant.length == 0)
		header->meant = name;
}

static void add_column(struct header *header, struct slice name)
{
	size_t member = member_of(name, header->key_name);
	struct manifest_column column = { .cell = header->cell_count,
					  .member = (uint8_t)member };

	manifest_names_add(&header->names, name, true);
	header->cell_count++;
	if (member > MEMBER_COUNT) {
		add_unknown(header, name);
		return;
	}
	if (member == MEMBER_KEY && header->key_name.length > 0 &&
	    !slice_equal_nocase(name, header->key_name)) {
		header->key_too = true;
		return;
	}
	header->key += member == MEMBER_KEY;
	for (size_t i = 0; i < header->column_count; i++) {
		if (header->columns[i].member != member)
			continue;
		header->twice = member == MEMBER_COUNT ?
					MANIFEST_FOLDER_NAME :
					manifest_member_names[member];
		return;
	}
	header->columns[header->column_count++] = column;
}

/* Read the header at `place`. */
static void read_header(struct header *header, const struct csv_place *place,
			struct slice key_name, char separator)
{
	struct csv_cell cell;
	bool last = false;

	*header = (struct header){ .key_name = key_name, .place = *place };
	header->place.separator = separator;
	header->place.padded = true;
	while (!last && !header->broken) {
		header->broken = !csv_cell_read(&header->place, &cell, &last);
		if (!header->broken)
			add_column(header, slice_trim(cell.text));
	}
	header->place.padded = false;
}

/* ---- separators ---------------------------------------------------------- */

/* What a line `sep=;` has behind the equals sign, with or without quotes around
 * the line; NUL for another line. */
static char said_separator(struct slice line)
{
	static const struct slice sep = SLICE("sep=");
	char separator;

	if (line.length == sep.length + 3 && line.data[0] == '"' &&
	    line.data[line.length - 1] == '"')
		line = slice_of(line.data + 1, line.length - 2);
	if (line.length != sep.length + 1 ||
	    !slice_equal_nocase(slice_of(line.data, sep.length), sep))
		return '\0';
	separator = line.data[sep.length];
	return strchr(",;\t|:^ ", separator) ? separator : '\0';
}

static struct slice line_at(const struct csv_place *place)
{
	struct slice line = { NULL, 0 };

	if (!manifest_line_first(slice_of(place->next,
					  (size_t)(place->end - place->next)),
				 &line))
		return slice_of("", 0);
	return line;
}

/* Does a header make more sense than another? A key is worth most, then known
 * names, then cells. */
static bool is_better(const struct header *one, const struct header *other)
{
	if (one->broken || other->broken)
		return other->broken && !one->broken;
	if ((one->key > 0) != (other->key > 0))
		return one->key > 0;
	if (one->column_count != other->column_count)
		return one->column_count > other->column_count;
	return one->cell_count > other->cell_count;
}

/* Read the header with the separator that makes the most sense of it. */
static void read_any(struct header *best, const struct csv_place *place,
		     struct slice key_name)
{
	struct csv_place quiet = *place;
	struct problem untold;
	struct header one;

	quiet.problem = &untold;
	read_header(best, place, key_name, csv_cell_separators[0].character);
	for (size_t i = 1; i < CSV_CELL_SEPARATORS; i++) {
		read_header(&one, &quiet, key_name,
			    csv_cell_separators[i].character);
		if (is_better(&one, best))
			*best = one;
	}
	best->place.problem = place->problem;
}

/* ---- what is wrong ------------------------------------------------------- */

/* " (cells are separated by ;)" where that isn't plain, else "". */
static const char *separated(const struct header *header, char text[48])
{
	text[0] = '\0';
	if (header->place.separator != ',')
		snprintf(text, 48, " (cells are separated by %s)",
			 csv_cell_words(header->place.separator)->all);
	return text;
}

static enum error refuse_twice(const struct header *header, const char *base,
			       struct problem *problem)
{
	char quoted[KEY_QUOTE_MAX];

	if (header->key > 0 && header->key_too)
		return problem_set(problem, ERROR_DUPLICATE_FIELD, base,
				   "both '%s', which keyName names, and 'key' "
				   "are columns, and only one can hold the "
				   "key; rename or remove one",
				   key_quote(quoted, header->key_name));
	return problem_set(problem, ERROR_DUPLICATE_FIELD, base,
			   "there are two columns '%s', in whatever case; "
			   "rename or remove one",
			   header->key > 1 && header->key_name.length > 0 ?
				   key_quote(quoted, header->key_name) :
				   header->twice);
}

/* Does the header look like a row of data, which nobody meant as a header? */
static bool is_data(const struct header *header)
{
	if (header->cell_count != 1 || !header->unknown)
		return false;
	for (size_t i = 0; i < header->other.length; i++) {
		if (header->other.data[i] != '\0' &&
		    strchr("/.,;\t", header->other.data[i]))
			return true;
	}
	return false;
}

static enum error refuse_keyless(const struct header *header, const char *base,
				 struct problem *problem)
{
	enum error error = header->unknown ? ERROR_UNKNOWN_FIELD :
					     ERROR_MISSING_FIELD;
	char quoted[KEY_QUOTE_MAX], between[48];

	separated(header, between);
	if (header->key_name.length > 0)
		return problem_set(problem, ERROR_MISSING_FIELD, base,
				   "there is no column '%s', which keyName "
				   "names; the columns are %s%s",
				   key_quote(quoted, header->key_name),
				   header->names.list, between);
	if (header->meant.length > 0) {
		key_quote(quoted, header->meant);
		return problem_set(problem, error, base,
				   "there is no column '%s'; did you mean "
				   "'key'? Or say keyName=%s%s",
				   quoted, quoted, between);
	}
	if (is_data(header))
		return problem_set(problem, error, base,
				   "there is no column '%s'%s; the first line "
				   "of a CSV names the columns, such as "
				   "key,ttlSeconds, and keyName says which of "
				   "them holds the key",
				   key_quote(quoted, header->other), between);
	return problem_set(problem, error, base,
			   "there is no column 'key'; the columns are %s%s: "
			   "say which one holds the key, such as keyName=%s",
			   header->names.list, between, header->names.likely);
}

static enum error refuse_unknown(const struct header *header, const char *base,
				 struct problem *problem)
{
	const char *nearest = slice_nearest(
		header->other, manifest_member_names, MEMBER_COUNT);
	char quoted[KEY_QUOTE_MAX], between[48];

	separated(header, between);
	key_quote(quoted, header->other);
	if (header->other.length == 0)
		return problem_set(problem, ERROR_UNKNOWN_FIELD, base,
				   "column %zu has no name%s; remove it, or "
				   "say keyName=key, and columns of no meaning "
				   "are passed over",
				   header->unknown, between);
	if (nearest)
		return problem_set(problem, ERROR_UNKNOWN_FIELD, base,
				   "there is no column '%s'; did you mean "
				   "'%s'?%s With keyName=key unknown columns "
				   "are passed over",
				   quoted, nearest, between);
	return problem_set(problem, ERROR_UNKNOWN_FIELD, base,
			   "there is no column '%s'%s; remove it, or say "
			   "keyName=key, and unknown columns are passed over",
			   quoted, between);
}

static enum error check_header(const struct header *header, const char *base,
			       struct problem *problem)
{
	if (header->broken) {
		snprintf(problem->pointer, sizeof(problem->pointer), "%s",
			 base);
		return problem->error;
	}
	if (header->twice || (header->key > 0 && header->key_too))
		return refuse_twice(header, base, problem);
	if (header->key == 0)
		return refuse_keyless(header, base, problem);
	if (header->unknown && header->key_name.length == 0)
		return refuse_unknown(header, base, problem);
	return ERROR_NONE;
}

/* ---- all of it ----------------------------------------------------------- */

static enum error no_header(const char *base, struct problem *problem)
{
	return problem_set(problem, ERROR_EMPTY, base,
			   "the CSV is empty; its first line names the "
			   "columns, such as key");
}

enum error csv_header_read(struct manifest_state *state,
			   const struct manifest_part *part,
			   struct csv_place *place, struct problem *problem)
{
	struct slice key_name = slice_trim(part->key_name), line;
	char said, quoted[KEY_QUOTE_MAX];
	struct header header;
	enum error error;

	if (!csv_cell_skip_empty(place))
		return no_header(part->base, problem);
	line = line_at(place);
	said = said_separator(line);
	if (said == '\0') {
		read_any(&header, place, key_name);
	} else if (csv_cell_words(said)->character != said) {
		return problem_set(problem, ERROR_BAD_VALUE, part->base,
				   "the first line says that cells are "
				   "separated by '%s'; separate them by , or ; "
				   "or tabs",
				   key_quote(quoted, slice_of(&said, 1)));
	} else {
		place->next = line.data + line.length;
		if (!csv_cell_skip_empty(place))
			return no_header(part->base, problem);
		read_header(&header, place, key_name, said);
	}
	error = check_header(&header, part->base, problem);
	*place = header.place;
	state->separator = header.place.separator;
	state->cell_count = header.cell_count;
	state->column_count = header.column_count;
	memcpy(state->columns, header.columns, sizeof(state->columns));
	return error;
}

/* ---- a guess by content -------------------------------------------------- */

/* The name in a cell of what may be a header, without blanks and quotes around
 * it. False when there is a quote inside, which no header has. */
static bool plain_name(struct slice cell, struct slice *name)
{
	cell = slice_trim(cell);
	if (cell.length >= 2 && cell.data[0] == '"' &&
	    cell.data[cell.length - 1] == '"')
		cell = slice_trim(slice_of(cell.data + 1, cell.length - 2));
	*name = cell;
	return cell.length == 0 || !memchr(cell.data, '"', cell.length);
}

/* Does the name consist of words, as a column's does, and not of a path? */
static bool is_words(struct slice name)
{
	for (size_t i = 0; i < name.length; i++) {
		char c = name.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || (c & 0x80) || c == ' ' ||
		      c == '_' || c == '-' || c == '(' || c == ')'))
			return false;
	}
	return true;
}

static bool is_header(struct slice line, char separator)
{
	static const struct slice none = { NULL, 0 };
	struct slice cell, name;
	size_t count = 0, known = 0;
	bool key = false, usual = false, words = true;

	while (slice_split(&line, separator, &cell)) {
		size_t member;

		if (!plain_name(cell, &name))
			return false;
		member = member_of(name, none);
		key = key || member == MEMBER_KEY;
		known += member < MEMBER_COUNT;
		usual = usual || manifest_names_is_usual(name);
		words = words && is_words(name);
		count++;
	}
	return count > 1 && (key || known == count || (usual && words));
}

enum manifest_likelihood csv_header_likely(struct slice line)
{
	if (slice_is(line, "key") || said_separator(line) != '\0')
		return MANIFEST_LIKELY;
	for (size_t i = 0; i < CSV_CELL_SEPARATORS; i++) {
		if (is_header(line, csv_cell_separators[i].character))
			return MANIFEST_LIKELY;
	}
	return MANIFEST_UNLIKELY;
}

enum manifest_likelihood csv_header_keyed(struct slice line,
					  struct slice key_name)
{
	(void)key_name;
	return line.data[0] == '[' || line.data[0] == '{' ? MANIFEST_UNLIKELY :
							    MANIFEST_POSSIBLE;
}

const char *csv_header_ambiguous(struct slice line)
{
	if (slice_equal_nocase(line, slice_text("key")) ||
	    slice_equal_nocase(line, slice_text("\"key\"")))
		return "the first line may be a CSV's header or an entry";
	return NULL;
}
