#include "multipart.h"

#include <stdio.h>

#include "form.h"
#include "lib/base/problems.h"
#include "lib/manifest/guess.h"
#include "multipart_parameter.h"
#include "negotiate.h"

/* "\r\n--" and the boundary. */
#define DELIMITER_MAX (4 + MULTIPART_BOUNDARY_MAX)

struct multipart {
	struct form form;
	char *next; /* what is read next */
	char *end;
	char delimiter[DELIMITER_MAX];
	size_t delimiter_length;
	unsigned part; /* the one being read, from 1 */
	bool closed;   /* the last delimiter was the closing one */
	const struct manifest_reader *manifest_format; /* NULL: guess */
	struct problem problem; /* what ended the reading */
};

/* What the header of one part says. */
struct part {
	struct slice name;
	struct slice filename;
	struct slice type;
	bool has_disposition;
	bool has_filename;
	bool has_type;
	bool utf16; /* by its own account */
};

/* Set multipart->problem. Always false, so that a reader can end with it. */
static bool fail(struct multipart *multipart, const char *wrong)
{
	if (multipart->part == 0)
		problem_set(&multipart->problem, ERROR_MALFORMED, NULL, "%s",
			    wrong);
	else
		problem_set(&multipart->problem, ERROR_MALFORMED, NULL,
			    "part %u of the form: %s", multipart->part, wrong);
	return false;
}

static bool is_nocase(struct slice text, const char *word)
{
	return slice_equal_nocase(text, slice_text(word));
}

/* ---- delimiters ---------------------------------------------------------- */

static bool is_boundary_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') ||
	       (c != '\0' && strchr("'()+_,-./:=? ", c) != NULL);
}

static bool is_boundary(struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (!is_boundary_char(text.data[i]))
			return false;
	}
	return text.length > 0 && text.length <= MULTIPART_BOUNDARY_MAX &&
	       text.data[text.length - 1] != ' ';
}

static bool set_boundary(struct multipart *multipart, struct slice content_type)
{
	struct slice boundary = { NULL, 0 };

	switch (negotiate_parameter(content_type, "boundary", &boundary)) {
	case 0:
		return fail(multipart, "Content-Type names no boundary; let "
				       "your client write that header");
	case 1:
		break;
	default:
		return fail(multipart, "Content-Type names two boundaries");
	}
	if (!is_boundary(boundary))
		return fail(multipart,
			    "the boundary in Content-Type is not 1 to 70 of "
			    "the characters that RFC 2046 allows");
	memcpy(multipart->delimiter, "\r\n--", 4);
	memcpy(multipart->delimiter + 4, boundary.data, boundary.length);
	multipart->delimiter_length = 4 + boundary.length;
	return true;
}

/* `p` stands behind a boundary. Where the line of a delimiter ends there, go on
 * reading behind that line and return true. Otherwise the text only begins like
 * a delimiter, and belongs to the part. */
static bool end_delimiter(struct multipart *multipart, char *p)
{
	char *end = multipart->end;
	bool closed = end - p >= 2 && p[0] == '-' && p[1] == '-';

	if (closed)
		p += 2;
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if (end - p >= 2 && p[0] == '\r' && p[1] == '\n')
		p += 2;
	else if (!closed || p < end)
		return false;
	multipart->closed = closed;
	multipart->next = p;
	return true;
}

/* Where a delimiter stands at `p`, without the CR LF that begins it, go on
 * reading behind its line and return true. */
static bool skip_delimiter(struct multipart *multipart, char *p)
{
	size_t length = multipart->delimiter_length - 2;

	return (size_t)(multipart->end - p) >= length &&
	       memcmp(p, multipart->delimiter + 2, length) == 0 &&
	       end_delimiter(multipart, p + length);
}

/* What stands before the first delimiter and behind the last is to be ignored
 * (RFC 2046, 5.1.1). But a line that names a form's field is no comment: a part
 * whose boundary was spoilt would be lost. Its list might be all that kept the
 * request from the whole bucket. */
static bool skip_comment(struct multipart *multipart, const char *begin,
			 const char *end)
{
	static const struct slice name = SLICE("Content-Disposition:");
	struct slice text = slice_of(begin, (size_t)(end - begin)), line;

	while (slice_split(&text, '\n', &line)) {
		if (line.length >= name.length &&
		    slice_equal_nocase(slice_of(line.data, name.length), name))
			return fail(multipart,
				    "a part stands outside the boundaries: "
				    "the boundary before it is not the one "
				    "that Content-Type names");
	}
	return true;
}

