/*
 * escape - one escaper for each output context.
 *
 * Each makes any bytes (UTF-8 where the context is text) safe in its context.
 * It keeps no state from one byte to the next, so a value may be escaped piece
 * by piece, the pieces behind the first with escape_rest. dst: ESCAPE_GROWTH *
 * length bytes. Each returns the number of characters written; none allocates
 * or writes a terminating NUL.
 */
#ifndef MINTAGE_LIB_BASE_ESCAPE_H
#define MINTAGE_LIB_BASE_ESCAPE_H

#include <stddef.h>

#define ESCAPE_GROWTH 6

typedef size_t escape_fn(char *dst, const char *src, size_t length);

/* For plain text: the bytes stay as they are. */
size_t escape_none(char *dst, const char *src, size_t length);

/* For JSON, between the quotes of a string. It writes the same bytes as
 * ECMAScript's JSON.stringify: \b \t \n \f \r \" \\ and \u00xx for other
 * control characters; the rest stays. */
size_t escape_json(char *dst, const char *src, size_t length);

/* For HTML, in text and in attribute values with double or single quotes: & < >
 * " and ' become references, and NUL, which HTML can't hold, U+FFFD. */
size_t escape_html(char *dst, const char *src, size_t length);

/* For one part of a URL's path or query (RFC 3986, SigV4): unreserved
 * characters stay, all others, also `/`, become %XX in upper case. */
size_t escape_url(char *dst, const char *src, size_t length);

/* For a key in the path of a URL: the same, but `/` stays. */
size_t escape_url_path(char *dst, const char *src, size_t length);

/* For a POSIX shell, between single quotes: ' becomes '\''. */
size_t escape_shell(char *dst, const char *src, size_t length);

/* For CSV, between double quotes (RFC 4180): " becomes "". */
size_t escape_csv(char *dst, const char *src, size_t length);

/*
 * For the beginning of a cell of a CSV that people open in a spreadsheet, which
 * would take a text that begins with =, +, - or @ for a formula. As escape_csv,
 * but such a text gets a ' before it, as does one that begins with a full-width
 * form of these, a blank, a control character, a byte order mark, or a quote of
 * either kind. So a cell that begins with ' always had one added. The rest of a
 * cell, and of a value that is escaped piece by piece, is for escape_rest.
 */
size_t escape_sheet(char *dst, const char *src, size_t length);

/* The escaper for what follows the beginning of a place for which `begin` is
 * the escaper: escape_csv for escape_sheet, else `begin` itself. */
escape_fn *escape_rest(escape_fn *begin);

/* For XML 1.0, in text and in quoted attribute values: as for HTML, and tab,
 * line feed and carriage return become references, because parsers change them
 * in an attribute. XML can't hold other control characters below U+0020: each
 * becomes U+FFFD. */
size_t escape_xml(char *dst, const char *src, size_t length);

/* For curl's -K file, between double quotes: \\ \" \t \n \r \v; the rest
 * stays. */
size_t escape_curl(char *dst, const char *src, size_t length);

/* For formats without quotes, where a value ends with its line: ASCII control
 * characters become \x0a and the like, for people to read; the rest stays. No
 * program can read such a value back. */
size_t escape_line(char *dst, const char *src, size_t length);

#endif
