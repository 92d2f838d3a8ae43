/*
 * render - the output formats: a table of name, content type, template and
 * escaper; those that an administrator adds; and the names a template may use.
 */
#ifndef MINTAGE_LIB_RENDER_RENDER_H
#define MINTAGE_LIB_RENDER_RENDER_H

#include "lib/base/escape.h"
#include "lib/base/sink.h"
#include "template.h"

/* What a format is fit for. */
enum format_use {
	FORMAT_CREDENTIALS = 1, /* answers with credentials */
	FORMAT_LINKS = 2,       /* answers with presigned links */
	FORMAT_ONE = 4,         /* holds no more than one entry */
	FORMAT_ACCEPTABLE = 8,  /* may be chosen by its content type */
	FORMAT_PAGE = 16,       /* for people in browsers */
	FORMAT_FETCHED = 32,    /* its readers fetch: GET links alone */
	FORMAT_BARE = 64,       /* no place for headers to be sent along */
	FORMAT_FILLED = 128,    /* is none without a good entry in it */
	FORMAT_OWN = 256,       /* an administrator's: may show the key even
				 * where there is a download name */
};

/* One format. */
struct format {
	const char *name;         /* of ?format= and of NAME.tmpl */
	const char *content_type; /* of the answer, with parameters */
	escape_fn *escape;
	const char *headers; /* more lines for the answer, each ending in CRLF,
			      * or NULL */
	unsigned uses;       /* of enum format_use */
	/* Can it carry an entry of this key, prefix or download name? NULL:
	 * any. Else what is wrong with it as a constant text, or NULL. */
	const char *(*unfit)(struct slice name);
};

#define FORMAT_ANY (FORMAT_CREDENTIALS | FORMAT_LINKS | FORMAT_ACCEPTABLE)

#define TEXT_PLAIN "text/plain; charset=utf-8"

/*
 * All formats of ours. A new one is a line here and a file in templates/;
 * where a client likes several alike, it gets the first of them.
 */
#define FORMAT_TABLE(ROW)                                                      \
	ROW(JSON, "json", "application/json", escape_json, NULL, FORMAT_ANY,   \
	    NULL)                                                              \
	ROW(NDJSON, "ndjson", "application/x-ndjson", escape_json, NULL,       \
	    FORMAT_ANY, NULL)                                                  \
	ROW(HTML, "html", "text/html; charset=utf-8", escape_html,             \
	    HTML_HEADERS, FORMAT_ANY | FORMAT_PAGE, NULL)                      \
	ROW(CSV, "csv", "text/csv; charset=utf-8; header=present", escape_csv, \
	    TEXT_HEADERS, FORMAT_ANY, NULL)                                    \
	ROW(TEXT, "text", TEXT_PLAIN, escape_line, TEXT_HEADERS,               \
	    FORMAT_LINKS | FORMAT_ACCEPTABLE | FORMAT_BARE, NULL)              \
	ROW(ENV, "env", TEXT_PLAIN, escape_shell, TEXT_HEADERS,                \
	    FORMAT_CREDENTIALS | FORMAT_ONE, NULL)                             \
	ROW(AWS, "aws", TEXT_PLAIN, escape_line, TEXT_HEADERS,                 \
	    FORMAT_CREDENTIALS, unfit_line)                                    \
	ROW(PROCESS, "process", "application/json", escape_json, NULL,         \
	    FORMAT_CREDENTIALS | FORMAT_ONE, NULL)                             \
	ROW(CONTAINER, "container", "application/json", escape_json, NULL,     \
	    FORMAT_CREDENTIALS | FORMAT_ONE, NULL)                             \
	ROW(RCLONE, "rclone", TEXT_PLAIN, escape_line, TEXT_HEADERS,           \
	    FORMAT_CREDENTIALS, unfit_line)                                    \
	ROW(CURL, "curl", TEXT_PLAIN, escape_curl, TEXT_HEADERS, FORMAT_LINKS, \
	    unfit_file)                                                        \
	ROW(ARIA2, "aria2", TEXT_PLAIN, escape_line, TEXT_HEADERS,             \
	    FORMAT_LINKS | FORMAT_FETCHED, unfit_aria2)                        \
	ROW(METALINK, "metalink", "application/metalink4+xml", escape_xml,     \
	    TEXT_HEADERS,                                                      \
	    FORMAT_LINKS | FORMAT_ACCEPTABLE | FORMAT_FETCHED | FORMAT_FILLED, \
	    unfit_metalink)

/* What it is, is what its type says, whatever a browser finds in it. */
#define TEXT_HEADERS "X-Content-Type-Options: nosniff\r\n"

