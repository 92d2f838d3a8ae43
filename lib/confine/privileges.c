#include "privileges.h"

#include <errno.h>
#include <sys/prctl.h>

int privileges_renounce(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno;
}
