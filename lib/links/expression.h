/*
 * expression - the text that nginx's secure_link_md5 hashes, with variables as
 * its administrator wrote them: "$secure_link_expires$uri$remote_addr $secret".
 */
#ifndef MINTAGE_LIB_LINKS_EXPRESSION_H
#define MINTAGE_LIB_LINKS_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/problem.h"
#include "lib/base/slice.h"

/* The variables. A text that stands for itself is LINK_EXPRESSION_TEXT. */
enum link_expression_part {
	LINK_EXPRESSION_TEXT,
	LINK_EXPRESSION_EXPIRES, /* $secure_link_expires */
	LINK_EXPRESSION_URI,     /* $uri: link-uri and the key */
	LINK_EXPRESSION_ADDRESS, /* $remote_addr */
	LINK_EXPRESSION_SECRET,  /* $secret, of link-secret-file */
	LINK_EXPRESSION_COUNT
};

#define LINK_EXPRESSION_PARTS_MAX 32

/* Borrows the text that it was read from. */
struct link_expression {
	size_t count;
	struct {
		enum link_expression_part kind;
		struct slice text; /* of LINK_EXPRESSION_TEXT */
	} parts[LINK_EXPRESSION_PARTS_MAX];
};

/*
 * Read an expression. Variables are $name or ${name}. ERROR_CONFIG, with the
 * remedy in the message, for an unknown variable, for more parts than
 * LINK_EXPRESSION_PARTS_MAX, without $secret (anybody could make a link) and
 * without $uri (a link to one key would open all).
 */
enum error links_expression_read(struct link_expression *expression,
				 struct slice text,
				 struct problem *problem) MUST_CHECK;

bool links_expression_has(const struct link_expression *expression,
			  enum link_expression_part kind);

#endif
