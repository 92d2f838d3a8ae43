#include "client.h"

/* ---- the peer ------------------------------------------------------------- */

/* The web server's peer: the last one on the way here. */
struct peer {
	bool has_address;
	struct address address;
	bool is_unix; /* it came by a Unix socket, and has no address */
};

/* Servers that listen on a Unix socket send nothing as REMOTE_ADDR (lighttpd),
 * "unix:" (nginx) or the socket's path. */
static void peer_read(struct peer *peer, struct slice text)
{
	peer->has_address = address_read(&peer->address, text);
	peer->is_unix = text.length == 0 || text.data[0] == '/' ||
			slice_starts(text, slice_text("unix:"));
}

static bool is_trusted(const struct networks *trusted,
		       const struct address *address)
{
	for (size_t i = 0; trusted && i < trusted->count; i++) {
		if (address_network_has(&trusted->list[i], address))
			return true;
	}
	return false;
}

static bool is_trusted_peer(const struct networks *trusted,
			    const struct peer *peer)
{
	if (peer->has_address)
		return is_trusted(trusted, &peer->address);
	return trusted && trusted->has_unix && peer->is_unix;
}

static bool is_loopback_peer(const struct peer *peer)
{
	return peer->has_address ? address_is_loopback(&peer->address) :
				   peer->is_unix;
}

/* ---- hosts ---------------------------------------------------------------- */

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

/* Is this host a name of this machine, or absent? */
static bool is_loopback_host(struct slice host)
{
	struct slice name = without_port(host);
	struct address address;

	return host.length == 0 ||
	       slice_equal_nocase(name, slice_text("localhost")) ||
	       (address_read(&address, name) && address_is_loopback(&address));
}

/* ---- from a proxy that is believed ---------------------------------------- */

/* Take the last element from the list *rest, without the blanks around it. */
static struct slice take_last(struct slice *rest)
{
	const char *comma =
		rest->length ? memrchr(rest->data, ',', rest->length) : NULL;
	struct slice last = *rest;

	if (comma) {
		last.length = rest->length - (size_t)(comma + 1 - rest->data);
		last.data = comma + 1;
		rest->length = (size_t)(comma - rest->data);
	} else {
		*rest = slice_of(NULL, 0);
	}
	return slice_trim(last);
}

/* Read an element of X-Forwarded-For; some proxies write a port, and then IPv6
 * in brackets. *text becomes the address alone. */
static bool hop_read(struct address *address, struct slice *text)
{
	if (address_read(address, *text))
		return true;
	*text = without_port(*text);
	return address_read(address, *text);
}

/* Walk from this machine to the client. False where the way can't be told. */
static bool follow(struct client *client, struct slice forwarded_for,
		   const struct networks *trusted)
{
	struct address address;
	struct slice text;

	if (forwarded_for.length == 0)
		return false;
	do {
		text = take_last(&forwarded_for);
		if (!hop_read(&address, &text))
			return false;
		client->loopback = client->loopback &&
				   address_is_loopback(&address);
		client->address = text;
	} while (forwarded_for.data && is_trusted(trusted, &address));
	return true;
}

/* Each proxy on the way may have added a word. */
static bool is_all_https(struct slice proto)
{
	struct slice one;

	while (slice_split(&proto, ',', &one)) {
		if (!slice_equal_nocase(slice_trim(one), slice_text("https")))
			return false;
	}
	return true;
}

static void believe(struct client *client, const struct request *request,
		    const struct networks *trusted)
{
	/* Nobody knows which of two was the proxy's own. */
	if (request->is_forwarded_twice ||
	    !follow(client, request->forwarded_for, trusted)) {
		client->address = request->remote_address;
		client->loopback = false;
	}
	if (request->is_forwarded_twice)
		client->https = false;
	else if (request->forwarded_proto.length > 0)
		client->https = is_all_https(request->forwarded_proto);
	if (request->forwarded_host.length > 0 && !request->is_forwarded_twice)
		client->host = request->forwarded_host;
}

/* ---- all of it ------------------------------------------------------------ */

/* HTTP/1.1 or later. nginx asks by HTTP/1.0 where nobody told it otherwise, and
 * then sends no header of its own. */
static bool is_modern(struct slice protocol)
{
	static const struct slice http = SLICE("HTTP/");

	return slice_starts(protocol, http) && protocol.length > http.length &&
	       protocol.data[http.length] >= '1' &&
	       protocol.data[http.length] <= '9' &&
	       !slice_is(protocol, "HTTP/1.0") && !slice_is(protocol, "HTTP/1");
}

void client_read(struct client *client, const struct request *request,
		 const struct networks *trusted)
{
	struct peer peer;

	peer_read(&peer, request->remote_address);
	*client = (struct client){
		.address = request->remote_address,
		.host = request->host,
		.https = request->https,
	};
	if (is_trusted_peer(trusted, &peer)) {
		client->loopback = is_loopback_peer(&peer);
		believe(client, request, trusted);
	} else {
		client->loopback = peer.has_address &&
				   address_is_loopback(&peer.address) &&
				   !request->is_forwarded &&
				   is_modern(request->protocol);
	}
	client->loopback_host = is_loopback_host(client->host);
}
