#include "filter.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>

#include "filter_data.h"

bool filter_is_built(void)
{
	return filter_data[FILTER_SERVICE].length > 0;
}

/* A kernel that has filters tries to read one from NULL, and says EFAULT; a
 * kernel without says EINVAL. */
bool filter_is_known(void)
{
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) != 0 &&
	       errno == EFAULT;
}

int filter_enter(enum filter_kind kind)
{
	const struct filter_data *data = &filter_data[kind];
	struct sock_filter code[FILTER_DATA_MAX];
	struct sock_fprog program = { .len = (unsigned short)data->length,
				      .filter = code };
	int failure;

	if (!filter_is_built())
		return ENOSYS;
	memcpy(code, data->code, data->length * sizeof(code[0]));
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0)
		return 0;
	failure = errno; /* filter_is_known changes errno */
	if (failure != EINVAL && failure != ENOSYS)
		return failure;
	/* A caller reads ENOSYS as "the kernel has no filters" and goes on
	 * without. A kernel that has them may refuse one with either error. */
	return filter_is_known() ? EINVAL : ENOSYS;
}