/* A page of ours is one file without scripts that sends its form to us only. */
#define HTML_HEADERS                                      \
	"Content-Security-Policy: default-src 'none'; "   \
	"style-src 'unsafe-inline'; form-action 'self'; " \
	"frame-ancestors 'none'; base-uri 'none'\r\n"     \
	"X-Content-Type-Options: nosniff\r\n"             \
	"Referrer-Policy: no-referrer\r\n"

#define FORMAT_ID(id, name, content_type, escape, headers, uses, unfit) \
	FORMAT_##id,
enum format_id { FORMAT_TABLE(FORMAT_ID) FORMAT_COUNT };
#undef FORMAT_ID

/* Ours, and as many more of an administrator's own. */
#define OWN_FORMATS_MAX 32
#define FORMATS_MAX (FORMAT_COUNT + OWN_FORMATS_MAX)

/* Templates that are not answers to a batch. */
enum page_id {
	PAGE_FORM,  /* a browser's GET /, and its refusals */
	PAGE_INDEX, /* a program's GET / */
	PAGE_ERROR, /* a program's refusals */
	PAGE_COUNT
};

extern const struct format pages[PAGE_COUNT];

/*
 * Numbers of the names in templates; render.c has the names. Lists and what
 * their rows set, then what holds for a whole answer. A value that is yes or
 * no is "1" or empty.
 */
enum value {
	VALUE_FIRST, /* "1" in the first row of any list */

	VALUE_ENTRIES, /* list: an issued or failed entry a row */
	VALUE_KEY,     /* of an object entry */
	VALUE_PREFIX,  /* of a prefix entry */
	VALUE_ACCESS_KEY_ID,
	VALUE_SECRET_ACCESS_KEY,
	VALUE_SESSION_TOKEN,
	VALUE_EXPIRES_AT, /* 2026-02-03T04:05:06Z */
	VALUE_ROW,        /* its number in the answer, from 0; behind the
			   * list: how many rows it had */
	VALUE_METHOD, /* of a link: "GET"; of AUTHENTICATION: "bearer" ... */
	VALUE_IS_GET, /* "1" for a link of that method */
	VALUE_IS_HEAD,
	VALUE_IS_PUT,
	VALUE_IS_DELETE,
	VALUE_DIFFERS, /* "1": this link or the one before is more than a
			* GET, so what holds for one is not the other's */
	VALUE_URL,     /* of a link, else empty */
	VALUE_NAME,    /* to save a link's file under: its download name,
			* else its key */
	VALUE_SHA256,  /* of a link's file where the manifest has it */
	VALUE_HEADERS, /* list: what must be sent with a link as it is */
	VALUE_HEADER_NAME,
	VALUE_HEADER_VALUE,
	VALUE_ERROR_CODE, /* of a failed entry, else empty */
	VALUE_ERROR_MESSAGE,

	VALUE_MESSAGES, /* list: warnings */
	VALUE_MESSAGE,

	VALUE_ERRORS,        /* list: of a refused request; its rows also
			      * set VALUE_ERROR_CODE and _MESSAGE */
	VALUE_ERROR_POINTER, /* to the field or entry, may be empty */

	/* answers to a batch */
	VALUE_SINGLE, /* "1" on the single route */
	VALUE_LINKS,  /* "1" where the entries are links */
	VALUE_COUNT,  /* issued */
	VALUE_FAILED,
	VALUE_REQUEST_ID,
	VALUE_ACCOUNT_ID,
	VALUE_ENDPOINT,
	VALUE_BUCKET,
	VALUE_PERMISSION, /* as scope_text has it */

	/* PAGE_FORM and PAGE_INDEX: what may be asked for */
	VALUE_BASE, /* URL path where we are mounted, "" for / */
	VALUE_VERSION,
	VALUE_FORMATS, /* list */
	VALUE_FORMAT_NAME,
	VALUE_FORMAT_TYPE,
	VALUE_FOR_CREDENTIALS, /* "1": it can hold them */
	VALUE_FOR_LINKS,
	VALUE_SELECTED,          /* "1": this row is what was sent */
	VALUE_AUTHENTICATION,    /* list: ways of being recognised */
	VALUE_HAS_AUTHORIZATION, /* what the web server passed on */
	VALUE_HAS_REMOTE_USER,
	VALUE_HAS_HTTPS,
	VALUE_MAX_BODY, /* bytes */
	VALUE_STRANGER, /* "1": nobody is known; say how to be */
	VALUE_CALLER,   /* its section's name; empty: nobody */
	VALUE_USER,
	VALUE_ACCOUNTS, /* list: sets also VALUE_ACCOUNT_ID and
			 * VALUE_ENDPOINT */
	VALUE_ACCOUNT_NAME,
	VALUE_PARENTS, /* list, within an account: sets also
			* VALUE_ACCESS_KEY_ID */
	VALUE_PARENT_NAME,
	VALUE_SEVERAL_PARENTS, /* "1": the account has more than one */
	VALUE_BUCKETS,         /* list: sets VALUE_BUCKET */
	VALUE_PERMISSIONS,     /* list: sets VALUE_PERMISSION */
	VALUE_PREFIXES,        /* list: sets VALUE_PREFIX */
	VALUE_WHOLE_BUCKET,    /* "1": a credential without paths is allowed */
	VALUE_MAX_TTL,         /* seconds */
	VALUE_MAX_ENTRIES,

