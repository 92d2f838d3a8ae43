#include "fastcgi_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/buffer.h"

/* The first descriptor that systemd passes (sd_listen_fds(3)). */
#define FIRST_PASSED 3

/* Is the IPv4 or IPv6 address of `peer` the one written in `text`? */
static bool same_address(const struct sockaddr_storage *peer, const char *text)
{
	const struct sockaddr_in *v4 = (const void *)peer;
	const struct sockaddr_in6 *v6 = (const void *)peer;
	struct in_addr address4;
	struct in6_addr address6;

	if (peer->ss_family == AF_INET)
		return inet_pton(AF_INET, text, &address4) == 1 &&
		       address4.s_addr == v4->sin_addr.s_addr;
	return inet_pton(AF_INET6, text, &address6) == 1 &&
	       memcmp(&address6, &v6->sin6_addr, sizeof(address6)) == 0;
}

/* May `peer` send requests? Over TCP only the addresses in `servers` may, which
 * is FCGI_WEB_SERVER_ADDRS (FastCGI specification, 3.2). libfcgi compares them
 * only in its own accept. */
static bool is_our_server(const char *servers,
			  const struct sockaddr_storage *peer)
{
	struct slice rest = slice_text(servers);
	struct slice part;
	char text[INET6_ADDRSTRLEN];

	if (rest.length == 0 ||
	    (peer->ss_family != AF_INET && peer->ss_family != AF_INET6))
		return true;
	while (slice_split(&rest, ',', &part)) {
		part = slice_trim(part);
		if (part.length >= sizeof(text))
			continue;
		memcpy(text, part.data, part.length);
		text[part.length] = '\0';
		if (same_address(peer, text))
			return true;
	}
	return false;
}

/*
 * Make accept return at once where another process on this socket was faster,
 * for no signal gets through while accept waits. All processes share the flag,
 * and systemd clears it whenever it starts another. Then the timeout is what
 * lets accept return; it belongs to the socket, and nobody clears it.
 */
bool fastcgi_socket_prepare(void)
{
	static const struct timeval limit = { .tv_usec = 1000 };
	int flags = fcntl(FASTCGI_LISTENER, F_GETFL);

	return flags >= 0 &&
	       fcntl(FASTCGI_LISTENER, F_SETFL, flags | O_NONBLOCK) == 0 &&
	       setsockopt(FASTCGI_LISTENER, SOL_SOCKET, SO_RCVTIMEO, &limit,
			  sizeof(limit)) == 0;
}

/* The kernel must not wait for more to send. */
static void set_no_delay(int connection, int family)
{
	int on = 1;

	if (family != AF_UNIX)
		(void)setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on,
				 sizeof(on));
}

bool fastcgi_socket_accept(const char *servers, int *connection)
{
	static const struct timespec pause = { .tv_nsec = 100000000 };
	struct sockaddr_storage peer = { .ss_family = AF_UNSPEC };
	socklen_t length = sizeof(peer);

	*connection = accept4(FASTCGI_LISTENER, (struct sockaddr *)&peer,
			      &length, SOCK_CLOEXEC);
	if (*connection < 0) {
		/* The listening socket itself is at fault, and another try
		 * would fail too. */
		if (errno == EBADF || errno == EINVAL || errno == ENOTSOCK ||
		    errno == EOPNOTSUPP)
			return false;
		/* Without a free descriptor or memory the connection is still
		 * there, so wait a little before the next try. Any other error
		 * means that another process was faster, or the client left. */
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		    errno == ENOMEM)
			(void)nanosleep(&pause, NULL);
		return true;
	}
	if (is_our_server(servers, &peer)) {
		set_no_delay(*connection, peer.ss_family);
		return true;
	}
	(void)close(*connection);
	*connection = -1;
	return true;
}

bool fastcgi_socket_listens(void)
{
	int listening = 0;
	socklen_t size = sizeof(listening);

	/* FCGX_IsCGI would take any socket without a peer for a listening
	 * one. */
	return getsockopt(FASTCGI_LISTENER, SOL_SOCKET, SO_ACCEPTCONN,
			  &listening, &size) == 0 &&
	       listening;
}

bool fastcgi_socket_is_local(void)
{
	struct sockaddr_storage own = { .ss_family = AF_UNSPEC };
	socklen_t size = sizeof(own);

	return getsockname(FASTCGI_LISTENER, (struct sockaddr *)&own, &size) ==
		       0 &&
	       own.ss_family == AF_UNIX;
}

void fastcgi_socket_adopt(void)
{
	const char *pid = getenv("LISTEN_PID");
	const char *count = getenv("LISTEN_FDS");
	uint64_t number;

	/* A child inherits the variables, so LISTEN_PID says for which process
	 * they were set. */
	if (!slice_number(slice_text(pid), INT_MAX, &number) ||
	    number != (uint64_t)getpid() ||
	    !slice_number(slice_text(count), INT_MAX, &number) || number == 0)
		return;
	if (!fastcgi_socket_listens() &&
	    dup2(FIRST_PASSED, FASTCGI_LISTENER) == FASTCGI_LISTENER)
		(void)close(FIRST_PASSED);
}
