#include "fastcgi_connection.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "deadline.h"

void fastcgi_connection_open(struct fastcgi_connection *connection, int file,
			     uint32_t seconds)
{
	*connection = (struct fastcgi_connection){
		.file = file,
		.seconds = seconds,
	};
}

void fastcgi_connection_close(struct fastcgi_connection *connection)
{
	if (connection->file >= 0)
		(void)close(connection->file);
	connection->file = -1;
}

/* Has a call failed only because it was not to wait? Then it may, from now on,
 * and fails again only when the limit is reached. */
static bool may_wait(struct fastcgi_connection *connection)
{
	struct timeval limit = { .tv_sec = (time_t)connection->seconds };

	if ((errno != EAGAIN && errno != EWOULDBLOCK) || connection->has_limits)
		return false;
	connection->has_limits =
		setsockopt(connection->file, SOL_SOCKET, SO_RCVTIMEO, &limit,
			   sizeof(limit)) == 0 &&
		setsockopt(connection->file, SOL_SOCKET, SO_SNDTIMEO, &limit,
			   sizeof(limit)) == 0;
	return connection->has_limits;
}

static ssize_t receive(const struct fastcgi_connection *connection, char *data,
		       size_t size, int flags)
{
	ssize_t got;

	do {
		got = recv(connection->file, data, size, flags);
	} while (got < 0 && errno == EINTR);
	return got;
}

size_t fastcgi_connection_take(struct fastcgi_connection *connection,
			       char *data, size_t size)
{
	ssize_t got = receive(connection, data, size, MSG_DONTWAIT);

	return got > 0 ? (size_t)got : 0;
}

size_t fastcgi_connection_read(struct fastcgi_connection *connection,
			       char *data, size_t size)
{
	ssize_t got;

	do {
		got = receive(connection, data, size,
			      connection->has_limits ? 0 : MSG_DONTWAIT);
	} while (got < 0 && may_wait(connection));
	return got > 0 ? (size_t)got : 0;
}

/* The first `length` bytes were written. */
static void drop_written(struct msghdr *message, size_t length)
{
	struct iovec *part = message->msg_iov;

	while (message->msg_iovlen > 0 && length >= part->iov_len) {
		length -= part->iov_len;
		part++;
		message->msg_iovlen--;
	}
	if (message->msg_iovlen > 0) {
		part->iov_base = (char *)part->iov_base + length;
		part->iov_len -= length;
	}
	message->msg_iov = part;
}

/* Has a signal ended a write whose time is not over? */
static bool is_interrupted(void)
{
	return errno == EINTR && !deadline_is_over();
}

bool fastcgi_connection_write(struct fastcgi_connection *connection,
			      struct iovec parts[], size_t count)
{
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = count };
	ssize_t put;

	while (message.msg_iovlen > 0) {
		int flags = connection->has_limits ? 0 : MSG_DONTWAIT;

		put = sendmsg(connection->file, &message, flags | MSG_NOSIGNAL);
		if (put > 0)
			drop_written(&message, (size_t)put);
		else if (put == 0 ||
			 !(is_interrupted() || may_wait(connection)))
			return false;
	}
	return true;
}
