#include "address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#define ADDRESS_BITS (8 * ADDRESS_SIZE)
#define MAPPED_BITS 96 /* of ::ffff:0:0, before an IPv4 address */

static bool is_mapped(const struct address *address)
{
	static const uint8_t start[MAPPED_BITS / 8] = { [10] = 0xff, 0xff };

	return memcmp(address->bytes, start, sizeof(start)) == 0;
}

bool address_read(struct address *address, struct slice text)
{
	char copy[INET6_ADDRSTRLEN];
	struct in_addr v4;

	if (text.length == 0 || text.length >= sizeof(copy) ||
	    memchr(text.data, '\0', text.length))
		return false;
	memcpy(copy, text.data, text.length);
	copy[text.length] = '\0';
	if (inet_pton(AF_INET6, copy, address->bytes) == 1)
		return true;
	if (inet_pton(AF_INET, copy, &v4) != 1)
		return false;
	*address = (struct address){ .bytes = { [10] = 0xff, 0xff } };
	memcpy(address->bytes + MAPPED_BITS / 8, &v4, sizeof(v4));
	return true;
}

bool address_is_loopback(const struct address *address)
{
	static const struct address v6 = { .bytes = { [15] = 1 } };

	return (is_mapped(address) && address->bytes[MAPPED_BITS / 8] == 127) ||
	       memcmp(address, &v6, sizeof(v6)) == 0;
}

static bool bit(const struct address *address, unsigned place)
{
	return address->bytes[place / 8] >> (7 - place % 8) & 1;
}

enum network_fault address_network_read(struct network *network,
					struct slice text)
{
	struct slice bits = text, word;
	bool is_v4, has_bits;
	uint64_t number;

	slice_split(&bits, '/', &word);
	has_bits = bits.data != NULL;
	if (!address_read(&network->start, word))
		return NETWORK_NO_ADDRESS;
	is_v4 = !memchr(word.data, ':', word.length);
	network->bits = ADDRESS_BITS;
	if (!has_bits)
		return NETWORK_GOOD;
	if (!slice_number(bits, is_v4 ? 32 : ADDRESS_BITS, &number))
		return NETWORK_NO_BITS;
	network->bits = (unsigned)number + (is_v4 ? MAPPED_BITS : 0);
	for (unsigned i = network->bits; i < ADDRESS_BITS; i++) {
		if (bit(&network->start, i))
			return NETWORK_HOST_BITS;
	}
	return NETWORK_GOOD;
}

bool address_network_has(const struct network *network,
			 const struct address *address)
{
	unsigned whole = network->bits / 8;

	if (memcmp(network->start.bytes, address->bytes, whole) != 0)
		return false;
	for (unsigned i = 8 * whole; i < network->bits; i++) {
		if (bit(&network->start, i) != bit(address, i))
			return false;
	}
	return true;
}
