/* malloc and its relatives, which fail when they are told to. */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"

#define CALLER __builtin_return_address(0)

/* What is asked for while the real functions are looked up, which a sanitizer
 * may answer by asking for memory. Nothing of it is ever given back. */
static _Alignas(16) char early[1 << 16];
static size_t early_used;
static bool is_looking;

static void *early_get(size_t size)
{
	void *result = early + early_used;

	size = (size + 31) / 16 * 16;
	if (size > sizeof(early) - early_used)
		return NULL;
	*(size_t *)result = size - 16;
	early_used += size;
	return (char *)result + 16;
}

static bool is_early(const void *memory)
{
	return (uintptr_t)memory >= (uintptr_t)early &&
	       (uintptr_t)memory < (uintptr_t)(early + sizeof(early));
}

/* json-c crashes, or loses a part without a word, where memory runs out in it.
 * Only `mintage inspect` uses it, which issues nothing; so what json-c asks for
 * does not count. */
static uintptr_t json_begin, json_end;

static int find_json(struct dl_phdr_info *info, size_t size, void *unused)
{
	(void)size;
	(void)unused;
	if (!strstr(info->dlpi_name, "/libjson-c."))
		return 0;
	json_begin = (uintptr_t)info->dlpi_addr;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		uintptr_t end = json_begin +
				(uintptr_t)info->dlpi_phdr[i].p_vaddr +
				(uintptr_t)info->dlpi_phdr[i].p_memsz;

		if (end > json_end)
			json_end = end;
	}
	return 1;
}

__attribute__((constructor(203))) static void begin(void)
{
	(void)dl_iterate_phdr(find_json, NULL);
}

static bool hit(const void *caller)
{
	uintptr_t at = (uintptr_t)caller;

	return (at < json_begin || at >= json_end) &&
	       faults_hit(KIND_MEMORY, caller);
}

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static void (*real_free)(void *);

static bool found(void)
{
	if (real_free)
		return true;
	if (is_looking)
		return false;
	is_looking = true;
	*(void **)&real_malloc = dlsym(RTLD_NEXT, "malloc");
	*(void **)&real_calloc = dlsym(RTLD_NEXT, "calloc");
	*(void **)&real_realloc = dlsym(RTLD_NEXT, "realloc");
	*(void **)&real_free = dlsym(RTLD_NEXT, "free");
	is_looking = false;
	return true;
}

void *malloc(size_t size)
{
	if (!found())
		return early_get(size);
	return hit(CALLER) ? NULL : real_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	if (!found())
		return early_get(count * size);
	return hit(CALLER) ? NULL : real_calloc(count, size);
}

static void *move_early(void *memory, size_t size)
{
	size_t had = *(size_t *)(void *)((char *)memory - 16);
	void *result = malloc(size);

	if (result)
		memcpy(result, memory, had < size ? had : size);
	return result;
}

void *realloc(void *memory, size_t size)
{
	if (is_early(memory))
		return move_early(memory, size);
	if (!found())
		return early_get(size);
	return hit(CALLER) ? NULL : real_realloc(memory, size);
}

void *reallocarray(void *memory, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(memory, bytes);
}

void free(void *memory)
{
	if (memory && !is_early(memory) && found())
		real_free(memory);
}

/* A sanitizer's own strdup would not call the malloc above. */
char *strndup(const char *text, size_t most)
{
	size_t length = strnlen(text, most);
	char *copy;

	if (found() && hit(CALLER))
		return NULL;
	copy = found() ? real_malloc(length + 1) : early_get(length + 1);
	if (copy) {
		memcpy(copy, text, length);
		copy[length] = '\0';
	}
	return copy;
}

char *strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy;

	if (found() && hit(CALLER))
		return NULL;
	copy = found() ? real_malloc(size) : early_get(size);
	return copy ? memcpy(copy, text, size) : NULL;
}

#define ALIGNED(type, name, bad, parameters, arguments)            \
	type name parameters                                       \
	{                                                          \
		static type(*real) parameters;                     \
                                                                   \
		if (hit(CALLER))                                   \
			return bad;                                \
		if (!real)                                         \
			*(void **)&real = dlsym(RTLD_NEXT, #name); \
		return real arguments;                             \
	}

ALIGNED(int, posix_memalign, ENOMEM,
	(void **memory, size_t alignment, size_t size),
	(memory, alignment, size))
ALIGNED(void *, aligned_alloc, NULL, (size_t alignment, size_t size),
	(alignment, size))
