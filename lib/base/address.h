/*
 * address - IP addresses and networks, as text and compared.
 *
 * An IPv4 address and the same address mapped into IPv6 (::ffff:192.0.2.1) are
 * equal, because a server that listens on both sees the one as the other.
 */
#ifndef MINTAGE_LIB_BASE_ADDRESS_H
#define MINTAGE_LIB_BASE_ADDRESS_H

#include "slice.h"

#define ADDRESS_SIZE 16

/* An IPv6 address, or an IPv4 address mapped into one. */
struct address {
	uint8_t bytes[ADDRESS_SIZE];
};

/* The addresses that begin with the first `bits` bits of `start`. */
struct network {
	struct address start;
	unsigned bits; /* of 128 */
};

/* Read an IPv4 or IPv6 address without brackets, port and zone. False where
 * `text` isn't one. */
bool address_read(struct address *address, struct slice text) MUST_CHECK;

/* Is it of this machine: 127.0.0.0/8 or ::1? */
bool address_is_loopback(const struct address *address);

/* How a network can't be read. */
enum network_fault {
	NETWORK_GOOD,
	NETWORK_NO_ADDRESS, /* what stands before the "/" isn't an address */
	NETWORK_NO_BITS,    /* what stands behind it isn't a length in bits */
	NETWORK_HOST_BITS,  /* there are bits of the address behind these */
};

/* Read an address, or a network ADDRESS/BITS (CIDR). */
enum network_fault address_network_read(struct network *network,
					struct slice text) MUST_CHECK;

bool address_network_has(const struct network *network,
			 const struct address *address);

#endif
