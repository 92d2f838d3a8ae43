/*
 * block - a page of the disk in a file that processes share.
 *
 * It is read and written as a whole, so that who is killed leaves the old one
 * or the new one. Its sum tells of any other.
 */
#ifndef MINTAGE_LIB_STATE_BLOCK_H
#define MINTAGE_LIB_STATE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"

#define STATE_BLOCK_SIZE 4096

/* Read block `number`, from 0. `block` has STATE_BLOCK_SIZE bytes. False with
 * errno, which is EBADMSG where the file ends before the block does. */
bool state_block_read(int file, uint64_t number, void *block) MUST_CHECK;

/* Write it. False with errno, and then the file may hold a part of it. */
bool state_block_write(int file, uint64_t number, const void *block) MUST_CHECK;

/*
 * The sum of `length` bytes of block `number`, a multiple of 8, and of another
 * number that belongs to them, `with`, which may be 0. A block that lies where
 * another should lie has a wrong sum. It is against damage, not against whoever
 * may write to the file.
 */
uint64_t state_block_sum(uint64_t number, uint64_t with, const void *data,
			 size_t length);

#endif
