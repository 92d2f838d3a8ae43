/*
 * markup - is an answer well formed? A strict reader for each output format,
 * none of which shares code with what writes it. Each calls `value` with every
 * text that the format carries, decoded.
 */
#ifndef MINTAGE_FUZZ_MARKUP_H
#define MINTAGE_FUZZ_MARKUP_H

#include <json-c/json.h>

#include "check.h"

typedef void markup_value(struct slice text);

/* Decoded texts are put together here, one at a time. */
static struct {
	char text[65536];
	size_t length;
	bool is_attribute; /* what `value` gets is one of HTML or XML */
} markup;

static inline void markup_add(char c)
{
	CHECK(markup.length < sizeof(markup.text) - 1);
	markup.text[markup.length++] = c;
}

static inline void markup_end(markup_value *value)
{
	markup.text[markup.length] = '\0';
	value(slice_of(markup.text, markup.length));
	markup.length = 0;
}

/* ---- JSON ----------------------------------------------------------------- */

/* A strict reader. That of json-c 0.18 takes each byte above 0x7f for a control
 * character, so it is not strict there. */
static inline json_tokener *markup_tokener(int depth)
{
	json_tokener *tokener = json_tokener_new_ex(depth);

	CHECK(tokener != NULL);
	if (json_c_version_num() >> 8 != 18)
		json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	return tokener;
}

/* One document and nothing behind it, of valid UTF-8. The caller puts it. */
static inline json_object *markup_json(struct slice text)
{
	struct json_tokener *tokener = markup_tokener(32);
	json_object *root;

	CHECK(text.length < INT32_MAX);
	CHECK(unicode_valid(text) == text.length);
	root = json_tokener_parse_ex(tokener, text.data, (int)text.length);
	/* A document that isn't at its end wants more. */
	if (json_tokener_get_error(tokener) != json_tokener_success) {
		fprintf(stderr, "no JSON: %.*s\n", (int)text.length, text.data);
		abort();
	}
	json_tokener_free(tokener);
	return root;
}

static inline void markup_json_values(json_object *one, markup_value *value)
{
	size_t count = 0;

	if (json_object_is_type(one, json_type_string)) {
		value(slice_of(json_object_get_string(one),
			       (size_t)json_object_get_string_len(one)));
	} else if (json_object_is_type(one, json_type_array)) {
		count = json_object_array_length(one);
		for (size_t i = 0; i < count; i++)
			markup_json_values(json_object_array_get_idx(one, i),
					   value);
	} else if (json_object_is_type(one, json_type_object)) {
		json_object_object_foreach(one, name, member)
		{
			(void)name;
			markup_json_values(member, value);
		}
	}
}

/* ---- CSV ------------------------------------------------------------------ */

/* The next cell of *rest. False at the end of its row. */
static inline bool markup_cell(struct slice *rest, markup_value *value)
{
	const char *at = rest->data, *end = at + rest->length;
	bool more;

	if (at < end && *at == '"') {
		for (at++;; at++) {
			CHECK(at < end);
			if (*at == '"' && (++at == end || *at != '"'))
				break;
			markup_add(*at);
		}
	} else {
		for (; at < end && *at != ',' && *at != '\r'; at++) {
			CHECK(*at != '"' && *at != '\n');
			markup_add(*at);
		}
	}
	CHECK(at < end &&
	      (*at == ',' || (*at == '\r' && at + 1 < end && at[1] == '\n')));
	more = *at == ',';
	at += more ? 1 : 2;
	*rest = slice_of(at, (size_t)(end - at));
	markup_end(value);
	return more;
}

/* What a spreadsheet would take for a formula. */
static inline bool markup_is_formula(char c)
{
	return c != '\0' && strchr("=+-@\t\r", c) != NULL;
}

/* Rows of one length, each of which ends in CR LF. Returns how many follow the
 * header. With `is_sheet` no cell is a formula. */
static inline size_t markup_csv(struct slice text, bool is_sheet,
				markup_value *value)
{
	size_t columns = 0, rows = 0;

	CHECK(unicode_valid(text) == text.length);
	while (text.length > 0) {
		size_t cells = 0;
		bool more = true;

		while (more) {
			more = markup_cell(&text, value);
			cells++;
			CHECK(!is_sheet || !markup_is_formula(markup.text[0]));
		}
		CHECK(columns == 0 || cells == columns);
		columns = cells;
		rows++;
	}
	CHECK(rows > 0);
	return rows - 1;
}

