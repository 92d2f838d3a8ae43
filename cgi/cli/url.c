#include "url.h"

#include <arpa/inet.h>
#include <string.h>

#include "lib/base/buffer.h"

static bool host_is_local(struct slice host)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr six;
	struct in_addr four;

	if (host.length >= sizeof(text))
		return false;
	memcpy(text, host.data, host.length);
	text[host.length] = '\0';
	if (strcmp(text, "localhost") == 0)
		return true;
	if (inet_pton(AF_INET, text, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, text, &six) == 1 &&
	       IN6_IS_ADDR_LOOPBACK(&six);
}

/* The host in "host:port/path?query". An IPv6 address stands in [ ], because it
 * has colons itself. */
static struct slice host_of(const char *rest)
{
	size_t length = strcspn(rest, "/?#");
	size_t host;

	/* What stands before an @ is a user, who could look like a host. */
	if (memchr(rest, '@', length))
		return slice_of("", 0);
	if (*rest == '[') {
		host = strcspn(rest, "]");
		return slice_of(rest + 1, host < length ? host - 1 : 0);
	}
	host = strcspn(rest, ":");
	return slice_of(rest, host < length ? host : length);
}

bool url_is_private(const char *url)
{
	static const struct slice https = SLICE("https://");
	static const struct slice http = SLICE("http://");
	struct slice text = slice_text(url);

	if (slice_starts(text, https))
		return text.length > https.length;
	return slice_starts(text, http) &&
	       host_is_local(host_of(url + http.length));
}
