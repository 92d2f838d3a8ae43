/*
 * safety - the header lines by which a browser makes no more of an answer than
 * it is: one table, from which every answer has its lines.
 */
#ifndef MINTAGE_CGI_WEB_SAFETY_H
#define MINTAGE_CGI_WEB_SAFETY_H

#include "lib/base/slice.h"

/* What an answer is to a browser. */
enum safety_kind {
	SAFETY_DATA,     /* for programs; a browser may be tricked into it */
	SAFETY_PAGE,     /* what a browser shows to people */
	SAFETY_REDIRECT, /* to a file, which pages elsewhere may embed */
	SAFETY_COUNT
};

/* Nothing is loaded or sent, and no page elsewhere may put the answer in a
 * frame: an administrator's own template may be XML with a form in it. */
#define SAFETY_NOTHING                             \
	"default-src 'none'; form-action 'none'; " \
	"frame-ancestors 'none'; base-uri 'none'"

/* A page loads styles and scripts of this service, and sends to this service
 * only. No script runs that stands in the page itself, whatever an
 * administrator's own template holds. Such a template may hold styles. */
#define SAFETY_POLICY                                        \
	"default-src 'none'; script-src 'self'"              \
	"; style-src 'self' 'unsafe-inline'; img-src 'self'" \
	"; connect-src 'self'; form-action 'self'"           \
	"; frame-ancestors 'none'; base-uri 'none'"

/* A page may write to the clipboard, for its Copy buttons, and uses nothing
 * else of the machine that it is shown on. These are the names that browsers
 * know, because they complain about others. */
#define SAFETY_FEATURES                                                    \
	"accelerometer=(), autoplay=(), camera=(), clipboard-read=(), "    \
	"clipboard-write=(self), display-capture=(), encrypted-media=(), " \
	"fullscreen=(), geolocation=(), gyroscope=(), hid=(), "            \
	"magnetometer=(), microphone=(), midi=(), payment=(), "            \
	"picture-in-picture=(), publickey-credentials-get=(), "            \
	"screen-wake-lock=(), serial=(), sync-xhr=(), usb=(), "            \
	"xr-spatial-tracking=()"

/*
 * Columns: name, value, and whether it belongs to data, a page, a redirect (1
 * or 0). A redirect has few, because browsers apply the others to the file
 * behind it: a player or a picture on another site could not load it.
 */
#define SAFETY_TABLE(ROW)                                            \
	ROW("X-Content-Type-Options", "nosniff", 1, 1, 1)            \
	ROW("Referrer-Policy", "no-referrer", 1, 1, 1)               \
	ROW("Content-Security-Policy", SAFETY_NOTHING, 1, 0, 0)      \
	ROW("Content-Security-Policy", SAFETY_POLICY, 0, 1, 0)       \
	ROW("X-Frame-Options", "DENY", 1, 1, 0)                      \
	ROW("Cross-Origin-Resource-Policy", "same-origin", 1, 1, 0)  \
	ROW("Cross-Origin-Opener-Policy", "same-origin", 0, 1, 0)    \
	ROW("Cross-Origin-Embedder-Policy", "require-corp", 0, 1, 0) \
	ROW("Permissions-Policy", SAFETY_FEATURES, 0, 1, 0)

/* What an answer of this status and Content-Type is. */
enum safety_kind safety_kind(int status, const char *content_type);

/* The header lines for it, each ending in CRLF. */
struct slice safety_headers(enum safety_kind kind);

#endif