/* ---- HTML and XML --------------------------------------------------------- */

/* Append what the reference at `text` stands for. Returns its end. */
static inline const char *markup_reference(const char *text)
{
	static const struct {
		const char *name, *text;
	} names[] = {
		{ "&amp;", "&" },   { "&lt;", "<" },    { "&gt;", ">" },
		{ "&quot;", "\"" }, { "&apos;", "'" },  { "&#39;", "'" },
		{ "&#34;", "\"" },  { "&#x27;", "'" },  { "&#9;", "\t" },
		{ "&#10;", "\n" },  { "&#13;", "\r" },  { "&#x9;", "\t" },
		{ "&#xA;", "\n" },  { "&#xD;", "\r" },  { "&hellip;", "" },
		{ "&nbsp;", " " },  { "&mdash;", "-" }, { "&ndash;", "-" },
		{ "&rarr;", ">" },  { "&times;", "x" }, { "&middot;", "." },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i].name);

		if (strncmp(text, names[i].name, length) != 0)
			continue;
		for (const char *c = names[i].text; *c; c++)
			markup_add(*c);
		return text + length;
	}
	fprintf(stderr, "a bare &: %.40s\n", text);
	abort();
}

static inline bool markup_is_void(const char *name, size_t length)
{
	static const char *const names[] = { "meta", "br",  "input", "link",
					     "hr",   "img", "wbr" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strlen(names[i]) == length &&
		    strncmp(names[i], name, length) == 0)
			return true;
	}
	return false;
}

#define MARKUP_NAME "abcdefghijklmnopqrstuvwxyz0123456789-:"

/* The attributes of a tag: names of ours, values in double quotes or none.
 * Returns what follows them. */
static inline const char *markup_attributes(const char *at, markup_value *value)
{
	while (strspn(at, " \n\t") > 0) {
		size_t length;

		at += strspn(at, " \n\t");
		length = strspn(at, MARKUP_NAME);
		if (length == 0)
			break;
		/* No text that came in runs as a script. */
		CHECK(length < 3 || strncmp(at, "on", 2) != 0);
		at += length;
		if (*at != '=')
			continue;
		CHECK(*++at == '"');
		for (at++; *at != '"';) {
			CHECK(*at != '\0' && *at != '<');
			if (*at == '&')
				at = markup_reference(at);
			else
				markup_add(*at++);
		}
		at++;
		markup.is_attribute = true;
		markup_end(value);
		markup.is_attribute = false;
	}
	return at;
}

/* A script is a file of ours: `name` is where its tag's name begins, and `end`
 * where the tag ends. */
static inline void markup_script(const char *name, const char *end)
{
	static const char begin[] = "script type=\"module\" src=\"/";
	static const char file[] = "/send.js\">";

	CHECK(strncmp(name, begin, sizeof(begin) - 1) == 0);
	CHECK(name[sizeof(begin) - 1] != '/');
	CHECK((size_t)(end - name) > sizeof(begin) + sizeof(file));
	CHECK(strncmp(end - (sizeof(file) - 1), file, sizeof(file) - 1) == 0);
	CHECK(strncmp(end, "</script>", 9) == 0);
}

struct markup_open {
	const char *name;
	size_t length;
};

/* Elements that nest, attributes in quotes, no "<" or "&" that is bare. `text`
 * is terminated. */
static inline void markup_tags(const char *text, bool is_xml,
			       markup_value *value)
{
	static struct markup_open open[64];
	size_t depth = 0;

	while (*text) {
		const char *name;
		size_t length;
		bool closes;

		if (*text == '&') {
			text = markup_reference(text);
			continue;
		}
		if (*text != '<') {
			/* HTML's readers pass over other control characters,
			 * XML's refuse the whole document. */
			CHECK(!is_xml || (unsigned char)*text >= ' ' ||
			      strchr("\t\n\r", *text));
			markup_add(*text++);
			continue;
		}
		markup_end(value);
		closes = text[1] == '/';
		name = text + 1 + closes;
		length = strspn(name, MARKUP_NAME);
		CHECK(length > 0);
		text = name + length;
		if (closes) {
			CHECK(*text++ == '>' && depth > 0);
			depth--;
			CHECK(open[depth].length == length &&
			      strncmp(open[depth].name, name, length) == 0);
			continue;
		}
		text = markup_attributes(text, value);
		CHECK(*text++ == '>');
		if (length == 6 && strncmp(name, "script", 6) == 0)
			markup_script(name, text);
		if (markup_is_void(name, length))
			continue;
		CHECK(depth < 64);
		open[depth++] = (struct markup_open){ name, length };
	}
	CHECK(depth == 0);
	markup_end(value);
}

