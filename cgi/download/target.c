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

/* What follows the text that decodes to the first `length` bytes. */
static struct slice skip(struct slice sent, size_t length)
{
	while (length-- > 0 && sent.length > 0) {
		size_t one = step(sent);

		sent = slice_of(sent.data + one, sent.length - one);
	}
	return sent;
}

/* The next byte of a path in which every row of slashes counts as one, or -1 at
 * its end. */
static int next_merged(struct slice *path)
{
	char c;

	if (path->length == 0)
		return -1;
	c = *path->data;
	do {
		*path = slice_of(path->data + 1, path->length - 1);
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

/* ---- the parts of an address ---------------------------------------------- */

/* Divide REQUEST_URI into path and query. It may be a whole URL: a client may
 * ask so (RFC 9112, 3.2.2). */
static void divide(struct slice uri, struct slice *path, struct slice *query)
{
	static const char mark[] = "://";
	const char *found;

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
	*path = slice_of(found, (size_t)(path->data + path->length - found));
}

static enum error fail(struct problem *problem, const char *why)
{
	return problem_set(problem, ERROR_BAD_VALUE, NULL, "%s", why);
}

/* Decode a path into target->text and check it. */
static enum error decode(struct download_target *target, struct slice sent,
			 struct problem *problem)
{
	if (sent.length > sizeof(target->text))
		return fail(problem, "the address is too long for a key");
	if (!percent_decode(target->text, sent, &target->path))
		return fail(problem, "the address has a '%' without two "
				     "hexadecimal digits behind it: write %25 "
				     "for '%' itself");
	target->sent = sent;
	if (memchr(target->path.data, '\0', target->path.length) ||
	    unicode_valid(target->path) < target->path.length)
		return fail(problem, "the address is not UTF-8, or has a NUL: "
				     "no key has either");
	if (key_has_dot_segment(target->path))
		return fail(problem, "the address has a '.' or '..' between "
				     "slashes, which no link can have");
	return ERROR_NONE;
}

/* Does what the client sent agree with what the server made of it? Apache with
 * AllowEncodedSlashes NoDecode leaves "%2F" in PATH_INFO. */
static bool agrees(const struct download_target *target, struct slice path_info)
{
	char text[DOWNLOAD_TARGET_MAX];
	struct slice decoded;

	if (path_info.length == 0)
		path_info = slice_text("/");
	if (equal_merged(target->path, path_info))
		return true;
	return path_info.length <= sizeof(text) &&
	       percent_decode(text, path_info, &decoded) &&
	       equal_merged(target->path, decoded);
}

/* Could a server have changed this path, so that PATH_INFO is that of another
 * key? `path` is decoded, `sent` is not. */
static bool is_changeable(struct slice sent, struct slice path)
{
	if (memmem(path.data, path.length, "//", 2) ||
	    key_has_dot_segment(path))
		return true;
	for (; sent.length > 0; sent = skip(sent, 1)) {
		if (step(sent) == 3 && sent.data[1] == '2' &&
		    (sent.data[2] | 0x20) == 'f')
			return true;
	}
	return false;
}

/* The server rewrote the address: take PATH_INFO, unless it may be another
 * key's. */
static enum error take_path_info(struct download_target *target,
				 struct slice sent,
				 const struct download_address *address,
				 struct problem *problem)
{
	enum error error = decode(target, sent, problem);

	if (!error && is_changeable(sent, target->path))
		error = fail(problem,
			     "the web server rewrote this address, and one "
			     "with '//' or '%2F' is not certain then: use the "
			     "address that it leads to");
	if (error)
		return error;
	if (address->path_info.length > sizeof(target->text) ||
	    unicode_valid(address->path_info) < address->path_info.length ||
	    key_has_dot_segment(address->path_info))
		return fail(problem, "the web server rewrote this address to "
				     "one that no key has");
	target->path = address->path_info;
	target->sent = slice_of(NULL, 0);
	return ERROR_NONE;
}

enum error download_target_read(struct download_target *target,
				const struct download_address *address,
				struct problem *problem)
{
	struct slice path, below, decoded;
	enum error error;

	divide(address->request_uri, &path, &target->query);
	if (path.length == 0)
		return fail(problem, "the web server does not pass on "
				     "REQUEST_URI, without which no key is "
				     "certain");
	error = decode(target, path, problem);
	if (error)
		return error;
	decoded = target->path;
	below = skip(path, address->script.length);
	if (slice_starts(decoded, address->script) &&
	    (below.length == 0 || below.data[0] == '/' ||
	     below.data[0] == '%')) {
		error = decode(target, below, problem);
		if (!error && agrees(target, address->path_info))
			return ERROR_NONE;
		if (!address->is_rewritten)
			return fail(problem, "the web server and the client "
					     "do not mean the same address");
	}
	return take_path_info(target, path, address, problem);
}

void download_target_below(const struct download_target *target, size_t length,
			   struct slice *decoded, struct slice *sent)
{
	*decoded = slice_of(target->path.data + length,
			    target->path.length - length);
	*sent = target->sent.data ? skip(target->sent, length) : *decoded;
}
