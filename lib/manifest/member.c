#include "member.h"

#include <inttypes.h>

#include "lib/base/duration.h"
#include "lib/base/hex.h"
#include "lib/base/unicode.h"

#define SHA256_DIGITS 64

const char *const manifest_member_names[MEMBER_COUNT] = {
	[MEMBER_KEY] = "key",
	[MEMBER_PERMISSION] = "permission",
	[MEMBER_ACTIONS] = "actions",
	[MEMBER_TTL] = "ttlSeconds",
	[MEMBER_METHOD] = "method",
	[MEMBER_FILENAME] = "filename",
	[MEMBER_CONTENT_TYPE] = "contentType",
	[MEMBER_CONTENT_LENGTH] = "contentLength",
	[MEMBER_SHA256] = "sha256",
};

const char *const manifest_member_pointers[MEMBER_COUNT] = {
	[MEMBER_KEY] = "/key",
	[MEMBER_PERMISSION] = "/permission",
	[MEMBER_ACTIONS] = "/actions",
	[MEMBER_TTL] = "/ttlSeconds",
	[MEMBER_METHOD] = "/method",
	[MEMBER_FILENAME] = "/filename",
	[MEMBER_CONTENT_TYPE] = "/contentType",
	[MEMBER_CONTENT_LENGTH] = "/contentLength",
	[MEMBER_SHA256] = "/sha256",
};

/* ---- what a credential may do -------------------------------------------- */

static bool is_between_actions(char c)
{
	return c != '\0' && strchr(" \t\r\n,;", c) != NULL;
}

static enum error set_actions(struct slice text, const char *pointer,
			      abilities *actions, struct problem *problem)
{
	const char *p = text.data, *end = p + text.length, *begin;
	abilities set = 0;
	enum error error;

	while (p < end) {
		for (begin = p; p < end && !is_between_actions(*p); p++)
			;
		if (p > begin) {
			error = action_parse(slice_of(begin,
						      (size_t)(p - begin)),
					     pointer, &set, problem);
			if (error != ERROR_NONE)
				return error;
		}
		p++;
	}
	if (set == 0)
		return problem_set(problem, ERROR_EMPTY, pointer,
				   "is an empty list; leave it out or name at "
				   "least one action");
	*actions = set;
	return ERROR_NONE;
}

enum error manifest_member_ttl(struct slice text, const char *pointer,
			       uint32_t *ttl, struct problem *problem)
{
	uint64_t seconds;
	struct problem unused;

	/* A message tells the bound of all that is not a link of ours. */
	if (duration_read(text, pointer, TTL_LINK_MAX, &seconds, &unused))
		return duration_read(text, pointer, TTL_MAX, &seconds, problem);
	*ttl = (uint32_t)seconds;
	return ERROR_NONE;
}

/* ---- what is signed into a link ------------------------------------------ */

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

static enum error set_filename(struct slice text, const char *pointer,
			       struct slice *filename, struct problem *problem)
{
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
	*filename = text;
	return ERROR_NONE;
}

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

static enum error set_content_type(struct slice text, const char *pointer,
				   struct slice *content_type,
				   struct problem *problem)
{
	if (text.length > ENTRY_CONTENT_TYPE_MAX || !is_media_type(text))
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "must be a media type of at most %d "
				   "characters, such as image/png or "
				   "text/html; charset=utf-8",
				   ENTRY_CONTENT_TYPE_MAX);
	*content_type = text;
	return ERROR_NONE;
}

static enum error set_content_length(struct slice text, const char *pointer,
				     struct slice *content_length,
				     struct problem *problem)
{
	uint64_t bytes;

	if (!slice_number(text, ENTRY_CONTENT_LENGTH_MAX, &bytes))
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "must be a whole number of bytes from 0 to "
				   "%" PRIu64,
				   ENTRY_CONTENT_LENGTH_MAX);
	*content_length = text;
	return ERROR_NONE;
}

static enum error set_sha256(struct entry_scratch *scratch, struct slice text,
			     const char *pointer, struct slice *sha256,
			     struct problem *problem)
{
	uint8_t digest[SHA256_DIGITS / 2];
	char *lower = scratch->text + scratch->used;

	if (text.length != SHA256_DIGITS ||
	    !hex_decode(digest, text.data, text.length) ||
	    sizeof(scratch->text) - scratch->used < SHA256_DIGITS)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "must be a SHA-256 in %d hexadecimal digits",
				   SHA256_DIGITS);
	*sha256 = text;
	if (hex_is_lower(text.data, text.length))
		return ERROR_NONE;
	scratch->used += hex_encode(lower, digest, sizeof(digest));
	*sha256 = slice_of(lower, SHA256_DIGITS);
	return ERROR_NONE;
}

/* ---- any member ---------------------------------------------------------- */

enum error manifest_member_set(struct entry_scratch *scratch,
			       struct entry *entry, enum manifest_member member,
			       struct slice text, struct problem *problem)
{
	const char *pointer = manifest_member_pointers[member];

	if (text.length == 0)
		text = slice_of("", 0);
	switch (member) {
	case MEMBER_KEY:
		return entry_set_key(entry, text, problem);
	case MEMBER_PERMISSION:
		entry->own_scope = true;
		return permission_parse(text, pointer, &entry->scope.permission,
					problem);
	case MEMBER_ACTIONS:
		entry->own_scope = true;
		return set_actions(text, pointer, &entry->scope.actions,
				   problem);
	case MEMBER_TTL:
		entry->own_scope = true;
		return manifest_member_ttl(text, pointer, &entry->scope.ttl,
					   problem);
	case MEMBER_METHOD:
		return method_parse(text, pointer, &entry->method, problem);
	case MEMBER_FILENAME:
		return set_filename(text, pointer, &entry->filename, problem);
	case MEMBER_CONTENT_TYPE:
		return set_content_type(text, pointer, &entry->content_type,
					problem);
	case MEMBER_CONTENT_LENGTH:
		return set_content_length(text, pointer, &entry->content_length,
					  problem);
	case MEMBER_SHA256:
		return set_sha256(scratch, text, pointer, &entry->sha256,
				  problem);
	case MEMBER_COUNT:
		break;
	}
	return problem_set(problem, ERROR_INTERNAL, NULL,
			   "an entry has no such member");
}
