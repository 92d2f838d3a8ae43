#include "target.h"

#include "lib/base/percent.h"
#include "lib/base/unicode.h"
#include "lib/sign/key.h"

/* ---- walking through an encoded text -------------------------------------- */

/* The length of the first byte's text: 3 for "%2F". */
static size_t step(struct slice sent)
{
	return sent.length >= 3 && sent.data[0] == '%' ? 3 : 1;
}

static struct slice after(struct slice text, size_t length)
{
	return slice_of(text.data + length, text.length - length);
}

/* What follows the text that decodes to the first `length` bytes. */
static struct slice skip(struct slice sent, size_t length)
{
	while (length-- > 0 && sent.length > 0)
		sent = after(sent, step(sent));
	return sent;
}

static bool is_encoded_slash(struct slice sent)
{
	return step(sent) == 3 && sent.data[1] == '2' &&
	       (sent.data[2] | 0x20) == 'f';
}

static bool has_encoded_slash(struct slice sent)
{
	for (; sent.length > 0; sent = after(sent, step(sent))) {
		if (is_encoded_slash(sent))
			return true;
	}
	return false;
}

/* ---- comparing paths ------------------------------------------------------ */

/* The next byte of a path in which every row of slashes counts as one, or -1 at
 * its end. */
static int next_merged(struct slice *path)
{
	char c;

	if (path->length == 0)
		return -1;
	c = *path->data;
	do {
		*path = after(*path, 1);
	} while (c == '/' && path->length > 0 && *path->data == '/');
	return (unsigned char)c;
}

/* Are the two one path, but for the number of slashes in a row? */
static bool equal_merged(struct slice a, struct slice b)
{
	int one;

	do {
		one = next_merged(&a);
		if (one != next_merged(&b))
			return false;
	} while (one >= 0);
	return true;
}

/* Decode `sent`, but leave each "%2F" as it is. dst: sent.length bytes. */
static struct slice decode_but_slashes(char *dst, struct slice sent)
{
	size_t length = 0;

	while (sent.length > 0) {
		size_t one = step(sent);
		struct slice byte;

		if (is_encoded_slash(sent)) {
			memcpy(dst + length, sent.data, one);
			length += one;
		} else if (percent_decode(dst + length,
					  slice_of(sent.data, one), &byte)) {
			length += byte.length;
		}
		sent = after(sent, one);
	}
	return slice_of(dst, length);
}

/* Is PATH_INFO what a server makes of this path, of which it may have merged
 * slashes? Apache with AllowEncodedSlashes NoDecode leaves "%2F" in it. */
static bool agrees(struct slice path, struct slice sent, struct slice path_info)
{
	char text[DOWNLOAD_TARGET_MAX];

	return equal_merged(path, path_info) ||
	       (has_encoded_slash(sent) &&
		equal_merged(decode_but_slashes(text, sent), path_info));
}

/* ---- the parts of an address ---------------------------------------------- */

/* Divide REQUEST_URI into path and query. It may be a whole URL: a client may
 * ask so (RFC 9112, 3.2.2). */
static void divide(struct slice uri, struct slice *path, struct slice *query)
{
	static const char mark[] = "://";
	const char *found;

	*path = slice_of(NULL, 0);
	(void)slice_split(&uri, '?', path);
	*query = uri;
	if (path->length == 0 || path->data[0] == '/')
		return;
	found = memmem(path->data, path->length, mark, sizeof(mark) - 1);
	if (!found)
		return;
	found += sizeof(mark) - 1;
	while (found < path->data + path->length && *found != '/')
		found++;
	*path = after(*path, (size_t)(found - path->data));
}

static enum error fail(struct problem *problem, const char *why)
{
	return problem_set(problem, ERROR_BAD_VALUE, NULL, "%s", why);
}

/* Decode the whole path into target->text and check it. */
static enum error decode(struct download_target *target, struct slice sent,
			 struct problem *problem)
{
	if (sent.length > sizeof(target->text))
		return fail(problem, "the address is too long for a key");
	target->used = sent.length;
	if (!percent_decode(target->text, sent, &target->path))
		return fail(problem, "the address has a '%' without two "
				     "hexadecimal digits behind it: write %25 "
				     "for '%' itself");
	target->sent = sent;
	if (target->path.data[0] != '/')
		return fail(problem, "the address does not begin with a slash");
	if (memchr(target->path.data, '\0', target->path.length) ||
	    unicode_valid(target->path) < target->path.length)
		return fail(problem, "the address is not UTF-8, or has a NUL: "
				     "no key has either");
	if (key_has_dot_segment(target->path))
		return fail(problem, "the address has a '.' or '..' between "
				     "slashes, which no link can have");
	return ERROR_NONE;
}

