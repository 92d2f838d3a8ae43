#include "ini.h"

#include <ini.h>
#include <stdlib.h>

#include "header.h"
#include "lib/base/unicode.h"
#include "lib/sign/key.h"

static struct slice cut_comment(struct slice text)
{
	for (size_t i = 1; i < text.length; i++) {
		if (text.data[i] == ';' &&
		    (text.data[i - 1] == ' ' || text.data[i - 1] == '\t'))
			return slice_trim(slice_of(text.data, i));
	}
	return text;
}

static bool has_control(struct config_reading *reading, struct slice line)
{
	for (size_t i = 0; i < line.length; i++) {
		unsigned char c = (unsigned char)line.data[i];

		if ((c >= 0x20 || c == '\t') && c != 0x7f)
			continue;
		FAIL(reading,
		     "control character 0x%02x in column %zu; remove "
		     "it",
		     c, i + 1);
		return true;
	}
	return false;
}

static void check_indented(struct config_reading *reading)
{
	if (!reading->in_list)
		FAIL(reading, "an indented line goes on with a list, and "
			      "there is none before it; begin the line in "
			      "column 1");
	else if (reading->text.data[0] == '[')
		FAIL(reading, "an indented '['; begin a section in column 1, "
			      "or quote what is one of a list");
}

static const struct config_row *find_row(const struct config_section_kind *kind,
					 struct slice name)
{
	for (size_t i = 0; i < kind->row_count; i++) {
		if (slice_is(name, kind->rows[i].name))
			return &kind->rows[i];
	}
	return NULL;
}

/* How many bytes stand before the = or : of a line; all if it has none. */
static size_t name_end(struct slice text)
{
	size_t end = 0;

	while (end < text.length && text.data[end] != '=' &&
	       text.data[end] != ':')
		end++;
	return end;
}

/* The key that a line gives, in the current section. NULL when it gives none.
 */
static const struct config_row *row_of(const struct config_reading *reading)
{
	struct slice text = reading->text;

	if (reading->indented)
		return reading->row;
	if (!reading->section)
		return NULL;
	return find_row(reading->section->kind,
			slice_trim(slice_of(text.data, name_end(text))));
}

static void fail_long(struct config_reading *reading, size_t length, size_t max)
{
	const struct config_row *row = row_of(reading);

	if (row && row->kind->list)
		FAIL(reading,
		     "the line has %zu bytes, the longest may have %zu; go on "
		     "with '%s' in the next line, indented",
		     length, max, row->name);
	else if (row)
		FAIL(reading,
		     "the line of '%s' has %zu bytes without its comment, the "
		     "longest may have %zu; give it a shorter value",
		     row->name, length, max);
	else
		FAIL(reading,
		     "the line has %zu bytes, the longest may have %zu, and it "
		     "is neither a comment nor a key that is known here",
		     length, max);
}

/*
 * Check and do what inih would get wrong, or not report: see ini.h. Returns
 * what inih gets of the line, which is at most `max` bytes: it cuts long lines
 * in two, and a comment may have any length, so it gets none of a comment. The
 * names of a section are read here, so it gets none of them either.
 */
static struct slice check_line(struct config_reading *reading,
			       struct slice line, size_t max)
{
	static const struct slice section = SLICE("[section]");
	static const struct slice nothing = SLICE("");
	struct slice text = slice_trim(line);

	reading->indented = text.length > 0 && text.data != line.data;
	if (has_control(reading, line) || text.length == 0 ||
	    text.data[0] == ';' || text.data[0] == '#')
		return nothing;
	reading->text = text;
	if (text.data[0] == '[' && !reading->indented) {
		config_header_take(reading);
		return section;
	}
	reading->text = cut_comment(text);
	line.length =
		(size_t)(reading->text.data + reading->text.length - line.data);
	if (reading->indented)
		check_indented(reading);
	if (!reading->error && line.length > max)
		fail_long(reading, line.length, max);
	return line;
}

/* inih calls this for each line that it wants. */
static char *next_line(char *dst, int size, void *stream)
{
	struct config_reading *reading = stream;
	struct slice line;

	if (reading->error || !slice_split(&reading->rest, '\n', &line))
		return NULL;
	reading->line++;
	if (line.length > 0 && line.data[line.length - 1] == '\r')
		line.length--;
	line = check_line(reading, line, (size_t)size - 1);
	if (reading->error)
		return NULL;
	if (line.length > 0)
		memcpy(dst, line.data, line.length);
	dst[line.length] = '\0';
	return dst;
}

