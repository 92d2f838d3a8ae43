/*
 * stack - what functions that have returned left on the stack: copies of texts,
 * states of digests, registers that were saved.
 */
#ifndef MINTAGE_LIB_BASE_STACK_H
#define MINTAGE_LIB_BASE_STACK_H

#include <stddef.h>

/* Bytes below a frame that functions without large arrays may have used. Where
 * a request has a large frame, its function wipes what is below that. */
#define STACK_USED 8192

/* Bytes below a frame that the loading of a configuration may have used. */
#define STACK_LOADING 49152

/* Wipe `size` bytes below the caller's frame. */
void stack_wipe(size_t size);

#endif