/* Find the delimiter that ends the text at multipart->next, and go on reading
 * behind its line. Returns where it begins, or NULL when there is none. */
static char *find_delimiter(struct multipart *multipart)
{
	char *p = multipart->next;

	for (;; p++) {
		p = memmem(p, (size_t)(multipart->end - p),
			   multipart->delimiter, multipart->delimiter_length);
		if (!p ||
		    end_delimiter(multipart, p + multipart->delimiter_length))
			return p;
	}
}

static bool read_begin(struct multipart *multipart)
{
	char *begin = multipart->next, *end;

	if (skip_delimiter(multipart, begin))
		return true;
	end = find_delimiter(multipart);
	if (!end)
		return fail(multipart,
			    "the boundary that Content-Type names is "
			    "not in the body");
	return skip_comment(multipart, begin, end);
}

/* Set *content to what stands at multipart->next, and go on behind the
 * delimiter that ends it. */
static bool read_content(struct multipart *multipart, struct slice *content)
{
	char *begin = multipart->next, *end;

	/* An empty part may end right behind its header. The CR LF that begins
	 * the delimiter was then read as the header's empty line. */
	*content = slice_of(begin, 0);
	if (skip_delimiter(multipart, begin))
		return true;
	end = find_delimiter(multipart);
	if (!end)
		return fail(multipart, "no boundary ends it: the body was cut");
	*content = slice_of(begin, (size_t)(end - begin));
	return true;
}

static bool read_end(struct multipart *multipart)
{
	return skip_comment(multipart, multipart->next, multipart->end);
}

/* ---- a part's header ----------------------------------------------------- */

static bool read_disposition(struct multipart *multipart, struct part *part,
			     char *p, const char *end)
{
	struct slice name, value;
	char *begin = p;
	bool has_name = false;

	while (p < end && *p != ';' && *p != ' ' && *p != '\t')
		p++;
	if (part->has_disposition ||
	    !is_nocase(slice_of(begin, (size_t)(p - begin)), "form-data"))
		return fail(multipart, "its Content-Disposition must be "
				       "there once and be form-data");
	part->has_disposition = true;
	for (multipart_parameter_skip(&p, end); p < end;
	     multipart_parameter_skip(&p, end)) {
		bool *given;

		if (!multipart_parameter_read(&p, end, &name, &value))
			return fail(multipart, "its Content-Disposition "
					       "can't be read");
		given = is_nocase(name, "name")     ? &has_name :
			is_nocase(name, "filename") ? &part->has_filename :
						      NULL;
		if (!given)
			continue;
		if (*given)
			return fail(multipart, "it has two names");
		*given = true;
		*(given == &has_name ? &part->name : &part->filename) = value;
	}
	return has_name || fail(multipart, "it has no name");
}

/* Keep a part's type, which may tell the format of a manifest. Refuse types and
 * charsets that can't be read here. */
static bool read_type(struct multipart *multipart, struct part *part,
		      struct slice value)
{
	static const struct slice nested = SLICE("multipart/");
	struct slice charset = SLICE("utf-8");

	if (part->has_type)
		return fail(multipart, "it has two types");
	part->has_type = true;
	part->type = value;
	if (value.length >= nested.length &&
	    slice_equal_nocase(slice_of(value.data, nested.length), nested))
		return fail(multipart, "it is itself multipart; send each "
				       "file as a part of its own");
	if (negotiate_parameter(value, "charset", &charset) > 1 ||
	    (!negotiate_charset_is_utf8(charset) &&
	     !negotiate_charset_is_utf16(charset)))
		return fail(multipart, "it is not in UTF-8");
	part->utf16 = negotiate_charset_is_utf16(charset);
	return true;
}