static void add_value(struct config_reading *reading, struct slice text)
{
	struct config_value *value = calloc(1, sizeof(*value));

	if (value)
		value->text = strndup(text.data, text.length);
	if (!value || !value->text) {
		free(value);
		FAIL(reading, "out of memory");
		return;
	}
	value->row = reading->row;
	value->line = reading->line;
	*reading->next_value = value;
	reading->next_value = &value->next;
}

static void fail_unknown(struct config_reading *reading, struct slice name)
{
	const struct config_section_kind *kind = reading->section->kind;
	const char *names[32];
	char quoted[KEY_QUOTE_MAX];
	const char *nearest;
	size_t count = 0;

	while (count < kind->row_count &&
	       count < sizeof(names) / sizeof(names[0])) {
		names[count] = kind->rows[count].name;
		count++;
	}
	key_quote(quoted, name);
	nearest = slice_nearest(name, names, count);
	if (nearest)
		FAIL(reading, "unknown key '%s'; did you mean '%s'?", quoted,
		     nearest);
	else
		FAIL(reading,
		     "unknown key '%s'; mintage.conf(5) lists those "
		     "of [%s]",
		     quoted, kind->name);
}

static void take_key(struct config_reading *reading, struct slice name,
		     struct slice value)
{
	const struct config_value *other;
	const struct config_row *row;
	char quoted[KEY_QUOTE_MAX];

	if (!reading->section) {
		FAIL(reading,
		     "'%s' stands before the first section; begin "
		     "with [mintage]",
		     key_quote(quoted, name));
		return;
	}
	row = find_row(reading->section->kind, name);
	if (!row) {
		fail_unknown(reading, name);
		return;
	}
	other = config_parsed_find(reading->section, row);
	if (other) {
		FAIL(reading, "'%s' is given twice, first in line %d; keep one",
		     row->name, other->line);
		return;
	}
	reading->row = row;
	reading->in_list = row->kind->list;
	add_value(reading, value);
}

/*
 * Take an indented line, which continues a list. One that looks like a key is
 * refused: it may be meant as a line of its own, and to take it as words would
 * permit more than was meant.
 */
static void take_more(struct config_reading *reading)
{
	struct slice text = reading->text, name;
	size_t end = name_end(text);

	name = slice_trim(slice_of(text.data, end));
	if (end < text.length && (end == 0 || name.length < end ||
				  find_row(reading->section->kind, name))) {
		FAIL(reading, "an indented line goes on with the list before "
			      "it, and this looks like a key; begin the line "
			      "in column 1");
		return;
	}
	add_value(reading, text);
}

/* inih calls this for each key and each indented line. inih may have cut its
 * `section` short, so reading->section is used. */
static int take_line(void *user, const char *section, const char *name,
		     const char *value)
{
	struct config_reading *reading = user;

	(void)section;
	if (!value)
		return 0;
	if (reading->indented)
		take_more(reading);
	else
		take_key(reading, slice_text(name), slice_text(value));
	return 1;
}

static int line_at(struct slice text, size_t offset)
{
	int line = 1;

	for (size_t i = 0; i < offset; i++)
		line += text.data[i] == '\n';
	return line;
}

static enum error parse(struct config_reading *reading, struct slice text)
{
	size_t valid = unicode_valid(text);
	int line;

	if (valid < text.length) {
		reading->line = line_at(text, valid);
		return FAIL(reading,
			    "not UTF-8 (byte 0x%02x); save the file "
			    "as UTF-8",
			    (unsigned char)text.data[valid]);
	}
	if (slice_starts(text, slice_text("\xef\xbb\xbf")))
		text = slice_of(text.data + 3, text.length - 3);
	reading->rest = text;
	line = ini_parse_stream(next_line, reading, take_line, reading);
	/* inih reads on after an error of its own: report the first error. */
	if (line == 0 || (reading->error && line >= reading->line))
		return reading->error;
	reading->line = line > 0 ? line : 0;
	if (line < 0)
		return FAIL(reading, "out of memory");
	return FAIL(reading, "neither [section] nor 'key = value'; begin a "
			     "comment with ;");
}

enum error config_ini_parse(struct config_parsed *parsed, const char *path,
			    struct slice text,
			    const struct config_section_kind *const kinds[],
			    size_t kind_count, struct problem *problem)
{
	struct config_reading reading = {
		.parsed = parsed,
		.kinds = kinds,
		.kind_count = kind_count,
		.problem = problem,
		.next_section = &parsed->sections,
	};

	*parsed = (struct config_parsed){ .path = path };
	return parse(&reading, text);
}
