#include "faults.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The page of the driver; NULL where TEST_FAULTS names none. */
static struct faults *faults;

/* The ids of this process and of its parent, in a page that a child finds
 * empty: calls count by the process that makes them. getpid itself may be
 * forbidden later. */
static struct {
	uint32_t id, parent;
} * self;

/* System calls, because the functions are ours here. */
static void *map(size_t size, int flags, int file)
{
	long address = syscall(SYS_mmap, NULL, size, PROT_READ | PROT_WRITE,
			       flags, file, 0);

	return address == -1 ? NULL : (void *)address;
}

static void find_self(void)
{
	self->id = (uint32_t)syscall(SYS_getpid);
	self->parent = (uint32_t)syscall(SYS_getppid);
}

/* After streams.c, whose memory is none of the program's. */
__attribute__((constructor(202))) static void begin(void)
{
	const char *path = getenv("TEST_FAULTS");
	long file = path ? syscall(SYS_openat, AT_FDCWD, path,
				   O_RDWR | O_CLOEXEC, 0) :
			   -1;
	uint32_t nobody = 0;
	struct faults *found;

	if (file < 0)
		return;
	found = map(sizeof(*found), MAP_SHARED, (int)file);
	syscall(SYS_close, file);
	self = map(sizeof(*self), MAP_PRIVATE | MAP_ANONYMOUS, -1);
	if (!found || !self)
		return;
	(void)syscall(SYS_madvise, self, sizeof(*self), MADV_WIPEONFORK);
	find_self();
	__atomic_compare_exchange_n(&found->owner, &nobody, self->id, false,
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	faults = found;
}

/* While the C library is asked for what it would crash over. */
static bool is_paused;

void faults_pause(bool pause)
{
	is_paused = pause;
}

static bool is_owner(void)
{
	if (!faults)
		return false;
	if (self->id == 0)
		find_self();
	return self->id == faults->owner;
}

/* Do the calls of this process count? */
static bool is_mine(void)
{
	bool is_first = is_owner();
	uint32_t target;

	if (!faults || is_paused)
		return false;
	target = __atomic_load_n(&faults->target, __ATOMIC_SEQ_CST);
	return target ? self->id == target || self->parent == target : is_first;
}

/* gdb stops here: see tests/README.md. */
__attribute__((noinline)) void fault_injected(const void *caller);
void fault_injected(const void *caller)
{
	Dl_info info;

	if (dladdr(caller, &info) && info.dli_fname)
		snprintf(faults->where, sizeof(faults->where), "%s+%#tx",
			 info.dli_fname,
			 (const char *)caller - (const char *)info.dli_fbase);
}

bool faults_hit(enum kind kind, const void *caller)
{
	uint32_t number, nth;

	if (!is_mine())
		return false;
	number = __atomic_add_fetch(&faults->counts[kind], 1, __ATOMIC_SEQ_CST);
	nth = __atomic_load_n(&faults->nth, __ATOMIC_SEQ_CST);
	if (nth == 0 || faults->kind != kind || number < nth ||
	    (number > nth && !faults->sticky))
		return false;
	__atomic_add_fetch(&faults->hits, 1, __ATOMIC_SEQ_CST);
	fault_injected(caller);
	if (faults->how == HOW_ERROR)
		errno = (int)faults->error;
	return true;
}

long long faults_part(size_t size)
{
	switch (faults->how) {
	case HOW_HALF:
		return (long long)(size / 2);
	case HOW_ONE:
		return size > 0;
	case HOW_ZERO:
		return 0;
	default:
		return -1;
	}
}

enum how faults_how(void)
{
	return faults->how;
}

void faults_wait(bool is_waiting)
{
	if (!is_owner())
		return;
	__atomic_store_n(&faults->is_waiting, is_waiting, __ATOMIC_SEQ_CST);
	if (is_waiting)
		__atomic_add_fetch(&faults->rests, 1, __ATOMIC_SEQ_CST);
}

void faults_confine(enum confined what)
{
	if (is_owner())
		__atomic_or_fetch(&faults->confined, (uint32_t)what,
				  __ATOMIC_SEQ_CST);
}
