#include "request.h"

#include <sys/random.h>

#include "lib/base/hex.h"

bool audit_request_id(char id[REQUEST_ID_LENGTH + 1])
{
	uint8_t random[REQUEST_ID_LENGTH / 2];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return false;
	id[hex_encode(id, random, sizeof(random))] = '\0';
	return true;
}
