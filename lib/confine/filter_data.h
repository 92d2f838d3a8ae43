/*
 * filter_data - the filters, as generate.c has made them.
 */
#ifndef MINTAGE_LIB_CONFINE_FILTER_DATA_H
#define MINTAGE_LIB_CONFINE_FILTER_DATA_H

#include <linux/filter.h>
#include <stddef.h>

/* The most instructions that a filter has. */
#define FILTER_DATA_MAX 512

struct filter_data {
	const struct sock_filter *code;
	size_t length; /* 0 where there was no libseccomp */
};

/* A filter for each value of enum filter_kind. */
extern const struct filter_data filter_data[];

#endif
