/*
 * client - where a request began, how it came here, and under which name.
 *
 * Behind a proxy on the same machine every request comes from a loopback
 * address. A request that a proxy passed on, by its headers or because it is of
 * HTTP/1.0, is therefore never of this machine, unless the configuration trusts
 * that proxy and the proxy says so.
 */
#ifndef MINTAGE_CGI_WEB_CLIENT_H
#define MINTAGE_CGI_WEB_CLIENT_H

#include "lib/config/types.h"
#include "request.h"

/* Borrows from the request. */
struct client {
	struct slice address; /* the web server's peer, or who a trusted proxy
			       * says began the request */
	struct slice host;    /* what the client asked for: host[:port] */
	bool https;           /* by https all the way, as far as is known */
	bool loopback;        /* the request began on this machine */
	bool loopback_host;   /* `host` is a name of this machine, or absent */
};

/*
 * Settle who sent the request. `trusted` are the proxies that are believed, or
 * NULL for none.
 *
 * From a trusted proxy, the client is the rightmost address in X-Forwarded-For
 * that is not a trusted proxy's; where all are, the leftmost. It is loopback
 * where every address from the client to this machine is. Without the header,
 * with one that can't be read or that came twice, the client is the proxy, and
 * not loopback. X-Forwarded-Proto says whether all was https, and
 * X-Forwarded-Host replaces Host.
 *
 * From anyone else these headers are not believed, and any header of a proxy
 * (request->forwarded), or a protocol before HTTP/1.1, ends loopback.
 */
void client_read(struct client *client, const struct request *request,
		 const struct networks *trusted);

#endif
