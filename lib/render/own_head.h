/*
 * own_head - what an administrator's own template says of itself in its head,
 * a comment before anything else:
 *
 *   {{! format: type=text/x-list escape=line for=links,credentials one accept
 * }}
 *
 *   type    of the answer, without blanks; may have parameters
 *   escape  json, html, xml, csv, csv-exact, shell, curl, url or line: how
 * every value is escaped. csv is for spreadsheets: escape_sheet. A type that is
 * HTML, XML, JSON, a script or CSV needs the escaper that is made for it. With
 * xml and line, entries are refused whose names the escaper could not keep (see
 * unfit.h) for     credentials, links or both one     the format holds at most
 * one entry accept  the format may be chosen by its type
 */
#ifndef MINTAGE_LIB_RENDER_OWN_HEAD_H
#define MINTAGE_LIB_RENDER_OWN_HEAD_H

#include "format.h"
#include "lib/base/problem.h"

#define OWN_HEAD_TYPE_MAX 100

/* An escaper that an own template can choose. */
struct own_escaper {
	const char *name;
	escape_fn *escape;
	const char *(*unfit)(struct slice name); /* as in struct format */
};

struct own_head {
	struct slice type; /* borrows from the template's text */
	const struct own_escaper *escaper;
	unsigned uses; /* of enum format_use, with FORMAT_PAGE for HTML */
	/* internal: the place, for messages */
	const char *path;
	size_t line;
	struct slice words;
	struct problem *problem;
};

/* Read the head of `text`, the template at `path`; *head borrows all three.
 * ERROR_TEMPLATE with path, line and remedy when there is no head, or when it
 * can't be used. */
enum error own_head_read(struct own_head *head, const char *path,
			 struct slice text, struct problem *problem) MUST_CHECK;

/* The ending of a file of this type: ".json", ".xml", ".csv" or ".html", else
 * ".txt". */
const char *own_head_ending(const struct own_head *head);

#endif
