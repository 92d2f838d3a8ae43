/*
 * link_terms - what only a presigned link can have: its method, and texts that
 * become a part of its query or a header that must be sent with it.
 *
 * An entry has them, and a request as defaults of its entries.
 */
#ifndef MINTAGE_LIB_MANIFEST_LINK_TERMS_H
#define MINTAGE_LIB_MANIFEST_LINK_TERMS_H

#include "lib/base/json.h"
#include "lib/base/problem.h"
#include "lib/sign/method.h"

/* What a link is for, one bit each. A PUT link is for a whole object or for a
 * part of an upload. */
enum link_use {
	LINK_USE_GET = 1,
	LINK_USE_HEAD = 2,
	LINK_USE_PUT = 4,
	LINK_USE_PART = 8,
	LINK_USE_DELETE = 16,
	LINK_USE_READ = LINK_USE_GET | LINK_USE_HEAD,
	LINK_USE_SEND = LINK_USE_PUT | LINK_USE_PART,
	/* It may also stand beside the key of a credential. */
	LINK_USE_ANY = 31,
};

enum link_becomes {
	LINK_BECOMES_NAME,   /* a part of response-content-disposition */
	LINK_BECOMES_QUERY,  /* a parameter of the link */
	LINK_BECOMES_HEADER, /* a signed header of a PUT */
	LINK_BECOMES_HEADERS /* one signed header of a PUT for each name */
};

/* Who may name a term: the entry alone, or the request too, as a default. */
enum link_by { LINK_BY_ENTRY, LINK_BY_REQUEST };

/*
 * Each row: the enum link_term without LINK_TERM_; the member's or field's name;
 * the enum link_use it fits; what it becomes, and its name there; the type of
 * its value in JSON; who may name it; what to say instead where the link is for
 * something else, or NULL; and the function in link_value.c that checks it.
 *
 * The rows of each enum link_becomes are sorted by the name there, in lower
 * case, because signatures want headers and parameters in that order.
 */
#define LINK_TERMS_TABLE(ROW)                                                  \
	ROW(FILENAME, "filename", LINK_USE_READ, LINK_BECOMES_NAME, "",        \
	    JSON_STRING, LINK_BY_ENTRY, "contentDisposition", check_filename)  \
	ROW(DISPOSITION, "disposition", LINK_USE_READ, LINK_BECOMES_NAME, "",  \
	    JSON_STRING, LINK_BY_REQUEST, "contentDisposition",                \
	    check_disposition)                                                 \
	ROW(PART_NUMBER, "partNumber", LINK_USE_PART, LINK_BECOMES_QUERY,      \
	    "partNumber", JSON_NUMBER, LINK_BY_REQUEST, NULL, check_part)      \
	ROW(RESPONSE_CACHE, "responseCacheControl", LINK_USE_READ,             \
	    LINK_BECOMES_QUERY, "response-cache-control", JSON_STRING,         \
	    LINK_BY_REQUEST, "cacheControl", check_header)                     \
	ROW(RESPONSE_TYPE, "responseContentType", LINK_USE_READ,               \
	    LINK_BECOMES_QUERY, "response-content-type", JSON_STRING,          \
	    LINK_BY_REQUEST, "contentType", check_type)                        \
	ROW(UPLOAD_ID, "uploadId", LINK_USE_PART, LINK_BECOMES_QUERY,          \
	    "uploadId", JSON_STRING, LINK_BY_REQUEST, NULL, check_upload)      \
	ROW(CACHE_CONTROL, "cacheControl", LINK_USE_PUT, LINK_BECOMES_HEADER,  \
	    "Cache-Control", JSON_STRING, LINK_BY_REQUEST,                     \
	    "responseCacheControl", check_header)                              \
	ROW(CONTENT_DISPOSITION, "contentDisposition", LINK_USE_PUT,           \
	    LINK_BECOMES_HEADER, "Content-Disposition", JSON_STRING,           \
	    LINK_BY_REQUEST, "disposition", check_long_header)                 \
	ROW(CONTENT_ENCODING, "contentEncoding", LINK_USE_PUT,                 \
	    LINK_BECOMES_HEADER, "Content-Encoding", JSON_STRING,              \
	    LINK_BY_REQUEST, NULL, check_encoding)                             \
	ROW(CONTENT_LENGTH, "contentLength", LINK_USE_SEND,                    \
	    LINK_BECOMES_HEADER, "Content-Length", JSON_NUMBER, LINK_BY_ENTRY, \
	    NULL, check_length)                                                \
	ROW(CONTENT_TYPE, "contentType", LINK_USE_PUT, LINK_BECOMES_HEADER,    \
	    "Content-Type", JSON_STRING, LINK_BY_ENTRY, "responseContentType", \
	    check_type)                                                        \
	ROW(IF_NONE_MATCH, "ifNoneMatch", LINK_USE_PUT, LINK_BECOMES_HEADER,   \
	    "If-None-Match", JSON_STRING, LINK_BY_REQUEST, NULL,               \
	    check_none_match)                                                  \
	ROW(SHA256, "sha256", LINK_USE_ANY, LINK_BECOMES_HEADER,               \
	    "x-amz-content-sha256", JSON_STRING, LINK_BY_ENTRY, NULL,          \
	    check_sha256)                                                      \
	ROW(METADATA, "metadata", LINK_USE_PUT, LINK_BECOMES_HEADERS,          \
	    "x-amz-meta-", JSON_OBJECT, LINK_BY_REQUEST, NULL,                 \
	    link_metadata_read)

