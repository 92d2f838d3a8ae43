#include "locked.h"

#include <stdalign.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Bytes of the first chunk: what a configuration with a few secrets needs. */
#define CHUNK 8192

/* A chunk begins with this. The first chunk is the arena. */
struct locked {
	struct locked *next; /* chunk, or NULL */
	size_t used, size;   /* bytes; both include this head */
	bool is_locked;
};

static size_t round_up(size_t size, size_t unit)
{
	return (size + unit - 1) / unit * unit;
}

/* Map the pages between two guards, locked where the system allows it. False
 * when memory is out. */
static bool map_inner(char *inner, size_t size, bool *is_locked)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
	const int access = PROT_READ | PROT_WRITE;

	*is_locked = mmap(inner, size, access, flags | MAP_LOCKED, -1, 0) !=
		     MAP_FAILED;
	if (!*is_locked &&
	    mmap(inner, size, access, flags, -1, 0) == MAP_FAILED)
		return false;
	/* A core dump is forbidden to the process as a whole too. */
	(void)madvise(inner, size, MADV_DONTDUMP);
	return true;
}

static struct locked *chunk_new(size_t needed)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t least = needed + sizeof(struct locked) + alignof(max_align_t);
	size_t size = round_up(least > CHUNK ? least : CHUNK, page);
	struct locked *chunk;
	bool is_locked;
	char *outer = mmap(NULL, size + 2 * page, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (outer == MAP_FAILED)
		return NULL;
	if (!map_inner(outer + page, size, &is_locked)) {
		(void)munmap(outer, size + 2 * page);
		return NULL;
	}
	chunk = (void *)(outer + page);
	chunk->used = round_up(sizeof(*chunk), alignof(max_align_t));
	chunk->size = size;
	chunk->is_locked = is_locked;
	return chunk;
}

struct locked *locked_new(void)
{
	return chunk_new(0);
}

void *locked_take(struct locked *locked, size_t size)
{
	size_t rounded = round_up(size, alignof(max_align_t));
	struct locked *last = locked;
	char *piece;

	while (last->next)
		last = last->next;
	if (rounded > last->size - last->used) {
		last->next = chunk_new(rounded);
		last = last->next;
	}
	if (!last)
		return NULL;
	piece = (char *)last + last->used;
	last->used += rounded;
	return piece;
}

bool locked_is_locked(const struct locked *locked)
{
	while (locked && locked->is_locked)
		locked = locked->next;
	return !locked;
}

void locked_free(struct locked *locked)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	while (locked) {
		struct locked *next = locked->next;
		size_t size = locked->size;

		explicit_bzero(locked, size);
		(void)munmap((char *)locked - page, size + 2 * page);
		locked = next;
	}
}
