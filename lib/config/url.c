#include "url.h"

#include <arpa/inet.h>

#include "lib/sign/key.h"
#include "text.h"

struct url {
	struct slice host; /* with its port */
	struct slice path;
	bool https;
	bool loopback;
	bool plain_host; /* written as clients send it: see is_plain_host */
};

static bool is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/* Is this a host without a port: a name, an IPv4 address, or an IPv6 one in [
 * ]? Then *loopback says whether it is this machine. */
static bool is_host(struct slice host, bool *loopback)
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

/* Is this a host as is_host takes it, with or without a port behind it? */
static bool is_authority(struct slice authority, bool *loopback)
{
	size_t end = authority.length;
	uint64_t port;

	/* Colons inside [ ] belong to an IPv6 address, not to the port. */
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
	return is_host(authority, loopback);
}

/* Links are signed for the Host header that clients send. It has small letters,
 * and leaves out the port that is the scheme's default (RFC 9110, 4.2.3). */
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
	/* Clients would resolve the one and servers merge the other. */
	if (key_has_dot_segment(url->path) ||
	    memmem(url->path.data, url->path.length, "//", 2))
		return false;
	return url->host.length <= 255 &&
	       is_authority(url->host, &url->loopback);
}

/* An address that can't be used. What stands before an '@' may be a password,
 * so a message never quotes it. */
static enum error fail_url(const struct config_place *place,
			   const struct config_row *row,
			   const struct config_value *value)
{
	const char *path = row->with_path ? ", and a path" : " alone";
	char quoted[KEY_QUOTE_MAX];

	if (strchr(value->text, '@'))
		return CONFIG_FAIL(place, value,
				   "'%s' is an address with a user or a "
				   "password; write https://HOST or "
				   "https://HOST:PORT%s",
				   row->name, path);
	return CONFIG_FAIL(place, value,
			   "'%s' is '%s'; write https://HOST or "
			   "https://HOST:PORT%s",
			   row->name,
			   key_quote(quoted, slice_text(value->text)), path);
}

static enum error url_check(const struct config_place *place,
			    const struct config_row *row,
			    const struct config_value *value, struct url *url)
{
	char quoted[KEY_QUOTE_MAX];

	key_quote(quoted, slice_text(value->text));
	if (!split_url(slice_text(value->text), url) ||
	    (!row->with_path && url->path.length > 0))
		return fail_url(place, row, value);
	if (row->signed_host && !url->plain_host)
		return CONFIG_FAIL(place, value,
				   "'%s' is '%s'; write the host in small "
				   "letters and leave out port %d, as clients "
				   "do in the Host that links are signed for",
				   row->name, quoted, url->https ? 443 : 80);
	if (row->https_only && !url->https && !url->loopback)
		return CONFIG_FAIL(place, value,
				   "'%s' is '%s', and plain http is for this "
				   "machine alone; write https://",
				   row->name, quoted);
	return ERROR_NONE;
}

static enum error read_url(const struct config_place *place,
			   const struct config_row *row, void *target)
{
	const struct config_value *value;
	enum error error = config_place_text(place, row, &value);
	struct url url = { 0 };
	size_t length;

	if (error || !value)
		return error;
	error = url_check(place, row, value, &url);
	if (error)
		return error;
	length = (size_t)(url.path.data + url.path.length - value->text);
	return config_text_replace(place, config_member(row, target),
				   strndup(value->text, length));
}

bool config_url_is_plain(const char *text)
{
	struct url url = { 0 };

	return split_url(slice_text(text), &url) && !url.https && !url.loopback;
}

const struct config_kind config_url = {
	.start = config_text_start,
	.read = read_url,
	.release = config_text_release,
};
