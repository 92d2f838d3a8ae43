#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/io.h"

void cli_secret_derive(struct slice value, char secret[CLI_SECRET_LENGTH])
{
	uint8_t hash[DIGEST_SIZE];

	digest_sha256(value.data, value.length, hash);
	hex_encode(secret, hash, sizeof(hash));
	explicit_bzero(hash, sizeof(hash));
}

void cli_secret_hold_signals(bool hold)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT,
				       SIGTSTP };
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaddset(&set, signals[i]);
	(void)sigprocmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

enum cli_status cli_secret_make(const char *path, int *file)
{
	*file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (*file >= 0)
		return CLI_DONE;
	if (errno == EEXIST)
		return cli_complain("%s is there already, and no secret is "
				    "ever written over: name another file, or "
				    "put this one away",
				    path);
	return cli_complain("%s: %s", path, strerror(errno));
}

enum cli_status cli_secret_fill(int file, const char *path, struct slice secret)
{
	int failure = io_write_all(file, secret.data, secret.length);

	if (failure == 0)
		failure = io_write_all(file, "\n", 1);
	if (failure == 0 && fsync(file) != 0)
		failure = errno;
	if (close(file) != 0 && failure == 0)
		failure = errno;
	if (failure == 0)
		return CLI_DONE;
	return cli_complain("%s: %s", path, strerror(failure));
}

char *cli_secret_beside(const char *path, const char *ending)
{
	char *text;

	return asprintf(&text, "%s%s", path, ending) < 0 ? NULL : text;
}

/* Give the new file the old one's owner and mode, so that the service that
 * reads the old one can read it. */
static bool copy_owner(const char *from, const char *to)
{
	struct stat found;

	return stat(from, &found) == 0 &&
	       (geteuid() != 0 || chown(to, found.st_uid, found.st_gid) == 0) &&
	       chmod(to, found.st_mode & 0640) == 0;
}

enum cli_status cli_secret_replace(const char *path, const char *fresh,
				   const char *previous)
{
	if (!copy_owner(path, fresh))
		return cli_complain("%s: %s", fresh, strerror(errno));
	if (link(path, previous) != 0)
		return cli_complain("%s: %s", previous, strerror(errno));
	if (rename(fresh, path) == 0)
		return CLI_DONE;
	return cli_complain("%s: %s", path, strerror(errno));
}
