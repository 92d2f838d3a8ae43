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

/* The id of this process, in a page that a child finds empty: what a keeper or
 * a helper calls is not counted. getpid itself may be forbidden later. */
static uint32_t *self;

/* System calls, because the functions are ours here. */
static void *map(size_t size, int flags, int file)
{
	long address = syscall(SYS_mmap, NULL, size, PROT_READ | PROT_WRITE,
			       flags, file, 0);

	return address == -1 ? NULL : (void *)address;
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
	*self = (uint32_t)syscall(SYS_getpid);
	__atomic_compare_exchange_n(&found->owner, &nobody, *self, false,
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	faults = found;
}

/* While the C library is asked for what it would crash over. */
static bool is_paused;

void faults_pause(bool pause)
{
	is_paused = pause;
}

static bool is_mine(void)
{
	if (!faults || is_paused)
		return false;
	if (*self == 0)
		*self = (uint32_t)syscall(SYS_getpid);
	return *self == faults->owner;
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
	if (is_mine())
		__atomic_store_n(&faults->is_waiting, is_waiting,
				 __ATOMIC_SEQ_CST);
}
