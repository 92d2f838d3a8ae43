/*
 * trial - makes a credential of the parent's and tries it: it must reach one
 * object, and no other.
 */
#ifndef MINTAGE_CGI_CLI_TRIAL_H
#define MINTAGE_CGI_CLI_TRIAL_H

#include "checking.h"

/*
 * Make a credential for an object in the first of the parent's buckets, here or
 * at Cloudflare, depending on the parent's signer; then ask with it for that
 * object and for another. Nobody has objects of these names. Each outcome is
 * printed as a finding. Nothing is done where the parent may not read.
 */
void trial_check(struct checking *checking);

#endif
