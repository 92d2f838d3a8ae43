/*
 * trial - a credential of the parent's on trial: it must reach one
 * object, and no other.
 */
#ifndef MINTAGE_CGI_CLI_TRIAL_H
#define MINTAGE_CGI_CLI_TRIAL_H

#include "checking.h"

/*
 * Make a credential for an object in the first of the parent's buckets, here or
 * at Cloudflare, whoever signs; then ask with it for that object and for
 * another. Nobody has objects of these names. Each outcome is a finding; none
 * where the parent may not read.
 */
void trial_check(struct checking *checking);

#endif
