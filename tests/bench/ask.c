/*
 * ask PORT FILE [first] - send a file, which is one HTTP/1.0 request, to
 * loopback and read the answer to its end, or with "first" only until it
 * begins.
 *
 * One line: seconds from the first byte sent to the last byte sent, to the
 * first byte of the answer, to its last; its status; the bytes of its body.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"

/* More than any head of ours. */
#define HEAD_MAX 4096

struct answer {
	char head[HEAD_MAX + 1]; /* and what of the body came with it */
	size_t length;           /* of all of it */
	double first;
	double last;
};

static int connect_to(size_t port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (file < 0 ||
	    connect(file, (struct sockaddr *)&address, sizeof(address)) < 0)
		fail("port %zu: %s", port, strerror(errno));
	return file;
}

/* False at the end. */
static bool receive(int file, struct answer *answer)
{
	static char part[1 << 18];
	ssize_t got = recv(file, part, sizeof(part), 0);
	size_t room = answer->length < HEAD_MAX ? HEAD_MAX - answer->length : 0;

	if (got < 0)
		fail("the answer broke off: %s", strerror(errno));
	answer->last = seconds();
	if (got == 0)
		return false;
	if (answer->length == 0)
		answer->first = answer->last;
	if (room > (size_t)got)
		room = (size_t)got;
	if (room > 0)
		memcpy(answer->head + answer->length, part, room);
	answer->length += (size_t)got;
	return true;
}

/* A server that has heard enough may answer before all is sent. */
static void send_all(int file, struct slice request, struct answer *answer)
{
	struct pollfd poll_for = { .fd = file, .events = POLLIN | POLLOUT };
	ssize_t sent;

	while (request.length > 0 && poll(&poll_for, 1, -1) > 0) {
		if ((poll_for.revents & POLLIN) && !receive(file, answer))
			return;
		if (!(poll_for.revents & POLLOUT))
			continue;
		sent = send(file, request.data, request.length,
			    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && errno != EAGAIN)
			fail("the request was not taken: %s", strerror(errno));
		if (sent > 0) {
			request.data += sent;
			request.length -= (size_t)sent;
		}
	}
}

static size_t body_length(const struct answer *answer)
{
	const char *end = strstr(answer->head, "\r\n\r\n");

	if (!end)
		fail("no answer: %s", answer->head);
	return answer->length - (size_t)(end + 4 - answer->head);
}

int main(int argc, char **argv)
{
	struct answer answer = { .length = 0 };
	bool whole = argc == 3;
	struct slice request;
	double before, sent;
	int file;

	if (argc != 3 && (argc != 4 || strcmp(argv[3], "first") != 0))
		fail("ask PORT FILE [first]");
	request = map_file(argv[2]);
	file = connect_to(number(argv[1]));
	before = seconds();
	send_all(file, request, &answer);
	sent = seconds();
	while ((whole || answer.length == 0) && receive(file, &answer))
		;
	close(file);
	if (answer.length < 12)
		fail("no answer");
	printf("%.9f %.9f %.9f %.3s %zu\n", sent - before,
	       answer.first - before, answer.last - before, answer.head + 9,
	       body_length(&answer));
	return 0;
}
