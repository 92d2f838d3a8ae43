/*
 * faults - which call of the program is to fail, and how; a page that the
 * library and the driver share. faults.py has the same layout.
 */
#ifndef MINTAGE_TESTS_TORTURE_FAULTS_H
#define MINTAGE_TESTS_TORTURE_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kinds of calls; each is counted apart. A new one goes to the end, and
 * into the table of faults.py. */
enum kind {
	KIND_MEMORY, /* malloc, calloc, realloc, strdup */
	KIND_READ,   /* read, pread, recv, also for stdio */
	KIND_WRITE,  /* write, pwrite, send, also for stdio */
	KIND_OPEN,   /* open, opendir, fopen, mkostemp */
	KIND_MAP,    /* mmap, mlock, madvise */
	KIND_SYNC,   /* fsync, fdatasync, msync */
	KIND_LOCK,   /* flock, fcntl with a lock */
	KIND_CLOCK,  /* the time of the day */
	KIND_NAME,   /* rename, link, symlink, mkdir */
	KIND_UNLINK,
	KIND_SIZE,   /* ftruncate, fallocate */
	KIND_STAT,   /* stat, fstat, lstat */
	KIND_OWNER,  /* fchmod, fchown */
	KIND_SOCKET, /* socket, connect, socketpair, pipe */
	KIND_FORK,   /* fork, posix_spawn, pthread_create */
	KIND_ACCEPT,
	KIND_POLL,
	KIND_RANDOM,
	KIND_CLOSE,
	KIND_FLAGS,   /* fcntl without a lock, setsockopt, getsockopt */
	KIND_CONFINE, /* what a process denies itself: prctl, Landlock */
	KIND_COUNT
};

/* How a call fails. */
enum how {
	HOW_ERROR,   /* with errno = error */
	HOW_HALF,    /* it moves half of the bytes, */
	HOW_ONE,     /* one byte, */
	HOW_ZERO,    /* or none: the end of a file; a time limit of poll */
	HOW_BACK,    /* the clock is an hour slow, */
	HOW_FORWARD, /* or fast */
};

/* What a process has denied itself. */
enum confined {
	CONFINED_PRIVILEGES = 1,
	CONFINED_CALLS = 2,
	CONFINED_FILES = 4,
};

struct faults {
	uint32_t owner; /* the first process; its calls count */
	uint32_t kind;  /* enum kind */
	uint32_t nth;   /* the call that fails, counted from 1; 0: none */
	uint32_t how;   /* enum how */
	uint32_t error;
	uint32_t sticky;     /* all calls from the nth on fail */
	uint32_t hits;       /* how many have failed */
	uint32_t is_waiting; /* the responder waits for a connection */
	uint32_t counts[32]; /* calls so far, by kind */
	char where[256];     /* who made the call that failed last */
	uint32_t target;     /* another process: its calls and those of its
				children count, not the owner's; 0: none */
	uint32_t rests;      /* how often the owner began to wait */
	uint32_t confined;   /* enum confined, of the owner */
};

/* True where this call is to fail; errno is set then, for HOW_ERROR. `caller`
 * is an address in the function that calls. */
bool faults_hit(enum kind kind, const void *caller);

/* How many of `size` bytes a call that was hit may move; -1: it fails. */
long long faults_part(size_t size);

enum how faults_how(void);

/* For a while nothing is counted. */
void faults_pause(bool pause);
void faults_wait(bool is_waiting);

/* A process has denied itself something. */
void faults_confine(enum confined what);

#endif
