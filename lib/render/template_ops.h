/*
 * template_ops - a compiled template: template_compile.c writes it and
 * template.c runs it. No other file includes this.
 */
#ifndef MINTAGE_LIB_RENDER_TEMPLATE_OPS_H
#define MINTAGE_LIB_RENDER_TEMPLATE_OPS_H

#include "lib/base/escape.h"

enum op_kind {
	OP_TEXT,  /* write `length` bytes of text from `at`; `number` is 1 where
		   * a value behind it begins a cell, see escape_sheet */
	OP_VALUE, /* write value `number`, escaped */
	OP_RAW,   /* write value `number` as it is */
	OP_IF,    /* go to `at` when value `number` is empty */
	OP_UNLESS, /* go to `at` when value `number` is not empty */
	OP_ROW,    /* move list `number` to its next row, or go to `at` */
	OP_AGAIN,  /* go to `at`, the list's OP_ROW */
	OP_END,
};

struct op {
	enum op_kind kind;
	uint32_t number;
	uint32_t at;
	uint32_t length;
};

/* clang-format takes the name for a keyword of C++. */
/* clang-format off */
struct template {
	escape_fn *begin;	/* for the first piece of a cell */
	escape_fn *escape;	/* for all other values and pieces */
	char *text;		/* all text outside tags, in one piece */
	struct op ops[];	/* the last is OP_END */
};

#endif