static inline void markup_html(const char *text, markup_value *value)
{
	static const char start[] = "<!doctype html>\n";

	/* A form that is shown again may hold bytes that are no UTF-8. */
	CHECK(strncmp(text, start, sizeof(start) - 1) == 0);
	markup_tags(text + sizeof(start) - 1, false, value);
}

static inline void markup_xml(const char *text, markup_value *value)
{
	static const char start[] =
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<metalink ";

	CHECK(unicode_valid(slice_text(text)) == strlen(text));
	CHECK(strncmp(text, start, sizeof(start) - 1) == 0);
	markup_tags(text + sizeof(start) - 1 - 10, true, value);
}

/* ---- what has lines ------------------------------------------------------- */

static inline struct slice markup_line(struct slice *rest)
{
	struct slice line = slice_of(NULL, 0);

	(void)slice_split(rest, '\n', &line);
	for (size_t i = 0; i < line.length; i++)
		CHECK((unsigned char)line.data[i] >= ' ' &&
		      line.data[i] != 0x7f);
	return line;
}

/* A file for `.` in a POSIX shell: comments, and assignments of one word each,
 * all of which stands between single quotes. */
static inline void markup_shell(const char *at, markup_value *value)
{
	static const char export[] = "export ", unset[] = "unset ";

	while (*at) {
		if (*at == '#') {
			at += strcspn(at, "\n") + 1;
			continue;
		}
		if (strncmp(at, unset, sizeof(unset) - 1) == 0) {
			at += sizeof(unset) - 1;
			at += strspn(at, "MINTAGE_KYPRFX");
			CHECK(*at++ == '\n');
			continue;
		}
		CHECK(strncmp(at, export, sizeof(export) - 1) == 0);
		at += sizeof(export) - 1;
		at += strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
		CHECK(*at++ == '=' && *at++ == '\'');
		for (;;) {
			for (; *at != '\''; at++) {
				CHECK(*at != '\0');
				markup_add(*at);
			}
			if (strncmp(at, "'\\''", 4) != 0)
				break;
			markup_add('\'');
			at += 4;
		}
		CHECK(at[0] == '\'' && at[1] == '\n');
		at += 2;
		markup_end(value);
	}
}

/* A file for curl -K: options of ours, their values in double quotes. */
static inline void markup_curl(struct slice text, markup_value *value)
{
	static const char *const bare[] = { "globoff",  "create-dirs", "fail",
					    "location", "next",        "head" };
	static const char *const named[] = { "url", "header", "upload-file",
					     "output", "request" };

	while (text.length > 0) {
		struct slice line = markup_line(&text);
		size_t length = 0;
		bool known = line.length == 0 || line.data[0] == '#';

		for (size_t i = 0; i < sizeof(bare) / sizeof(bare[0]); i++)
			known = known || slice_is(line, bare[i]);
		if (known)
			continue;
		for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
			if (slice_starts(line, slice_text(named[i])))
				length = strlen(named[i]);
		}
		CHECK(length > 0 && line.length >= length + 5);
		CHECK(memcmp(line.data + length, " = \"", 4) == 0);
		for (length += 4; line.data[length] != '"'; length++) {
			char c = line.data[length];

			CHECK(length + 1 < line.length);
			if (c == '\\')
				c = line.data[++length];
			markup_add(c);
		}
		CHECK(length + 1 == line.length);
		markup_end(value);
	}
}

/* A line each: what stands behind " = " or a blank, and whole lines. Sections
 * are [mintage-N] alone. */
static inline void markup_lines(struct slice text, markup_value *value)
{
	while (text.length > 0) {
		struct slice line = markup_line(&text);
		const char *sign = memmem(line.data, line.length, " = ", 3);

		if (line.length == 0 || line.data[0] == '#')
			continue;
		CHECK(line.data[0] != '[' ||
		      slice_starts(line, slice_text("[mintage")));
		if (sign)
			line = slice_of(sign + 3,
					line.length -
						(size_t)(sign + 3 - line.data));
		value(line);
	}
}

#endif
