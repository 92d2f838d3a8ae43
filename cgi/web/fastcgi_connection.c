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

bool fastcgi_connection_write(struct fastcgi_connection *connection,
			      struct iovec parts[], size_t count)
{
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = count };
	ssize_t put;

	while (message.msg_iovlen > 0) {
		put = sendmsg(connection->file, &message,
			      MSG_NOSIGNAL |
				      (connection->has_limits ? 0 :
								MSG_DONTWAIT));
		if (put < 0 && ((errno == EINTR && !deadline_is_over()) ||
				may_wait(connection)))
			continue;
		if (put <= 0)
			return false;
		while (message.msg_iovlen > 0 &&
		       (size_t)put >= message.msg_iov->iov_len) {
			put -= (ssize_t)message.msg_iov->iov_len;
			message.msg_iov++;
			message.msg_iovlen--;
		}
		if (message.msg_iovlen > 0) {
			message.msg_iov->iov_base =
				(char *)message.msg_iov->iov_base + put;
			message.msg_iov->iov_len -= (size_t)put;
		}
	}
	return true;
}
