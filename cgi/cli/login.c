#include "login.h"

#include <pwd.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#ifdef STATIC_PROGRAMS

/* To ask anything but this file, the C library loads shared libraries of its
 * own exact version, which may be missing where a static program runs. */
static const struct passwd *find_login(uid_t user)
{
	FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *login;

	if (!file)
		return NULL;
	do
		login = fgetpwent(file);
	while (login && login->pw_uid != user);
	(void)fclose(file);
	return login;
}

#else

static const struct passwd *find_login(uid_t user)
{
	return getpwuid(user);
}

#endif

void cli_login_name(char *name, size_t size)
{
	uid_t user = getuid();
	const struct passwd *login = find_login(user);

	if (login)
		(void)snprintf(name, size, "%s", login->pw_name);
	else
		(void)snprintf(name, size, "uid %lu", (unsigned long)user);
}
