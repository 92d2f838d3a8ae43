#include "origin.h"

/* Take `scheme` from the front of *rest. */
static bool take_scheme(struct slice *rest, struct slice scheme)
{
	if (rest->length < scheme.length ||
	    !slice_equal_nocase(slice_of(rest->data, scheme.length), scheme))
		return false;
	*rest = slice_of(rest->data + scheme.length,
			 rest->length - scheme.length);
	return true;
}

/* The host without a port that its scheme has anyway. */
static struct slice without_default_port(struct slice host, bool https)
{
	struct slice port = slice_text(https ? ":443" : ":80");

	if (host.length > port.length &&
	    slice_is(slice_of(host.data + host.length - port.length,
			      port.length),
		     port.data))
		host.length -= port.length;
	return host;
}

/* Is this Origin what the client asked for? "null", which pages without an
 * origin of their own send, never is. */
static bool is_own(struct slice origin, const struct client *client)
{
	static const struct slice secure = SLICE("https://");
	static const struct slice plain = SLICE("http://");

	if (client->host.length == 0 ||
	    !take_scheme(&origin, client->https ? secure : plain))
		return false;
	return slice_equal_nocase(without_default_port(origin, client->https),
				  without_default_port(client->host,
						       client->https));
}

bool origin_is_foreign(const struct request *request,
		       const struct client *client)
{
	struct slice site = request->fetch_site;

	if (site.length > 0)
		return !slice_is(site, "same-origin") &&
		       !slice_is(site, "none");
	return request->origin.length > 0 && !is_own(request->origin, client);
}
