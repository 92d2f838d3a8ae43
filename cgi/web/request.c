#include "request.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "status.h"

typedef const char *get_fn(void *context, const char *name);

/* The value of a variable; {NULL, 0} where it is empty or not set. */
static struct slice variable(get_fn *get, void *context, const char *name)
{
	const char *value = get(context, name);

	return slice_text(value && *value ? value : NULL);
}

/* The path without /client/v4, the root of Cloudflare's own API, so that
 * clients of that API need to change only the host in their base URL. */
static struct slice path_of(struct slice path)
{
	static const struct slice root = SLICE("/client/v4");
	struct slice rest;

	if (slice_starts(path, root)) {
		rest = slice_of(path.data + root.length,
				path.length - root.length);
		if (rest.length == 0 || rest.data[0] == '/')
			path = rest;
	}
	return path.length > 0 ? path : (struct slice)SLICE("/");
}

/* Did the web server itself receive the request over https? X-Forwarded-Proto
 * and similar headers are ignored, because a client can forge them. */
static bool is_https(get_fn *get, void *context)
{
	struct slice https = variable(get, context, "HTTPS");
	struct slice scheme = variable(get, context, "REQUEST_SCHEME");

	return slice_equal_nocase(https, slice_text("on")) ||
	       slice_is(https, "1") ||
	       slice_equal_nocase(scheme, slice_text("https"));
}

static bool is_loopback(struct slice address)
{
	struct in_addr v4;
	struct in6_addr v6;

	/* A slice that is not empty came from getenv or FastCGI, or was copied
	 * to `text` below, so a NUL ends it. */
	if (address.length == 0)
		return false;
	if (inet_pton(AF_INET, address.data, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	if (inet_pton(AF_INET6, address.data, &v6) != 1)
		return false;
	return IN6_IS_ADDR_LOOPBACK(&v6) ||
	       (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

/* The host without port and brackets: "[::1]:80" gives "::1". {NULL, 0} where a
 * bracket is left open. */
static struct slice without_port(struct slice host)
{
	struct slice rest = host, name = slice_of(NULL, 0);

	if (host.length == 0 || host.data[0] != '[') {
		slice_split(&rest, ':', &name);
		return name;
	}
	rest = slice_of(host.data + 1, host.length - 1);
	slice_split(&rest, ']', &name);
	return rest.data ? name : slice_of(NULL, 0);
}

/* Is the Host header a name of this machine, or absent? */
static bool is_loopback_host(struct slice host)
{
	struct slice name = without_port(host);
	char text[INET6_ADDRSTRLEN];

	if (host.length == 0 ||
	    slice_equal_nocase(name, slice_text("localhost")))
		return true;
	if (name.length == 0 || name.length >= sizeof(text))
		return false;
	memcpy(text, name.data, name.length);
	text[name.length] = '\0';
	return is_loopback(slice_of(text, name.length));
}

static bool only_digits(struct slice text)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	return text.length > 0;
}

/* slice_number refuses leading zeros, but Content-Length may have them (RFC
 * 9110, 8.6). */
static struct slice without_leading_zeros(struct slice text)
{
	while (text.length > 1 && text.data[0] == '0')
		text = slice_of(text.data + 1, text.length - 1);
	return text;
}

static void read_length(struct request *request, struct slice text)
{
	if (text.length == 0)
		return;
	text = without_leading_zeros(text);
	if (slice_number(text, UINT64_MAX, &request->length)) {
		request->has_length = true;
	} else if (only_digits(text)) {
		/* It is a number, but too large. The answer is then 413, not
		 * 400. */
		request->length = UINT64_MAX;
		request->has_length = true;
	} else {
		request->bad_length = true;
	}
}

void request_begin(struct request *request, struct stream *stream, get_fn *get,
		   void *context)
{
	*request = (struct request){
		.method = variable(get, context, "REQUEST_METHOD"),
		.path = path_of(variable(get, context, "PATH_INFO")),
		.script = variable(get, context, "SCRIPT_NAME"),
		.query = variable(get, context, "QUERY_STRING"),
		.content_type = variable(get, context, "CONTENT_TYPE"),
		.accept = variable(get, context, "HTTP_ACCEPT"),
		.authorization = variable(get, context, "HTTP_AUTHORIZATION"),
		.remote_user = variable(get, context, "REMOTE_USER"),
		.fetch_site = variable(get, context, "HTTP_SEC_FETCH_SITE"),
		.remote_address = variable(get, context, "REMOTE_ADDR"),
		.https = is_https(get, context),
		.stream = stream,
	};
	/* Apache renames a variable that a rewrite rule set before an internal
	 * redirect. */
	if (request->authorization.length == 0)
		request->authorization =
			variable(get, context, "REDIRECT_HTTP_AUTHORIZATION");
	request->loopback = is_loopback(request->remote_address);
	request->loopback_host =
		is_loopback_host(variable(get, context, "HTTP_HOST"));
	read_length(request, variable(get, context, "CONTENT_LENGTH"));
}

void request_refuse(const struct request *request, int status, const char *text)
{
	struct stream *stream = request->stream;
	char head[256];
	int length = snprintf(head, sizeof(head),
			      "Status: %d %s\r\n"
			      "Content-Type: text/plain; charset=utf-8\r\n"
			      "Cache-Control: no-store\r\n"
			      "\r\n",
			      status, status_text(status));

	if (length > 0 && (size_t)length < sizeof(head) &&
	    stream->write(stream->context, head, (size_t)length))
		(void)stream->write(stream->context, text, strlen(text));
}
