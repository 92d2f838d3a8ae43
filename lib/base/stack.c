#include "stack.h"

#include <string.h>

/* Never inline: the array would become a part of the caller's frame, and lie
 * above what is to be wiped. */
__attribute__((noinline)) void stack_wipe(size_t size)
{
	explicit_bzero(__builtin_alloca(size), size);
}
