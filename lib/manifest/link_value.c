#include "link_value.h"

#include <inttypes.h>

#include "header_text.h"
#include "lib/base/hex.h"
#include "lib/base/unicode.h"
#include "link_metadata.h"

#define SHA256_DIGITS 64

/* ---- names and dispositions ----------------------------------------------- */

const char *const link_value_dispositions[LINK_VALUE_DISPOSITIONS] = {
	"attachment",
	"inline",
};

static enum error check_disposition(struct entry_scratch *scratch,
				    const char *pointer, struct slice *text,
				    struct problem *problem)
{
	(void)scratch;
	for (size_t i = 0; i < LINK_VALUE_DISPOSITIONS; i++) {
		if (slice_is(*text, link_value_dispositions[i]))
			return ERROR_NONE;
	}
	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   "must be \"attachment\" or \"inline\"; a name is "
			   "given in 'filename'");
}

/* Control characters are C0, DEL, and C1 as UTF-8 encodes it. */
static bool has_control(struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if (c < 0x20 || c == 0x7f ||
		    (c == 0xc2 && i + 1 < text.length &&
		     (unsigned char)text.data[i + 1] < 0xa0))
			return true;
	}
	return false;
}

static enum error check_filename(struct entry_scratch *scratch,
				 const char *pointer, struct slice *name,
				 struct problem *problem)
{
	struct slice text = *name;

	(void)scratch;
	if (text.length == 0 || text.length > ENTRY_FILENAME_MAX)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "%zu bytes; a download name has 1 to %d",
				   text.length, ENTRY_FILENAME_MAX);
	if (unicode_valid(text) != text.length)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "not UTF-8 at byte offset %zu",
				   unicode_valid(text));
	if (has_control(text))
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "a download name has no control characters");
	if (memchr(text.data, '/', text.length) != NULL ||
	    slice_is(text, ".") || slice_is(text, ".."))
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "a download name is a name, not a path");
	return ERROR_NONE;
}

/* ---- headers ------------------------------------------------------------- */

static bool is_token_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

/* Each skip_ function moves *rest behind what its name says, or returns false
 * when *rest does not begin with that. */
static bool skip_char(struct slice *rest, char c)
{
	if (rest->length == 0 || rest->data[0] != c)
		return false;
	*rest = slice_of(rest->data + 1, rest->length - 1);
	return true;
}

static bool skip_token(struct slice *rest)
{
	size_t n = 0;

	while (n < rest->length && is_token_char(rest->data[n]))
		n++;
	*rest = slice_of(rest->data + n, rest->length - n);
	return n > 0;
}

/* *rest begins behind the first quote. */
static bool skip_quoted(struct slice *rest)
{
	while (rest->length > 0 && rest->data[0] != '"') {
		skip_char(rest, '\\');
		if (rest->length > 0)
			skip_char(rest, rest->data[0]);
	}
	return skip_char(rest, '"');
}

static bool is_media_type(struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] < ' ' || text.data[i] > '~' ||
		    (text.data[i] == ' ' && i > 0 && text.data[i - 1] == ' '))
			return false;
	}
	if (!skip_token(&text) || !skip_char(&text, '/') || !skip_token(&text))
		return false;
	while (text.length > 0) {
		skip_char(&text, ' ');
		if (!skip_char(&text, ';'))
			return false;
		skip_char(&text, ' ');
		if (!skip_token(&text) || !skip_char(&text, '='))
			return false;
		if (skip_char(&text, '"') ? !skip_quoted(&text) :
					    !skip_token(&text))
			return false;
	}
	return true;
}

static enum error check_type(struct entry_scratch *scratch, const char *pointer,
			     struct slice *type, struct problem *problem)
{
	(void)scratch;
	if (type->length > ENTRY_CONTENT_TYPE_MAX || !is_media_type(*type))
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "must be a media type of at most %d "
				   "characters, such as image/png or "
				   "text/html; charset=utf-8",
				   ENTRY_CONTENT_TYPE_MAX);
	return ERROR_NONE;
}

/* Where the pointer says whose text it is. */
static const struct slice nobody = { NULL, 0 };

static enum error check_header(struct entry_scratch *scratch,
			       const char *pointer, struct slice *text,
			       struct problem *problem)
{
	(void)scratch;
	return header_text_check(*text, LINK_VALUE_HEADER_MAX, nobody, pointer,
				 problem);
}

static enum error check_long_header(struct entry_scratch *scratch,
				    const char *pointer, struct slice *text,
				    struct problem *problem)
{
	(void)scratch;
	return header_text_check(*text, LINK_VALUE_LONG_HEADER_MAX, nobody,
				 pointer, problem);
}

