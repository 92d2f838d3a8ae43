#include "request.h"

#include <sys/random.h>

#include "lib/base/hex.h"

#define ID_SIZE (REQUEST_ID_LENGTH / 2) /* bytes */

bool audit_request_id(struct audit_ids *ids, char id[REQUEST_ID_LENGTH + 1])
{
	size_t size = sizeof(ids->random);

	if (ids->left < ID_SIZE) {
		if (getrandom(ids->random, size, 0) != (ssize_t)size)
			return false;
		ids->left = size;
	}
	id[hex_encode(id, ids->random + size - ids->left, ID_SIZE)] = '\0';
	ids->left -= ID_SIZE;
	return true;
}