static bool read_header(struct multipart *multipart, struct part *part,
			char *line, char *end)
{
	char *colon = memchr(line, ':', (size_t)(end - line));
	struct slice name, value;

	for (const char *p = line; p < end; p++) {
		if ((unsigned char)*p < ' ' && *p != '\t')
			return fail(multipart, "a control character is in "
					       "its header");
	}
	if (!colon || colon == line || *line == ' ' || *line == '\t')
		return fail(multipart, "its header has a line that is not "
				       "\"name: value\"");
	name = slice_of(line, (size_t)(colon - line));
	colon++;
	multipart_parameter_skip(&colon, end);
	value = slice_trim(slice_of(colon, (size_t)(end - colon)));
	if (is_nocase(name, "Content-Disposition"))
		return read_disposition(multipart, part, colon, end);
	if (is_nocase(name, "Content-Type"))
		return read_type(multipart, part, value);
	if (is_nocase(name, "Content-Transfer-Encoding") &&
	    !is_nocase(value, "binary") && !is_nocase(value, "8bit") &&
	    !is_nocase(value, "7bit"))
		return fail(multipart, "it is encoded with "
				       "Content-Transfer-Encoding; send it "
				       "unencoded");
	return true;
}

/* Read the lines of a part's header, and the empty line that ends it. */
static bool read_headers(struct multipart *multipart, struct part *part)
{
	size_t rest = (size_t)(multipart->end - multipart->next);
	size_t most = rest < MULTIPART_HEADER_MAX ? rest : MULTIPART_HEADER_MAX;
	char *end = multipart->next + most, *line, *stop;

	for (;; multipart->next = stop + 2) {
		line = multipart->next;
		stop = memmem(line, (size_t)(end - line), "\r\n", 2);
		if (!stop)
			return fail(multipart,
				    rest > most ? "its header is longer than "
						  "8 KiB" :
						  "its header has no end");
		if (stop == line)
			break;
		if (!read_header(multipart, part, line, stop))
			return false;
	}
	multipart->next = stop + 2;
	if (!part->has_disposition)
		return fail(multipart, "it has no name");
	/* Only manifests are decoded. */
	return !part->utf16 ||
	       slice_is(part->name, field_names[FIELD_MANIFEST]) ||
	       fail(multipart, "it is not in UTF-8");
}

/* ---- a part -------------------------------------------------------------- */

/* The format of a part that is a manifest, by its type, else by its file name.
 * NULL where only its content can tell. */
static const struct manifest_reader *format_of(const struct part *part)
{
	const struct manifest_reader *format = negotiate_manifest(part->type);

	return format ? format : manifest_guess_by_name(part->filename);
}

static bool read_part(struct multipart *multipart)
{
	struct part part = { 0 };
	struct slice content;

	multipart->part++;
	if (!read_headers(multipart, &part) ||
	    !read_content(multipart, &content))
		return false;
	if (part.has_filename && part.filename.length == 0 &&
	    content.length == 0) {
		form_left_empty(&multipart->form, part.name);
		return true;
	}
	form_field(&multipart->form, part.name, content);
	/* A browser sends a file input and a text area, both named manifest.
	 * The one that was left empty says nothing about the format. */
	if (slice_is(part.name, field_names[FIELD_MANIFEST]) &&
	    content.length > 0) {
		multipart->manifest_format = format_of(&part);
		/* A form that is shown again does not show the file's text,
		 * since whoever corrects it chooses the file again. */
		if (part.has_filename)
			multipart->form.fields->sent[FIELD_MANIFEST] =
				slice_of(NULL, 0);
	}
	return true;
}

static bool read_parts(struct multipart *multipart, struct slice content_type)
{
	if (!set_boundary(multipart, content_type) || !read_begin(multipart))
		return false;
	while (!multipart->closed) {
		if (!read_part(multipart))
			return false;
	}
	multipart->part = 0;
	return read_end(multipart);
}

void multipart_read(struct fields *fields, struct slice content_type,
		    char *body, size_t length, bool from_browser,
		    struct problems *problems)
{
	struct multipart multipart = {
		.form = { .fields = fields,
			  .problems = problems,
			  .from_browser = from_browser },
		.next = body,
		.end = body + length,
	};

	if (!read_parts(&multipart, content_type)) {
		/* Report the broken body alone. Problems found before may only
		 * follow from it. */
		problems->count = 0;
		problems_push(problems, &multipart.problem);
		return;
	}
	form_end(&multipart.form);
	if (!fields_has(fields, FIELD_MANIFEST_FORMAT))
		fields->manifest_format = multipart.manifest_format;
}
