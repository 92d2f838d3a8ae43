#include "keeper_message.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lib/base/clock.h"

/* What stands before each path. */
struct entry_head {
	int32_t failure;
	uint16_t length; /* of the path, with its NUL */
	uint16_t is_folder;
};

_Static_assert(sizeof(struct entry_head) + PATH_MAX <= KEEPER_MESSAGE_MAX,
	       "the longest path fits into a message");

/* Space for the descriptors of a message. */
union control {
	struct cmsghdr head;
	char bytes[CMSG_SPACE(KEEPER_MESSAGE_FILES * sizeof(int))];
};

/* ---- writing -------------------------------------------------------------- */

void keeper_message_begin(struct keeper_message *message, uint32_t number,
			  enum keeper_answer answer)
{
	message->head =
		(struct keeper_head){ .number = number, .answer = answer };
	message->length = message->count = message->read = message->taken = 0;
}

bool keeper_message_add(struct keeper_message *message,
			const struct opener_entry *entry)
{
	struct entry_head head = { .failure = entry->failure,
				   .is_folder = entry->is_folder };
	size_t length = strlen(entry->path) + 1;
	char *end = message->data + message->length;

	if (length > PATH_MAX ||
	    sizeof(head) + length > sizeof(message->data) - message->length ||
	    message->count == KEEPER_MESSAGE_FILES)
		return false;
	head.length = (uint16_t)length;
	memcpy(end, &head, sizeof(head));
	memcpy(end + sizeof(head), entry->path, length);
	message->length += sizeof(head) + length;
	message->head.entries++;
	if (!entry->failure)
		message->files[message->count++] = entry->file;
	return true;
}

static void attach(struct msghdr *header, union control *control,
		   const int *files, size_t count)
{
	size_t size = count * sizeof(*files);

	memset(control, 0, sizeof(*control));
	control->head.cmsg_level = SOL_SOCKET;
	control->head.cmsg_type = SCM_RIGHTS;
	control->head.cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(&control->head), files, size);
	header->msg_control = control;
	header->msg_controllen = CMSG_SPACE(size);
}

/* sendmsg(2) only reads what it gets, and yet asks for a pointer without
 * const. */
static void *without_const(const void *data)
{
	return (void *)(uintptr_t)data; /* NOLINT(performance-no-int-to-ptr) */
}

int keeper_message_send(int socket, const struct keeper_message *message)
{
	struct keeper_head head = message->head;
	struct iovec parts[] = {
		{ .iov_base = &head, .iov_len = sizeof(head) },
		{ .iov_base = without_const(message->data),
		  .iov_len = message->length },
	};
	struct msghdr header = { .msg_iov = parts, .msg_iovlen = 2 };
	union control control;

	if (message->count > 0)
		attach(&header, &control, message->files, message->count);
	while (sendmsg(socket, &header, MSG_NOSIGNAL) < 0) {
		if (errno != EINTR)
			return errno;
	}
	return 0;
}

/* ---- receiving ------------------------------------------------------------ */

/* Take the descriptors that came. False where there are other things, or more
 * than a message has. */
static bool detach(struct keeper_message *message, struct msghdr *header)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(header);
	size_t count;

	if (!control)
		return true;
	if (control->cmsg_level != SOL_SOCKET ||
	    control->cmsg_type != SCM_RIGHTS)
		return false;
	count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	if (count > KEEPER_MESSAGE_FILES)
		return false;
	memcpy(message->files, CMSG_DATA(control), count * sizeof(int));
	message->count = count;
	return CMSG_NXTHDR(header, control) == NULL;
}

static int wait_readable(int socket, int64_t until)
{
	struct pollfd input = { .fd = socket, .events = POLLIN };

	for (;;) {
		int64_t left = until - clock_ticks();
		int found = poll(&input, 1, left > 0 ? (int)left : 0);

		if (found > 0)
			return 0;
		if (found < 0 && errno != EINTR)
			return errno;
		if (left <= 0)
			return ETIMEDOUT;
	}
}

/* What came, of `got` bytes: 0, or the errno of what is wrong with it. */
static int settle(struct keeper_message *message, struct msghdr *header,
		  ssize_t got)
{
	bool is_whole = detach(message, header);

	if (got == 0)
		return EPIPE;
	if (!is_whole || (header->msg_flags & MSG_TRUNC) ||
	    (size_t)got < sizeof(message->head))
		return EBADMSG;
	/* The kernel installs as many as the process may have open. */
	if (header->msg_flags & MSG_CTRUNC)
		return EMFILE;
	message->length = (size_t)got - sizeof(message->head);
	return 0;
}

int keeper_message_receive(int socket, struct keeper_message *message,
			   int64_t until)
{
	struct iovec parts[] = {
		{ .iov_base = &message->head,
		  .iov_len = sizeof(message->head) },
		{ .iov_base = message->data, .iov_len = sizeof(message->data) },
	};
	union control control;
	struct msghdr header = { .msg_iov = parts,
				 .msg_iovlen = 2,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control) };
	int failure = wait_readable(socket, until);
	ssize_t got;

	keeper_message_begin(message, 0, KEEPER_FAILED);
	if (failure)
		return failure;
	got = recvmsg(socket, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	if (got < 0)
		return errno == ECONNRESET ? EPIPE : errno;
	failure = settle(message, &header, got);
	if (failure)
		keeper_message_drop(message);
	return failure;
}

/* ---- reading -------------------------------------------------------------- */

bool keeper_message_next(struct keeper_message *message,
			 struct opener_entry *entry)
{
	const char *at = message->data + message->read;
	size_t rest = message->length - message->read;
	struct entry_head head;

	if (message->head.entries == 0 || rest < sizeof(head))
		return false;
	memcpy(&head, at, sizeof(head));
	at += sizeof(head);
	rest -= sizeof(head);
	if (head.length == 0 || head.length > rest || head.length > PATH_MAX ||
	    memchr(at, '\0', head.length) != at + head.length - 1 ||
	    (!head.failure && message->taken == message->count))
		return false;
	*entry = (struct opener_entry){ .path = at,
					.is_folder = head.is_folder != 0,
					.failure = head.failure,
					.file = -1 };
	if (!head.failure)
		entry->file = message->files[message->taken++];
	message->read += sizeof(head) + head.length;
	message->head.entries--;
	return true;
}

bool keeper_message_is_read(const struct keeper_message *message)
{
	return message->head.entries == 0 && message->read == message->length &&
	       message->taken == message->count;
}

void keeper_message_drop(struct keeper_message *message)
{
	while (message->taken < message->count)
		(void)close(message->files[message->taken++]);
	message->count = message->taken = 0;
}
