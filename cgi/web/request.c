#include "request.h"

#include <stdio.h>
#include <string.h>

#include "safety.h"
#include "status.h"

/* The value of a variable; {NULL, 0} where it is empty or not set. */
static struct slice variable(char *const *environment, const char *name)
{
	size_t length = strlen(name);

	for (; *environment; environment++) {
		const char *text = *environment;

		/* Most differ in the first letter, which is quickly seen. */
		if (text[0] == name[0] && strncmp(text, name, length) == 0 &&
		    text[length] == '=')
			return text[length + 1] ?
				       slice_text(text + length + 1) :
				       slice_of(NULL, 0);
	}
	return slice_of(NULL, 0);
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

/* Did the web server itself receive the request over https? */
static bool is_https(char *const *environment)
{
	struct slice https = variable(environment, "HTTPS");
	struct slice scheme = variable(environment, "REQUEST_SCHEME");

	return slice_equal_nocase(https, slice_text("on")) ||
	       slice_is(https, "1") ||
	       slice_equal_nocase(scheme, slice_text("https"));
}

/* ---- what proxies add ----------------------------------------------------- */

/* The headers that proxies, balancers and content networks add. One that ends
 * in "*" stands for all that begin so. */
static const char *const proxy_headers[] = {
	"CDN_LOOP",      "CF_*",           "CLIENT_IP",       "CLOUDFRONT_*",
	"EAGLEID",       "FASTLY_*",       "FLY_*",           "FORWARDED*",
	"MAX_FORWARDS",  "PROXY_*",        "TRUE_CLIENT_*",   "VIA",
	"WL_PROXY_*",    "X_AMZN_TRACE_*", "X_APPENGINE_*",   "X_ARR_*",
	"X_AZURE_*",     "X_BLUECOAT_*",   "X_CLIENT_*",      "X_CLUSTER_*",
	"X_COMING_FROM", "X_ENVOY_*",      "X_FORWARD*",      "X_FROM_CDN",
	"X_HOST",        "X_NF_*",         "X_ORIGINAL_*",    "X_ORIGINATING_*",
	"X_PROXY*",      "X_REAL_*",       "X_REMOTE_ADDR",   "X_REMOTE_IP",
	"X_SCHEME",      "X_SUCURI_*",     "X_TRUE_CLIENT_*", "X_URL_SCHEME",
	"X_VARNISH*",    "X_VERCEL_*",
};

/* Is `text` NAME=value with this name, or for "BEGIN*" a name that begins so? */
static bool is_named(const char *text, const char *name)
{
	size_t length;

	if (text[0] != name[0])
		return false;
	length = strlen(name);
	if (name[length - 1] == '*')
		return strncmp(text, name, length - 1) == 0;
	return strncmp(text, name, length) == 0 && text[length] == '=';
}

static bool is_proxy_header(const char *text)
{
	size_t count = sizeof(proxy_headers) / sizeof(proxy_headers[0]);

	for (size_t i = 0; i < count; i++) {
		if (is_named(text, proxy_headers[i]))
			return true;
	}
	return false;
}

static bool is_twice(char *const *environment, const char *name)
{
	size_t count = 0;

	for (; *environment; environment++)
		count += is_named(*environment, name);
	return count > 1;
}

/* A client may send X_Forwarded_For beside a proxy's X-Forwarded-For. Some web
 * servers pass on both, and then under one name. */
static void read_forwarded(struct request *request, char *const *environment)
{
	static const char http[] = "HTTP_";
	static const char from[] = "HTTP_X_FORWARDED_FOR";
	static const char proto[] = "HTTP_X_FORWARDED_PROTO";
	static const char host[] = "HTTP_X_FORWARDED_HOST";

	for (char *const *at = environment; *at; at++) {
		if (strncmp(*at, http, sizeof(http) - 1) == 0 &&
		    is_proxy_header(*at + sizeof(http) - 1))
			request->is_forwarded = true;
	}
	request->forwarded_for = variable(environment, from);
	request->forwarded_proto = variable(environment, proto);
	request->forwarded_host = variable(environment, host);
	request->is_forwarded_twice = is_twice(environment, from) ||
				      is_twice(environment, proto) ||
				      is_twice(environment, host);
}

/* ---- the length of the body ----------------------------------------------- */

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

/* ---- what came twice ------------------------------------------------------- */

/* These say who asks, for what host, and how the body is to be read. Where a
 * request has two of one, a proxy may have checked the one, and this program
 * would use the other. */
static const char *const singular[] = {
	"CONTENT_LENGTH", "CONTENT_TYPE",          "HTTP_AUTHORIZATION",
	"REMOTE_USER",    "HTTP_CONTENT_ENCODING", "HTTP_HOST",
	"HTTP_ORIGIN",    "HTTP_SEC_FETCH_SITE",
};

/* Has the variable two values that differ? */
static bool differs(char *const *environment, const char *name)
{
	const char *first = NULL;

	for (; *environment; environment++) {
		if (!is_named(*environment, name))
			continue;
		if (first && strcmp(first, *environment) != 0)
			return true;
		first = *environment;
	}
	return false;
}

static const char *contradiction_in(char *const *environment)
{
	for (size_t i = 0; i < sizeof(singular) / sizeof(singular[0]); i++) {
		if (differs(environment, singular[i]))
			return singular[i];
	}
	return NULL;
}

void request_begin(struct request *request, struct stream *stream,
		   char *const *environment)
{
	*request = (struct request){
		.method = variable(environment, "REQUEST_METHOD"),
		.path = path_of(variable(environment, "PATH_INFO")),
		.path_info = variable(environment, "PATH_INFO"),
		.uri = variable(environment, "REQUEST_URI"),
		.is_rewritten = variable(environment, "REDIRECT_URL").length >
				0,
		.script = variable(environment, "SCRIPT_NAME"),
		.query = variable(environment, "QUERY_STRING"),
		.content_type = variable(environment, "CONTENT_TYPE"),
		.content_encoding =
			variable(environment, "HTTP_CONTENT_ENCODING"),
		.has_coding =
			variable(environment, "HTTP_TRANSFER_ENCODING").length >
			0,
		.accept = variable(environment, "HTTP_ACCEPT"),
		.accept_language =
			variable(environment, "HTTP_ACCEPT_LANGUAGE"),
		.authorization = variable(environment, "HTTP_AUTHORIZATION"),
		.remote_user = variable(environment, "REMOTE_USER"),
		.fetch_site = variable(environment, "HTTP_SEC_FETCH_SITE"),
		.origin = variable(environment, "HTTP_ORIGIN"),
		.host = variable(environment, "HTTP_HOST"),
		.user_agent = variable(environment, "HTTP_USER_AGENT"),
		.protocol = variable(environment, "SERVER_PROTOCOL"),
		.remote_address = variable(environment, "REMOTE_ADDR"),
		.https = is_https(environment),
		.stream = stream,
		.environment = environment,
	};
	/* Apache renames a variable that a rewrite rule set before an internal
	 * redirect. */
	if (request->authorization.length == 0)
		request->authorization =
			variable(environment, "REDIRECT_HTTP_AUTHORIZATION");
	read_forwarded(request, environment);
	read_length(request, variable(environment, "CONTENT_LENGTH"));
	request->contradiction = contradiction_in(environment);
}

/* Wipe what stands behind the first blank of the variable's value, or all of
 * it. */
static void forget(char *text, const char *name)
{
	size_t length = strlen(name);

	if (strncmp(text, name, length) != 0 || text[length] != '=')
		return;
	text += length + 1;
	text += text[strcspn(text, " ")] ? strcspn(text, " ") : 0;
	explicit_bzero(text, strlen(text));
}

void request_forget_authorization(const struct request *request)
{
	char *const *variable = request->environment;

	if (request->authorization.length == 0 || !variable)
		return;
	for (; *variable; variable++) {
		forget(*variable, "HTTP_AUTHORIZATION");
		forget(*variable, "REDIRECT_HTTP_AUTHORIZATION");
	}
}

void request_refuse(const struct request *request, int status, const char *text)
{
	struct stream *stream = request->stream;
	struct slice safety = safety_headers(SAFETY_DATA);
	char head[512];
	int length = snprintf(head, sizeof(head),
			      "Status: %d %s\r\n"
			      "Content-Type: text/plain; charset=utf-8\r\n"
			      "Cache-Control: no-store\r\n"
			      "%.*s\r\n",
			      status, status_text(status), (int)safety.length,
			      safety.data);

	if (length > 0 && (size_t)length < sizeof(head) &&
	    stream->write(stream->context, head, (size_t)length))
		(void)stream->write(stream->context, text, strlen(text));
}
