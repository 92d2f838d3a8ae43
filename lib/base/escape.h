/*
 * escape - one escaper for each output context. Each writes to a buffer of
 * ESCAPE_GROWTH times the length and returns the number of characters written;
 * none allocates or writes a terminating NUL.
 */
#ifndef MINTAGE_LIB_BASE_ESCAPE_H
#define MINTAGE_LIB_BASE_ESCAPE_H

#include <stddef.h>

/*
 * Escapers. Each makes any bytes (UTF-8 where the context is text) safe inside
 * its context and is free of state from one byte to the next, so a value may
 * be escaped piece by piece. dst: ESCAPE_GROWTH * length bytes.
 */
#define ESCAPE_GROWTH 6

typedef size_t escape_fn(char *dst, const char *src, size_t length);

/* As it is: plain text. */
size_t escape_none(char *dst, const char *src, size_t length);

/* Inside a JSON string, the same bytes as ECMAScript's JSON.stringify: \b \t
 * \n \f \r \" \\ and \u00xx for other controls; the rest as it is. */
size_t escape_json(char *dst, const char *src, size_t length);

/* Text and double- or single-quoted attribute values in HTML and XML: & < > "
 * ' as references. */
size_t escape_html(char *dst, const char *src, size_t length);

/* A URL's path or query part (RFC 3986, SigV4): unreserved characters stay,
 * all else is %XX in upper case; `/` too. */
size_t escape_url(char *dst, const char *src, size_t length);

/* The same, but `/` stays: a key in a path. */
size_t escape_url_path(char *dst, const char *src, size_t length);

/* Between single quotes in a POSIX shell: ' becomes '\''. */
size_t escape_shell(char *dst, const char *src, size_t length);

/* Between double quotes in CSV (RFC 4180): " becomes "". */
size_t escape_csv(char *dst, const char *src, size_t length);

/* Text and quoted attribute values in XML 1.0: what HTML has, and tab, line
 * feed and carriage return as references, which no attribute loses. The other
 * controls below U+0020 can't stand in XML at all: each becomes U+FFFD. */
size_t escape_xml(char *dst, const char *src, size_t length);

/* Between double quotes in curl's -K file: \\ \" \t \n \r \v; the rest as it
 * is. */
size_t escape_curl(char *dst, const char *src, size_t length);

/* For formats without quoting, where a value ends with its line: ASCII controls
 * become \x0a and the like, to be read by people; the rest as it is. What a
 * program is to read back must not hold any. */
size_t escape_line(char *dst, const char *src, size_t length);

#endif
