/*
 * stack - what functions that have returned left on the stack: copies of texts,
 * states of digests, registers that were saved.
 */
#ifndef MINTAGE_LIB_BASE_STACK_H
#define MINTAGE_LIB_BASE_STACK_H

#include <stddef.h>

/* Bytes below a frame that what signs one thing may have used. */
#define STACK_SIGNING 8192

/* Bytes below a frame that a whole request or the loading of a configuration
 * may have used, but for larger frames, whose functions wipe what is below. */
#define STACK_REQUEST 49152

/* Wipe `size` bytes below the caller's frame. */
void stack_wipe(size_t size);

#endif
