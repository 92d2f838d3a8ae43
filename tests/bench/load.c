/*
 * load PORT FILE CONNECTIONS COUNT STATUS - send the HTTP/1.1 request that a
 * file is COUNT times to loopback, over so many kept connections, on each the
 * next one when the answer to the last is whole. All answers have this status.
 *
 * One line: seconds for all, how many connections had to be opened, and the
 * seconds within which 99 of 100 answers were whole.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"

#define CONNECTIONS_MAX 64
#define ANSWER_MAX 65536

struct connection {
	int file;
	double sent; /* when the request was */
	bool closes; /* after this answer */
	size_t length;
	char answer[ANSWER_MAX + 1]; /* terminated */
};

struct load {
	uint16_t port;
	struct slice request;
	char start[32]; /* of every answer */
	double *times;  /* of the answers that came */
	int poll;
	size_t to_send;
	size_t to_come;
	size_t opened;
	struct connection connections[CONNECTIONS_MAX];
};

static void open_connection(struct load *load, struct connection *connection)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(load->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct epoll_event event = { .events = EPOLLIN,
				     .data.ptr = connection };
	int on = 1;

	connection->file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connection->file < 0 ||
	    connect(connection->file, (struct sockaddr *)&address,
		    sizeof(address)) < 0 ||
	    setsockopt(connection->file, IPPROTO_TCP, TCP_NODELAY, &on,
		       sizeof(on)) < 0 ||
	    epoll_ctl(load->poll, EPOLL_CTL_ADD, connection->file, &event) < 0)
		fail("port %u: %s", load->port, strerror(errno));
	load->opened++;
}

static void send_request(struct load *load, struct connection *connection)
{
	if (connection->closes) {
		close(connection->file);
		open_connection(load, connection);
	}
	connection->closes = false;
	connection->length = 0;
	load->to_send--;
	connection->sent = seconds();
	if (send(connection->file, load->request.data, load->request.length,
		 MSG_NOSIGNAL) != (ssize_t)load->request.length)
		fail("a request was not taken: %s", strerror(errno));
}

/* The value of a header field, or NULL. `name` has its colon and blank. */
static const char *field(const char *head, const char *name)
{
	const char *found = strcasestr(head, name);

	return found ? found + strlen(name) : NULL;
}

/* Is a body whole that comes in chunks (RFC 9112, 7.1)? */
static bool chunks_end(const char *body)
{
	char *end;
	unsigned long length;

	for (;;) {
		length = strtoul(body, &end, 16);
		if (end == body || !strstr(end, "\r\n"))
			return false;
		body = strstr(end, "\r\n") + 2;
		if (strlen(body) < length + 2)
			return false;
		body += length + 2;
		if (length == 0)
			return true;
	}
}

static bool is_whole(const struct load *load, struct connection *connection)
{
	char *answer = connection->answer;
	char *head_end = strstr(answer, "\r\n\r\n");
	const char *length, *body;
	bool whole;

	if (!head_end)
		return false;
	body = head_end + 4;
	head_end[2] = '\0'; /* not beyond the head */
	if (strncmp(answer, load->start, strlen(load->start)) != 0)
		fail("answered: %s%s", answer, body);
	connection->closes = field(answer, "\nConnection: close") != NULL;
	length = field(answer, "\nContent-Length: ");
	if (length)
		whole = strlen(body) >= strtoul(length, NULL, 10);
	else
		whole = chunks_end(body);
	head_end[2] = '\r';
	return whole;
}

/* More has come, and with luck the rest. */
static void take(struct load *load, struct connection *connection)
{
	size_t room = ANSWER_MAX - connection->length;
	ssize_t got = recv(connection->file,
			   connection->answer + connection->length, room, 0);

	if (got <= 0)
		fail("an answer broke off");
	connection->length += (size_t)got;
	connection->answer[connection->length] = '\0';
	if (!is_whole(load, connection))
		return;
	load->times[--load->to_come] = seconds() - connection->sent;
	if (load->to_send > 0)
		send_request(load, connection);
}

static void run(struct load *load, size_t connections, size_t count)
{
	struct epoll_event events[CONNECTIONS_MAX];

	load->poll = epoll_create1(EPOLL_CLOEXEC);
	load->to_come = load->to_send = count;
	for (size_t i = 0; i < connections; i++)
		open_connection(load, &load->connections[i]);
	for (size_t i = 0; i < connections && load->to_send > 0; i++)
		send_request(load, &load->connections[i]);
	while (load->to_come > 0) {
		int ready =
			epoll_wait(load->poll, events, CONNECTIONS_MAX, 10000);

		if (ready <= 0)
			fail("no answer for 10 seconds");
		for (int i = 0; i < ready; i++)
			take(load, events[i].data.ptr);
	}
}

static int compare(const void *a, const void *b)
{
	double one = *(const double *)a, other = *(const double *)b;

	return (one > other) - (one < other);
}

int main(int argc, char **argv)
{
	struct load *load = calloc(1, sizeof(*load));
	size_t connections, count;
	double before, taken;

	if (argc != 6 || !load)
		fail("load PORT FILE CONNECTIONS COUNT STATUS");
	load->port = (uint16_t)number(argv[1]);
	load->request = map_file(argv[2]);
	connections = number(argv[3]);
	if (connections == 0 || connections > CONNECTIONS_MAX)
		fail("1 to %d CONNECTIONS", CONNECTIONS_MAX);
	count = number(argv[4]);
	if (count == 0)
		fail("1 or more requests");
	snprintf(load->start, sizeof(load->start), "HTTP/1.1 %.8s ", argv[5]);
	load->times = allocate(count * sizeof(*load->times));
	before = seconds();
	run(load, connections, count);
	taken = seconds() - before;
	qsort(load->times, count, sizeof(*load->times), compare);
	printf("%.9f %zu %.9f\n", taken, load->opened,
	       load->times[(count - 1) * 99 / 100]);
	return 0;
}
