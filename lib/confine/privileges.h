/*
 * privileges - a process gives up what it could gain by running a program.
 */
#ifndef MINTAGE_LIB_CONFINE_PRIVILEGES_H
#define MINTAGE_LIB_CONFINE_PRIVILEGES_H

#include "lib/base/error.h"

/* From now on no program that this process or its children run gains rights by
 * its mode or its capabilities. The kernel wants this of whoever confines
 * itself without being root. Returns 0 or an errno. */
int privileges_renounce(void) MUST_CHECK;

#endif
