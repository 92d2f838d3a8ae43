#include "body.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Open an unlinked file in `directory`. -1 and errno when that fails. */
static int file_in(const char *directory)
{
	char path[PATH_MAX];
	int length;
	int file;

	file = open(directory, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (file >= 0)
		return file;
	/* Some file systems have no O_TMPFILE, such as NFS and old overlays. */
	length = snprintf(path, sizeof(path), "%s/mintage-XXXXXX", directory);
	if (length < 0 || (size_t)length >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	file = mkostemp(path, O_CLOEXEC);
	if (file >= 0)
		(void)unlink(path);
	return file;
}

/* Open an unlinked file where one can be made. -1 and errno when that fails. */
static int file_open(void)
{
	const char *chosen = getenv("TMPDIR");
	int file = -1;

	if (chosen && chosen[0] == '/')
		file = file_in(chosen);
	/* /tmp comes last, because it is often in memory. */
	if (file < 0)
		file = file_in("/var/tmp");
	if (file < 0)
		file = file_in("/tmp");
	return file;
}

/* Make space for the body in a mapped file. Returns 0 or an errno. */
static int store_mapped(struct body *body, size_t size)
{
	void *data;
	int file = file_open();
	int error;

	if (file < 0)
		return errno;
	/* Reserve every block now: a disk that is full later would end the
	 * process with SIGBUS. */
	error = posix_fallocate(file, 0, (off_t)size);
	if (error == 0) {
		data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			    file, 0);
		if (data == MAP_FAILED) {
			error = errno;
		} else {
			body->data = data;
			body->mapped = size;
		}
	}
	(void)close(file);
	return error;
}

/* Make space for the body on the heap. Returns 0 or an errno. */
static int store_heap(struct body *body, size_t size)
{
	body->data = malloc(size);
	return body->data ? 0 : ENOMEM;
}

static enum error store(struct body *body, size_t length,
			struct problem *problem)
{
	size_t size = length + 1;
	int error = length <= BODY_HEAP_MAX ? store_heap(body, size) :
					      store_mapped(body, size);

	if (error == 0)
		return ERROR_NONE;
	return problem_set(problem, ERROR_UNAVAILABLE, "",
			   "the request body can't be stored now (%s): try "
			   "again later",
			   strerror(error));
}

/* Read as many bytes as Content-Length announced, and check that the body ends
 * behind them. */
static enum error receive(struct body *body, size_t length,
			  struct stream *stream, struct problem *problem)
{
	long got = 1;
	char more;

	while (body->length < length && got > 0) {
		size_t rest = length - body->length;

		got = stream->read(stream->context, body->data + body->length,
				   rest < INT_MAX ? rest : INT_MAX);
		if (got > 0)
			body->length += (size_t)got;
	}
	body->data[body->length] = '\0';
	if (got > 0)
		got = stream->read(stream->context, &more, 1);
	if (got < 0)
		return problem_set(problem, ERROR_CLIENT_GONE, "",
				   "the request body broke off: send it again");
	if (body->length < length)
		return problem_set(problem, ERROR_SHORT_BODY, "",
				   "the request body has %zu bytes, but its "
				   "Content-Length says %zu: send it again",
				   body->length, length);
	/* A server may unpack a body and leave the length of the packed one. A
	 * manifest that was cut at that length might still look whole. */
	if (got > 0)
		return problem_set(problem, ERROR_MALFORMED, "",
				   "the request body is longer than its "
				   "Content-Length of %zu bytes: send it "
				   "without Content-Encoding",
				   length);
	return ERROR_NONE;
}

enum error body_read(struct body *body, const struct request *request,
		     uint64_t max, struct problem *problem)
{
	enum error error;

	*body = (struct body){ 0 };
	if (request->bad_length)
		return problem_set(problem, ERROR_BAD_VALUE, "",
				   "Content-Length is not a number: let your "
				   "client write that header");
	if (!request->has_length)
		return problem_set(
			problem, ERROR_LENGTH_REQUIRED, "",
			"the request has no Content-Length: send one "
			"with the body");
	/* A length below PTRDIFF_MAX has space for the NUL, both as a size and
	 * as a file offset. */
	if (request->length > max || request->length >= PTRDIFF_MAX)
		return problem_set(problem, ERROR_TOO_LARGE, "",
				   "the request body is larger than the %llu "
				   "bytes that this server takes: split the "
				   "manifest",
				   (unsigned long long)max);
	error = store(body, (size_t)request->length, problem);
	if (error == ERROR_NONE)
		error = receive(body, (size_t)request->length, request->stream,
				problem);
	return error;
}

void body_free(struct body *body)
{
	if (body->mapped > 0)
		(void)munmap(body->data, body->mapped);
	else
		free(body->data);
	*body = (struct body){ 0 };
}

void body_drain(const struct request *request)
{
	struct stream *stream = request->stream;
	char waste[8192];

	while (stream->read(stream->context, waste, sizeof(waste)) > 0)
		;
}
