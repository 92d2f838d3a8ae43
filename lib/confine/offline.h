/*
 * offline - a command that needs no network does without it.
 */
#ifndef MINTAGE_LIB_CONFINE_OFFLINE_H
#define MINTAGE_LIB_CONFINE_OFFLINE_H

#include "lib/base/problem.h"

/*
 * From now on this process opens no socket but a local one, runs no program and
 * gains no privileges; files are open to it as before. What the kernel or the
 * build lacks is left out, and so is all of it in a program that was built with
 * sanitizers. ERROR_UNAVAILABLE where the kernel refuses what it has.
 */
enum error offline_enter(struct problem *problem) MUST_CHECK;

#endif