/* ---- addresses that the server rewrote ------------------------------------ */

/* Has this text only bytes that no rewriting takes for something else, as it
 * does "?", or decodes or encodes once too often, as "%" and blanks? */
static bool is_plain(struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c < 0x80 && !strchr("-._~/", c))
			return false;
	}
	return true;
}

/* How many bytes at their ends the two have in common. */
static size_t common_end(struct slice a, struct slice b)
{
	size_t most = a.length < b.length ? a.length : b.length;
	size_t length = 0;

	while (length < most &&
	       a.data[a.length - 1 - length] == b.data[b.length - 1 - length])
		length++;
	return length;
}

/* Could the server, on its way from `path` to `path_info`, have made another
 * key's of it? What is alike in both it did not change. */
static bool is_certain(struct slice path, struct slice sent,
		       struct slice path_info)
{
	size_t end = common_end(path, path_info);

	return !has_encoded_slash(sent) &&
	       !memmem(path.data, path.length, "//", 2) &&
	       is_plain(slice_of(path.data, path.length - end)) &&
	       is_plain(slice_of(path_info.data, path_info.length - end));
}

/* PATH_INFO is all there is. */
static enum error take_path_info(struct download_target *target,
				 struct slice path_info,
				 struct problem *problem)
{
	if (!is_certain(target->path, target->sent, path_info))
		return fail(problem,
			    "the web server rewrote this address, and one with "
			    "'//', '%2F' or characters that are to be encoded "
			    "is not certain then: use the address that it "
			    "leads to");
	if (path_info.length == 0 || path_info.data[0] != '/' ||
	    path_info.length > sizeof(target->text) ||
	    unicode_valid(path_info) < path_info.length ||
	    key_has_dot_segment(path_info))
		return fail(problem, "the web server rewrote this address to "
				     "one that no key has");
	target->path = path_info;
	target->sent = slice_of(NULL, 0);
	return ERROR_NONE;
}

/* ---- all of it ------------------------------------------------------------ */

/* Is `path` the program's own, or below it? */
static bool is_below(struct slice path, struct slice script)
{
	return slice_starts(path, script) && (path.length == script.length ||
					      path.data[script.length] == '/');
}

/* Leave away the first `length` bytes where the server means what then
 * remains. */
static bool take_below(struct download_target *target, size_t length,
		       struct slice path_info)
{
	struct slice path = after(target->path, length);
	struct slice sent = skip(target->sent, length);

	if (!agrees(path, sent, path_info))
		return false;
	target->path = path;
	target->sent = sent;
	return true;
}

enum error download_target_read(struct download_target *target,
				const struct download_address *address,
				struct problem *problem)
{
	struct slice script = address->script;
	struct slice path;
	enum error error;
	bool below;

	target->used = 0;
	divide(address->request_uri, &path, &target->query);
	if (path.length == 0)
		return fail(problem, "the web server does not pass on "
				     "REQUEST_URI, without which no key is "
				     "certain");
	error = decode(target, path, problem);
	if (error)
		return error;
	while (script.length > 0 && script.data[script.length - 1] == '/')
		script.length--;
	below = is_below(target->path, script);
	if (below && take_below(target, script.length, address->path_info))
		return ERROR_NONE;
	/* The server may have put its mount before a path that stayed. */
	if (take_below(target, 0, address->path_info))
		return ERROR_NONE;
	if (below && !address->is_rewritten)
		return fail(problem, "the web server and the client do not "
				     "mean the same address");
	return take_path_info(target, address->path_info, problem);
}

void download_target_below(const struct download_target *target, size_t length,
			   struct slice *decoded, struct slice *sent)
{
	*decoded = after(target->path, length);
	*sent = target->sent.data ? skip(target->sent, length) : *decoded;
}

void download_target_end(struct download_target *target)
{
	explicit_bzero(target->text, target->used);
}
