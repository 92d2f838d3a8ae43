/* Streams of stdio, whose reads and writes are those of calls.c. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "faults.h"

static ssize_t stream_read(void *file, char *data, size_t size)
{
	return read((int)(intptr_t)file, data, size);
}

/* 0 is the error of a cookie's write. */
static ssize_t stream_write(void *file, const char *data, size_t size)
{
	ssize_t put = write((int)(intptr_t)file, data, size);

	return put < 0 ? 0 : put;
}

static int stream_close(void *file)
{
	return close((int)(intptr_t)file);
}

static FILE *stream_of(int file, const char *mode)
{
	return fopencookie((void *)(intptr_t)file, mode,
			   (cookie_io_functions_t){ .read = stream_read,
						    .write = stream_write,
						    .close = stream_close });
}

/* The program reads files this way and writes none. */
static FILE *opened(const char *path)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	FILE *stream = file < 0 ? NULL : stream_of(file, "r");

	if (!stream && file >= 0)
		close(file);
	return stream;
}

static FILE *other(const char *path, const char *mode)
{
	static FILE *(*real)(const char *, const char *);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "fopen");
	return real(path, mode);
}

FILE *fopen(const char *path, const char *mode)
{
	return mode[0] == 'r' && !strchr(mode, '+') ? opened(path) :
						      other(path, mode);
}

FILE *fopen64(const char *path, const char *mode)
{
	return fopen(path, mode);
}

int fileno(FILE *stream)
{
	static int (*real)(FILE *);

	if (stream == stdout)
		return STDOUT_FILENO;
	if (stream == stderr)
		return STDERR_FILENO;
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "fileno");
	return real(stream);
}

/* Before faults.c, so that none of this is counted. */
__attribute__((constructor(201))) static void begin(void)
{
	FILE *out, *error;

	if (!getenv("TEST_FAULTS"))
		return;
	out = stream_of(STDOUT_FILENO, "w");
	error = stream_of(STDERR_FILENO, "w");
	if (!out || !error)
		abort();
	setvbuf(error, NULL, _IONBF, 0);
	if (isatty(STDOUT_FILENO))
		setvbuf(out, NULL, _IOLBF, 0);
	stdout = out;
	stderr = error;
}
