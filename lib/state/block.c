#include "block.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

bool state_block_read(int file, uint64_t number, void *block)
{
	ssize_t got;

	do {
		got = pread(file, block, STATE_BLOCK_SIZE,
			    (off_t)(number * STATE_BLOCK_SIZE));
	} while (got < 0 && errno == EINTR);
	if (got >= 0 && got < STATE_BLOCK_SIZE)
		errno = EBADMSG;
	return got == STATE_BLOCK_SIZE;
}

/* What was begun is written to its end: half a block is a damaged one, and
 * stays so. */
bool state_block_write(int file, uint64_t number, const void *block)
{
	const off_t at = (off_t)(number * STATE_BLOCK_SIZE);
	const char *from = block;
	size_t done = 0;
	ssize_t put;

	while (done < STATE_BLOCK_SIZE) {
		put = pwrite(file, from + done, STATE_BLOCK_SIZE - done,
			     at + (off_t)done);
		if (put < 0 && errno == EINTR)
			continue;
		if (put == 0)
			errno = ENOSPC;
		if (put <= 0)
			return false;
		done += (size_t)put;
	}
	return true;
}

uint64_t state_block_sum(uint64_t number, uint64_t with, const void *data,
			 size_t length)
{
	const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);
	const char *from = data, *end = from + length;
	uint64_t sum = (number + 1) * factor ^ with, word;

	for (; from < end; from += sizeof(word)) {
		memcpy(&word, from, sizeof(word));
		sum = (sum ^ word) * factor;
		sum ^= sum >> 29;
	}
	return sum;
}
