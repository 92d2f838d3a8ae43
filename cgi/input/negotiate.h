/*
 * negotiate - what was sent (Content-Type) and what is wanted (Accept).
 *
 * RFC 9110 sections 8.3 and 12.5.1.
 */
#ifndef MINTAGE_CGI_INPUT_NEGOTIATE_H
#define MINTAGE_CGI_INPUT_NEGOTIATE_H

#include "lib/manifest/manifest.h"
#include "lib/render/renderer.h"

/* What a body is, by its Content-Type. */
enum body_kind {
	BODY_UNKNOWN, /* 415 */
	BODY_JSON,
	BODY_FORM,
	BODY_MULTIPART,
	BODY_MANIFEST, /* a bare manifest: fields are in the query */
};

/* What a body of this Content-Type is. *format is set for BODY_MANIFEST where
 * the type tells it, else it is NULL, and the content decides. A type with a
 * charset other than utf-8 or us-ascii is unknown; a manifest's may be utf-16.
 */
enum body_kind negotiate_body(struct slice content_type,
			      const struct manifest_reader **format);

/* Is it the name of UTF-8, or of ASCII, which is part of it? Or of UTF-16,
 * which is read in manifests? In any case. */
bool negotiate_charset_is_utf8(struct slice charset);
bool negotiate_charset_is_utf16(struct slice charset);

/* ERROR_MEDIA_TYPE for a request whose Content-Encoding (RFC 9110, 8.4) names
 * anything but `identity`, in any case: nothing is unpacked here. */
enum error negotiate_encoding_check(struct slice content_encoding,
				    struct problem *problem) MUST_CHECK;

/* The problem of a request whose body is BODY_UNKNOWN, which names the types to
 * send instead. Returns ERROR_MEDIA_TYPE. */
enum error negotiate_body_problem(struct problem *problem);

/* The format of a manifest by its Content-Type, JSON too. NULL when that is no
 * manifest's type, does not tell the format (text/plain), or has a charset
 * other than utf-8, us-ascii or utf-16. */
const struct manifest_reader *negotiate_manifest(struct slice content_type);

/* How often a media type has a parameter (its name in any case), and the value
 * of the last one, without its quotes. */
size_t negotiate_parameter(struct slice content_type, const char *name,
			   struct slice *value);

/*
 * Choose the format of an answer of `use` (FORMAT_CREDENTIALS or FORMAT_LINKS):
 * the one called `asked` (the format field); where that is empty, the one that
 * accept_prefers, and of those of equal rank the first in the table: JSON where
 * both are empty. ERROR_BAD_VALUE at "/format" for a name that is unknown or of
 * a format that isn't for `use`; ERROR_NOT_ACCEPTABLE when `accept` takes none.
 * *format is set in every case, to one in which the error can be told.
 */
enum error negotiate_format(const struct renderer *renderer, unsigned use,
			    struct slice asked, struct slice accept,
			    const struct format **format,
			    struct problem *problem) MUST_CHECK;

#endif
