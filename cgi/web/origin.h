/*
 * origin - did a page of this service make the browser ask?
 *
 * A browser sends the user's login, and has the user's address, whatever page
 * makes it ask (CSRF). A bearer token is sent only by a program that knows it,
 * so requests with one need not be judged.
 */
#ifndef MINTAGE_CGI_WEB_ORIGIN_H
#define MINTAGE_CGI_WEB_ORIGIN_H

#include "client.h"

/*
 * True where a page of another site may have made the browser send a request
 * that issues or changes something: where Sec-Fetch-Site is neither same-origin
 * nor none, or where there is no such header and Origin isn't the scheme, host
 * and port that the client asked for. A request with neither header is not from
 * a browser of today.
 */
bool origin_is_foreign(const struct request *request,
		       const struct client *client);

#endif
