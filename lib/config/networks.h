/*
 * networks - values that are lists of IP addresses and networks.
 */
#ifndef MINTAGE_LIB_CONFIG_NETWORKS_H
#define MINTAGE_LIB_CONFIG_NETWORKS_H

#include "words.h"

/* Addresses, networks (ADDRESS/BITS), and the word "unix" for peers that have
 * no address. The member is a struct networks. */
extern const struct config_kind config_networks;

#endif
