/*
 * format - the table of output formats.
 *
 * A new format costs a row here and its template templates/NAME.tmpl, where
 * NAME is the row's.
 */
#ifndef MINTAGE_LIB_RENDER_FORMAT_H
#define MINTAGE_LIB_RENDER_FORMAT_H

#include "lib/base/escape.h"
#include "lib/base/slice.h"
#include "unfit.h"

/* What a format can be used for, and its limits. */
enum format_use {
	FORMAT_CREDENTIALS = 1, /* answers with credentials */
	FORMAT_LINKS = 2,       /* answers with presigned links */
	FORMAT_ONE = 4,         /* holds at most one entry */
	FORMAT_ACCEPTABLE = 8,  /* may be chosen by its content type */
	FORMAT_PAGE = 16,       /* HTML for people, not data for programs */
	FORMAT_FETCHED = 32,    /* its readers only fetch: GET links alone */
	FORMAT_BARE = 64,       /* can't say which headers a link needs */
	FORMAT_FILLED = 128,    /* invalid without at least one good entry */
	FORMAT_OWN = 256,       /* an administrator's own: its template may
				 * show the key even where there is a download
				 * name */
	FORMAT_WHOLE = 512,     /* its readers send whole files, no parts */
};

struct format {
	const char *name;         /* NAME of NAME.tmpl, as users ask for it */
	const char *content_type; /* of the answer, with parameters */
	const char *ending;       /* of a file's name, such as ".csv" */
	escape_fn *escape;        /* applied to every value */
	unsigned uses;            /* of enum format_use */
	/* Can the format carry an entry of this key, prefix or download name?
	 * NULL when it can, else a constant text that says what is wrong with
	 * the name. The pointer itself is NULL where it can carry any. */
	const char *(*unfit)(struct slice name);
};

#define FORMAT_ANY (FORMAT_CREDENTIALS | FORMAT_LINKS | FORMAT_ACCEPTABLE)

#define FORMAT_TEXT_PLAIN "text/plain; charset=utf-8"
#define FORMAT_TEXT_CSV "text/csv; charset=utf-8; header=present"

/*
 * Columns: number, name, content type, ending, escaper, uses, unfit. Where a
 * client accepts several formats equally, it gets the first of them.
 */
#define FORMAT_TABLE(ROW)                                                      \
	ROW(JSON, "json", "application/json", ".json", escape_json,            \
	    FORMAT_ANY, NULL)                                                  \
	ROW(NDJSON, "ndjson", "application/x-ndjson", ".ndjson", escape_json,  \
	    FORMAT_ANY, NULL)                                                  \
	ROW(HTML, "html", "text/html; charset=utf-8", ".html", escape_html,    \
	    FORMAT_ANY | FORMAT_PAGE, NULL)                                    \
	ROW(CSV, "csv", FORMAT_TEXT_CSV, ".csv", escape_sheet, FORMAT_ANY,     \
	    NULL)                                                              \
	ROW(CSV_EXACT, "csv-exact", FORMAT_TEXT_CSV, ".csv", escape_csv,       \
	    FORMAT_CREDENTIALS | FORMAT_LINKS, NULL)                           \
	ROW(TEXT, "text", FORMAT_TEXT_PLAIN, ".txt", escape_line,              \
	    FORMAT_LINKS | FORMAT_ACCEPTABLE | FORMAT_BARE, NULL)              \
	ROW(ENV, "env", FORMAT_TEXT_PLAIN, ".sh", escape_shell,                \
	    FORMAT_CREDENTIALS | FORMAT_ONE, NULL)                             \
	ROW(AWS, "aws", FORMAT_TEXT_PLAIN, ".ini", escape_line,                \
	    FORMAT_CREDENTIALS, unfit_line)                                    \
	ROW(PROCESS, "process", "application/json", ".json", escape_json,      \
	    FORMAT_CREDENTIALS | FORMAT_ONE, NULL)                             \
	ROW(CONTAINER, "container", "application/json", ".json", escape_json,  \
	    FORMAT_CREDENTIALS | FORMAT_ONE, NULL)                             \
	ROW(RCLONE, "rclone", FORMAT_TEXT_PLAIN, ".conf", escape_line,         \
	    FORMAT_CREDENTIALS, unfit_line)                                    \
	ROW(CURL, "curl", FORMAT_TEXT_PLAIN, ".curl", escape_curl,             \
	    FORMAT_LINKS | FORMAT_WHOLE, unfit_file)                           \
	ROW(ARIA2, "aria2", FORMAT_TEXT_PLAIN, ".aria2.txt", escape_line,      \
	    FORMAT_LINKS | FORMAT_FETCHED, unfit_aria2)                        \
	ROW(METALINK, "metalink", "application/metalink4+xml", ".meta4",       \
	    escape_xml,                                                        \
	    FORMAT_LINKS | FORMAT_ACCEPTABLE | FORMAT_FETCHED | FORMAT_FILLED, \
	    unfit_metalink)

#define FORMAT_ID(id, name, content_type, ending, escape, uses, unfit) \
	FORMAT_##id,
enum format_id { FORMAT_TABLE(FORMAT_ID) FORMAT_COUNT };
#undef FORMAT_ID

/* By enum format_id. */
extern const struct format format_table[FORMAT_COUNT];

/* The place of the format called `name` among `count` ones; `count` when there
 * is none. */
size_t format_find(const struct format *formats, size_t count,
		   struct slice name);

#endif