#define LINK_TERMS_ID(id, name, uses, becomes, there, type, by, instead, \
		      check)                                             \
	LINK_TERM_##id,
enum link_term { LINK_TERMS_TABLE(LINK_TERMS_ID) LINK_TERM_COUNT };
#undef LINK_TERMS_ID

/* A row without its check. */
struct link_term_row {
	const char *name;
	const char *pointer; /* "/" and the name */
	unsigned uses;
	enum link_becomes becomes;
	struct slice there;
	enum json_token type;
	enum link_by by;
	const char *instead;
};

extern const struct link_term_row link_terms_table[LINK_TERM_COUNT];

/* A text of length 0 was not named, for none of them can be empty. The texts
 * are borrowed; link_value.h says what they hold. */
struct link_terms {
	enum method method; /* METHOD_NONE: not named */
	struct slice text[LINK_TERM_COUNT];
};

static inline bool link_terms_has(const struct link_terms *terms,
				  enum link_term term)
{
	return terms->text[term].length > 0;
}

/* Is any of the texts named? */
bool link_terms_has_text(const struct link_terms *terms);

/* Does it name a part of an upload, or half of what names one? */
static inline bool link_terms_is_part(const struct link_terms *terms)
{
	return link_terms_has(terms, LINK_TERM_UPLOAD_ID) ||
	       link_terms_has(terms, LINK_TERM_PART_NUMBER);
}

/* The one action that the link performs. */
abilities link_terms_abilities(const struct link_terms *terms);

/* Must whoever uses the link send headers with it? */
bool link_terms_has_header(const struct link_terms *terms);

/*
 * The first text that only a presigned link can carry; LINK_TERM_COUNT where
 * there is none. A credential carries none of them, nor does a link of our own
 * (sign=download, sign=waf). A digest may stand beside a key without being
 * carried, as in each line of a sha256sum list.
 */
enum link_term link_terms_only_presigned(const struct link_terms *terms);

/* Put each term that `own` names in the place of the one in *terms. */
void link_terms_overlay(struct link_terms *terms, const struct link_terms *own);

/*
 * Check that each text fits the method, and that uploadId and partNumber stand
 * together. `own` are those that the entry itself names. The pointer of the
 * problem is the member's, or empty for a default of the request, which
 * the message names. ERROR_BAD_VALUE.
 */
enum error link_terms_check(const struct link_terms *terms,
			    const struct link_terms *own,
			    struct problem *problem) MUST_CHECK;

#endif
