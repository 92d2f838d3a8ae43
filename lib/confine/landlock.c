#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The numbers are those of linux/landlock.h. They stand here because the
 * headers of Debian 11 and 12 lack some or all of them; the calls have one
 * number on every kind of processor that Linux has had since. */
#ifndef __NR_landlock_create_ruleset
#define __NR_landlock_create_ruleset 444
#define __NR_landlock_add_rule 445
#define __NR_landlock_restrict_self 446
#endif

#define ASK_VERSION UINT32_C(1)
#define RULE_PATH 1

enum file_right {
	FILE_WRITE = 1 << 1,
	FILE_READ = 1 << 2,
	FOLDER_READ = 1 << 3,
	FILE_REMOVE = 1 << 5,
	FILE_MAKE = 1 << 8,
	FILE_CUT = 1 << 14,
};

/* Rights that a rule for a file, which is no folder, may have. */
#define OF_A_FILE (FILE_WRITE | FILE_READ | FILE_CUT)

/* All rights to files of each version: the first had 13, the second added the
 * move to another folder, the third cutting, the fifth the ioctl of devices. */
static const uint64_t rights[] = { 0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff };

#define RIGHTS_KNOWN ((int)(sizeof(rights) / sizeof(rights[0])) - 1)

struct ruleset {
	uint64_t files;
	uint64_t network; /* since version 4: bind (1) and connect (2) */
	uint64_t scopes;  /* since 6: abstract sockets (1) and signals (2) */
};

#define ABI_SCOPES 6

struct rule {
	uint64_t allowed;
	int32_t folder;
} __attribute__((packed));

static const uint64_t uses[] = {
	[LANDLOCK_READ] = FILE_READ,
	[LANDLOCK_KEEP] = FILE_WRITE | FILE_READ | FOLDER_READ | FILE_REMOVE |
			  FILE_MAKE | FILE_CUT,
};

int landlock_abi(void)
{
	long version = syscall(__NR_landlock_create_ruleset, NULL, (size_t)0,
			       ASK_VERSION);

	return version > 0 ? (int)version : 0;
}

int landlock_begin(struct landlock *landlock)
{
	struct ruleset denied = { .network = 3, .scopes = 3 };
	size_t size = sizeof(denied);
	int abi = landlock_abi();

	*landlock = (struct landlock){ .abi = abi, .ruleset = -1 };
	if (abi == 0)
		return ENOSYS;
	landlock->files = rights[abi < RIGHTS_KNOWN ? abi : RIGHTS_KNOWN];
	denied.files = landlock->files;
	if (abi < LANDLOCK_ABI_TCP)
		size = offsetof(struct ruleset, network);
	else if (abi < ABI_SCOPES)
		size = offsetof(struct ruleset, scopes);
	landlock->ruleset = (int)syscall(__NR_landlock_create_ruleset, &denied,
					 size, UINT32_C(0));
	if (landlock->ruleset >= 0)
		return 0;
	/* A caller reads ENOSYS as "the kernel has no Landlock" and goes on
	 * without. This one has it, because it has told its version. */
	return errno == ENOSYS ? EINVAL : errno;
}

/* Allow what lies at the open path. A pipe without a name has no path, and is
 * never denied: EBADFD. */
static int add_rule(const struct landlock *landlock, int file, uint64_t allowed)
{
	struct rule rule = { .allowed = allowed & landlock->files,
			     .folder = file };
	struct stat found;

	if (fstat(file, &found) != 0)
		return errno;
	if (!S_ISDIR(found.st_mode))
		rule.allowed &= OF_A_FILE;
	if (syscall(__NR_landlock_add_rule, landlock->ruleset, RULE_PATH, &rule,
		    UINT32_C(0)) == 0 ||
	    errno == EBADFD)
		return 0;
	return errno;
}

int landlock_allow(struct landlock *landlock, const char *path,
		   enum landlock_use use)
{
	int file = open(path, O_PATH | O_CLOEXEC);
	int failure;

	if (file < 0)
		return errno;
	failure = add_rule(landlock, file, uses[use]);
	(void)close(file);
	return failure;
}

int landlock_enter(const struct landlock *landlock)
{
	return syscall(__NR_landlock_restrict_self, landlock->ruleset,
		       UINT32_C(0)) == 0 ?
		       0 :
		       errno;
}

void landlock_end(struct landlock *landlock)
{
	if (landlock->ruleset >= 0)
		(void)close(landlock->ruleset);
	landlock->ruleset = -1;
}