/* One or more tokens, with a comma and at most one blank between them (RFC
 * 9110, 8.4). */
static bool is_encoding(struct slice text)
{
	do {
		skip_char(&text, ' ');
		if (!skip_token(&text))
			return false;
	} while (skip_char(&text, ','));
	return text.length == 0;
}

static enum error check_encoding(struct entry_scratch *scratch,
				 const char *pointer, struct slice *text,
				 struct problem *problem)
{
	static const char chunked[] = "aws-chunked";

	(void)scratch;
	if (text->length > LINK_VALUE_HEADER_MAX || text->data[0] == ' ' ||
	    !is_encoding(*text))
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "must be a coding of at most %d characters, "
				   "such as gzip",
				   LINK_VALUE_HEADER_MAX);
	if (memmem(text->data, text->length, chunked, sizeof(chunked) - 1))
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "'%s' is how an upload is sent, and no link "
				   "can sign that: leave it out",
				   chunked);
	return ERROR_NONE;
}

static enum error check_none_match(struct entry_scratch *scratch,
				   const char *pointer, struct slice *text,
				   struct problem *problem)
{
	(void)scratch;
	if (slice_is(*text, "*"))
		return ERROR_NONE;
	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   "must be \"*\", which never overwrites an object; "
			   "leave it out where it may");
}

static enum error check_length(struct entry_scratch *scratch,
			       const char *pointer, struct slice *length,
			       struct problem *problem)
{
	uint64_t bytes;

	(void)scratch;
	if (!slice_number(*length, ENTRY_CONTENT_LENGTH_MAX, &bytes))
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "must be a whole number of bytes from 0 to "
				   "%" PRIu64,
				   ENTRY_CONTENT_LENGTH_MAX);
	return ERROR_NONE;
}

static enum error check_sha256(struct entry_scratch *scratch,
			       const char *pointer, struct slice *sha256,
			       struct problem *problem)
{
	struct slice text = *sha256;
	uint8_t digest[SHA256_DIGITS / 2];
	char *lower = scratch->text + scratch->used;

	if (text.length != SHA256_DIGITS ||
	    !hex_decode(digest, text.data, text.length) ||
	    sizeof(scratch->text) - scratch->used < SHA256_DIGITS)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "must be a SHA-256 in %d hexadecimal digits",
				   SHA256_DIGITS);
	if (hex_is_lower(text.data, text.length))
		return ERROR_NONE;
	scratch->used += hex_encode(lower, digest, sizeof(digest));
	*sha256 = slice_of(lower, SHA256_DIGITS);
	return ERROR_NONE;
}

/* ---- parts of an upload --------------------------------------------------- */

static enum error check_upload(struct entry_scratch *scratch,
			       const char *pointer, struct slice *id,
			       struct problem *problem)
{
	(void)scratch;
	for (size_t i = 0; i < id->length; i++) {
		if (id->data[i] <= ' ' || id->data[i] > '~')
			return problem_set(problem, ERROR_BAD_VALUE, pointer,
					   "must be the id that R2 gave the "
					   "upload: ASCII without blanks");
	}
	if (id->length == 0 || id->length > LINK_VALUE_UPLOAD_ID_MAX)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "must be the id that R2 gave the upload: 1 "
				   "to %d characters, not %zu",
				   LINK_VALUE_UPLOAD_ID_MAX, id->length);
	return ERROR_NONE;
}

static enum error check_part(struct entry_scratch *scratch, const char *pointer,
			     struct slice *number, struct problem *problem)
{
	uint64_t value;

	(void)scratch;
	if (slice_number(*number, LINK_VALUE_PARTS_MAX, &value) && value > 0)
		return ERROR_NONE;
	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   "must be a whole number from 1 to %d",
			   LINK_VALUE_PARTS_MAX);
}

/* ---- any of them ---------------------------------------------------------- */

/* Check *text. Where it has to change, the new text is in `scratch`. */
typedef enum error check_fn(struct entry_scratch *scratch, const char *pointer,
			    struct slice *text, struct problem *problem);

#define CHECK(id, name, uses, becomes, there, type, by, instead, check) \
	[LINK_TERM_##id] = (check),
static check_fn *const checks[LINK_TERM_COUNT] = { LINK_TERMS_TABLE(CHECK) };
#undef CHECK

enum error link_value_set(struct entry_scratch *scratch,
			  struct link_terms *terms, enum link_term term,
			  struct slice text, struct problem *problem)
{
	enum error error;

	if (text.length == 0)
		text = slice_of("", 0);
	error = checks[term](scratch, link_terms_table[term].pointer, &text,
			     problem);
	if (!error)
		terms->text[term] = text;
	return error;
}
