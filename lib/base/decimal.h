/*
 * decimal - numbers written in decimal without stdio, for what is done for each
 * entry of a request.
 */
#ifndef MINTAGE_LIB_BASE_DECIMAL_H
#define MINTAGE_LIB_BASE_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

/* The digits of the largest number; no NUL is stored. */
#define DECIMAL_MAX 20

/* Write `number` to `dst`. Returns how many digits it has. */
size_t decimal_write(char dst[DECIMAL_MAX], uint64_t number);

#endif
