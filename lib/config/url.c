#include <arpa/inet.h>

#include "lib/sign/key.h"
#include "value.h"

struct url {
	struct slice host; /* with its port */
	struct slice path;
	bool https;
	bool loopback;
	bool plain_host; /* as clients put it into Host: see is_plain_host */
};

static bool is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/* A host without its port: a name, an IPv4 address, or an IPv6 one in [ ]. */
static bool check_host(struct slice host, bool *loopback)
{
	char text[256];
	struct in6_addr six;
	struct in_addr four;

	if (host.length == 0 || host.length >= sizeof(text))
		return false;
	memcpy(text, host.data, host.length);
	text[host.length] = '\0';
	if (text[0] == '[') {
		if (host.length < 2 || text[host.length - 1] != ']')
			return false;
		text[host.length - 1] = '\0';
		if (inet_pton(AF_INET6, text + 1, &six) != 1)
			return false;
		*loopback = IN6_IS_ADDR_LOOPBACK(&six);
		return true;
	}
	for (size_t i = 0; i < host.length; i++) {
		if (!is_alphanumeric(text[i]) && text[i] != '.' &&
		    text[i] != '-')
			return false;
	}
	*loopback = strcmp(text, "localhost") == 0 ||
		    (inet_pton(AF_INET, text, &four) == 1 &&
		     ntohl(four.s_addr) >> 24 == 127);
	return true;
}

static bool check_authority(struct slice authority, bool *loopback)
{
	size_t end = authority.length;
	uint64_t port;

	/* The colons inside [ ] are the address's. */
	while (end > 0 && authority.data[end - 1] != ':' &&
	       authority.data[end - 1] != ']')
		end--;
	if (end > 0 && authority.data[end - 1] == ':') {
		struct slice digits =
			slice_of(authority.data + end, authority.length - end);

		if (!slice_number(digits, 65535, &port) || port == 0)
			return false;
		authority.length = end - 1;
	}
	return check_host(authority, loopback);
}

/* Links are signed for the Host that clients send, which has small letters and
 * no port that the scheme stands for (RFC 9110, 4.2.3). */
static bool is_plain_host(struct slice host, bool https)
{
	const char *end = host.data + host.length;
	size_t port = https ? 4 : 3;

	for (size_t i = 0; i < host.length; i++) {
		if (host.data[i] >= 'A' && host.data[i] <= 'Z')
			return false;
	}
	return host.length <= port ||
	       memcmp(end - port, https ? ":443" : ":80", port) != 0;
}

static bool split_url(struct slice text, struct url *url)
{
	static const struct slice schemes[] = { SLICE("http://"),
						SLICE("https://") };
	size_t scheme = slice_starts(text, schemes[1]) ? 1 : 0;
	size_t end;

	if (!slice_starts(text, schemes[scheme]))
		return false;
	url->https = scheme == 1;
	while (text.data[text.length - 1] == '/')
		text.length--;
	if (text.length <= schemes[scheme].length)
		return false;
	text = slice_of(text.data + schemes[scheme].length,
			text.length - schemes[scheme].length);
	for (end = 0; end < text.length && text.data[end] != '/'; end++)
		;
	url->host = slice_of(text.data, end);
	url->plain_host = is_plain_host(url->host, url->https);
	url->path = slice_of(text.data + end, text.length - end);
	for (size_t i = 0; i < url->path.length; i++) {
		char c = url->path.data[i];

		if (!is_alphanumeric(c) && !strchr("/-._~", c))
			return false;
	}
	return url->host.length <= 255 &&
	       check_authority(url->host, &url->loopback);
}

enum error config_url(const struct config_place *place, size_t key,
		      bool with_path, bool https_only, char **url, char **host)
{
	char quoted[KEY_QUOTE_MAX];
	const struct config_value *value;
	enum error error = config_find_text(place, key, &value);
	struct url parts;
	size_t length;

	if (error || !value)
		return error;
	key_quote(quoted, slice_text(value->text));
	if (!split_url(slice_text(value->text), &parts) ||
	    (!with_path && parts.path.length > 0))
		return CONFIG_FAIL(place, value,
				   "'%s' is '%s'; write https://HOST or "
				   "https://HOST:PORT%s",
				   config_key_name(place, key), quoted,
				   with_path ? ", and a path" : " alone");
	if (host && !parts.plain_host)
		return CONFIG_FAIL(place, value,
				   "'%s' is '%s'; write the host in small "
				   "letters and leave out port %d, as clients "
				   "do in the Host that links are signed for",
				   config_key_name(place, key), quoted,
				   parts.https ? 443 : 80);
	if (https_only && !parts.https && !parts.loopback)
		return CONFIG_FAIL(place, value,
				   "'%s' is '%s', and plain http is for this "
				   "machine alone; write https://",
				   config_key_name(place, key), quoted);
	length = (size_t)(parts.path.data + parts.path.length - value->text);
	error = config_replace(place, url, strndup(value->text, length));
	if (!error && host)
		error = config_replace(place, host,
				       strndup(parts.host.data,
					       parts.host.length));
	return error;
}
