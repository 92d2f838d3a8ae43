/*
 * negotiate - what was sent (Content-Type) and what is wanted (Accept).
 *
 * RFC 9110 sections 8.3 and 12.5.1.
 */
#ifndef MINTAGE_CGI_INPUT_NEGOTIATE_H
#define MINTAGE_CGI_INPUT_NEGOTIATE_H

#include "lib/manifest/manifest.h"
#include "lib/render/render.h"

/* What a body is. */
enum body_kind {
	BODY_UNKNOWN, /* 415 */
	BODY_JSON,
	BODY_FORM,
	BODY_MULTIPART,
	BODY_MANIFEST, /* a bare manifest: fields are in the query */
};

/* What a body of this Content-Type is. *format is set for BODY_MANIFEST, else
 * it is NULL. A type with a charset other than utf-8 or us-ascii is unknown. */
enum body_kind negotiate_body(struct slice content_type,
			      const struct manifest_reader **format);

/* The problem of a request whose body is BODY_UNKNOWN, which names the types to
 * send instead. Returns ERROR_MEDIA_TYPE. */
enum error negotiate_body_problem(struct problem *problem);

/* The format of a manifest by its Content-Type, JSON too. NULL when that is no
 * manifest's type, or has a charset other than utf-8 or us-ascii. */
const struct manifest_reader *negotiate_manifest(struct slice content_type);

/* How often a media type has a parameter (its name in any case), and the value
 * of the last one, without its quotes. */
size_t negotiate_parameter(struct slice content_type, const char *name,
			   struct slice *value);

/*
 * The format of an answer of `use` (FORMAT_CREDENTIALS or FORMAT_LINKS):
 * `asked` (the format field), or else by Accept, where the first of those with
 * the highest quality wins; no Accept takes the first. ERROR_BAD_VALUE at
 * "/format" for an unknown name or one that doesn't fit the answer,
 * ERROR_NOT_ACCEPTABLE. *format is usable for the error in either case.
 */
enum error negotiate_format(const struct renderer *renderer, unsigned use,
			    struct slice asked, struct slice accept,
			    const struct format **format,
			    struct problem *problem) MUST_CHECK;

/* Quality 0-1000 that `accept` gives to `media_type`. */
unsigned accept_quality(struct slice accept, struct slice media_type);

#endif