	/* PAGE_FORM: what was sent, and what is wrong with it */
	VALUE_STATUS, /* "400 Bad Request"; empty: nothing is wrong */
	VALUE_PROBLEM_COUNT,
	VALUE_FIELD_BUCKET,
	VALUE_FIELD_PERMISSION, /* "1": there was one */
	VALUE_FIELD_ACTIONS,
	VALUE_FIELD_TTL,
	VALUE_FIELD_PREFIXES,
	VALUE_FIELD_OBJECTS,
	VALUE_FIELD_MANIFEST,
	VALUE_FIELD_REPORT, /* "1": onError=report */
	VALUE_WRONG_BUCKET,
	VALUE_WRONG_PARENT,
	VALUE_WRONG_PERMISSION,
	VALUE_WRONG_ACTIONS,
	VALUE_WRONG_TTL,
	VALUE_WRONG_ON_ERROR,
	VALUE_WRONG_FORMAT,
	VALUE_WRONG_PREFIXES, /* these three: a line each */
	VALUE_WRONG_OBJECTS,
	VALUE_WRONG_MANIFEST,
	VALUE_NUMBER_OF_NAMES
};

/* By enum value; VALUE_NUMBER_OF_NAMES of them. */
extern const struct template_schema value_schema;

/* Compiled-in copies of templates/, generated at build time. */
struct template_source {
	const char *name; /* without ".tmpl" */
	const char *text;
	size_t length;
};
extern const struct template_source template_sources[];
extern const size_t template_source_count;

/* Every template, compiled or yet to be. May be copied as a whole; its texts
 * stay where they are. */
struct renderer {
	const char *directory; /* borrowed */
	/* Ours by enum format_id, then the administrator's by name. */
	struct format formats[FORMATS_MAX];
	struct template *templates[FORMATS_MAX]; /* NULL: not needed yet */
	size_t format_count;
	char *own_texts[OWN_FORMATS_MAX]; /* their names and types */
	struct template *pages[PAGE_COUNT];
	/* Why one could not be had when it was needed; empty: all could. */
	char broken[PROBLEM_MESSAGE_MAX];
};

/*
 * The templates are NAME.tmpl of `directory`, or the compiled-in copy where the
 * directory (may be NULL: none) has no such file. Any other NAME.tmpl there is
 * a format of the administrator's own, NAME being 1 to 32 of a-z 0-9 and "-";
 * a comment in its head says which:
 *
 *   {{! format: type=text/x-list escape=line for=links,credentials one accept }}
 *
 *   type    of the answer, without blanks; may have parameters
 *   escape  json, html, xml, csv, shell, curl, url or line: what every value is
 *           put through. Where the type is HTML, XML, JSON, a script or CSV, it
 *           has to be the one made for that. With xml and line, entries that
 *           the escaper would change for good are refused (see format.unfit)
 *   for     credentials, links or both
 *   one     holds no more than one entry
 *   accept  may be chosen by its type in Accept
 *
 * renderer_load compiles all of them, once, for whoever stays: one that is
 * broken or can't be read is enough to fail. renderer_open leaves ours until
 * they are needed, for whoever answers but once. ERROR_TEMPLATE with file, line
 * and the reason. Both end with renderer_free either way.
 */
enum error renderer_load(struct renderer *renderer, const char *directory,
			 struct problem *problem) MUST_CHECK;
enum error renderer_open(struct renderer *renderer, const char *directory,
			 struct problem *problem) MUST_CHECK;
void renderer_free(struct renderer *renderer);

/* From here on the template of `format` (one of renderer->formats), that of a
 * page, all of them, can be run. ERROR_TEMPLATE as above, never after
 * renderer_load. */
enum error renderer_need(struct renderer *renderer, const struct format *format,
			 struct problem *problem) MUST_CHECK;
enum error renderer_need_page(struct renderer *renderer, enum page_id page,
			      struct problem *problem) MUST_CHECK;
enum error renderer_need_all(struct renderer *renderer,
			     struct problem *problem) MUST_CHECK;

/*
 * A refused request as programs read it (PAGE_ERROR, which the caller made sure
 * of): every problem that was
 * kept, and if there were more, a last one that says how many.
 */
void render_errors(const struct renderer *renderer,
		   const struct problems *problems, struct sink *sink);

/* Its place in renderer->formats; format_count when there is none of that
 * name. */
size_t renderer_format(const struct renderer *renderer, struct slice name);

#endif
