/*
 * bench - what the measuring programs share: the job, which is the same for
 * all of them and for their peers in other languages, and a clock.
 *
 * tests/bench/run writes the job into the environment: BENCH_KEYS is a file
 * with a key a line; BENCH_BUCKET, BENCH_SCOPE, BENCH_ACCOUNT, BENCH_PARENT,
 * BENCH_SECRET, BENCH_HOST, BENCH_TIME and BENCH_TTL are what every credential
 * or link of it has in common.
 */
#ifndef MINTAGE_BENCH_H
#define MINTAGE_BENCH_H

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include "lib/base/buffer.h"

static inline double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Say what is wrong and end: nothing was measured. */
static inline _Noreturn void fail(const char *format, ...) PRINTF_LIKE(1, 2);

static inline _Noreturn void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)fputs("bench: ", stderr);
	(void)vfprintf(stderr, format, arguments);
	(void)fputc('\n', stderr);
	va_end(arguments);
	exit(1);
}

static inline const char *job(const char *name)
{
	const char *value = getenv(name);

	if (!value)
		fail("%s is not set: start me by tests/bench/run", name);
	return value;
}

static inline size_t number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*end || end == text)
		fail("%s is not a number", text);
	return value;
}

static inline void *allocate(size_t size)
{
	void *memory = malloc(size);

	if (!memory)
		fail("out of memory");
	return memory;
}

/* The whole of a file, mapped for as long as we run. */
static inline struct slice map_file(const char *path)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	struct stat found;
	void *data;

	if (file < 0 || fstat(file, &found) < 0 || found.st_size == 0)
		fail("%s: can't be read, or is empty", path);
	data = mmap(NULL, (size_t)found.st_size, PROT_READ,
		    MAP_PRIVATE | MAP_POPULATE, file, 0);
	if (data == MAP_FAILED)
		fail("%s: can't be mapped", path);
	return slice_of(data, (size_t)found.st_size);
}

/* The first `count` lines of a text; there are as many. */
static inline struct slice *split_lines(struct slice text, size_t count)
{
	struct slice *lines = allocate(count * sizeof(*lines));

	for (size_t i = 0; i < count; i++) {
		if (!slice_split(&text, '\n', &lines[i]))
			fail("fewer than %zu keys", count);
	}
	return lines;
}

#endif
