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

bool state_block_write(int file, uint64_t number, const void *block)
{
	ssize_t put;

	do {
		put = pwrite(file, block, STATE_BLOCK_SIZE,
			     (off_t)(number * STATE_BLOCK_SIZE));
	} while (put < 0 && errno == EINTR);
	if (put >= 0 && put < STATE_BLOCK_SIZE)
		errno = ENOSPC;
	return put == STATE_BLOCK_SIZE;
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
