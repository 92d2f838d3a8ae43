/*
 * A library for LD_PRELOAD that makes the system fail, as a test asks:
 *
 * TEST_CLOCK=SECONDS  the time since 1970, or "fail"
 * TEST_CLOCK=@FILE    so many seconds later as the file says when it is asked
 * TEST_MALLOC=BYTES   whoever asks malloc for so many or more gets none
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long long seconds_in(const char *path)
{
	char text[24] = "";
	int file = open(path, O_RDONLY | O_CLOEXEC);

	if (file < 0)
		return 0;
	if (read(file, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(file);
	return strtoll(text, NULL, 10);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	static int (*real)(clockid_t, struct timespec *);
	const char *wanted = getenv("TEST_CLOCK");
	int result;

	if (wanted && wanted[0] != '@' && clock == CLOCK_REALTIME) {
		if (strcmp(wanted, "fail") == 0) {
			errno = EINVAL;
			return -1;
		}
		now->tv_sec = strtoll(wanted, NULL, 10);
		now->tv_nsec = 0;
		return 0;
	}
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
	result = real(clock, now);
	if (wanted && wanted[0] == '@' && clock == CLOCK_REALTIME)
		now->tv_sec += seconds_in(wanted + 1);
	return result;
}

time_t time(time_t *result)
{
	struct timespec now;
	time_t seconds = clock_gettime(CLOCK_REALTIME, &now) == 0 ? now.tv_sec :
								    -1;

	if (result)
		*result = seconds;
	return seconds;
}

int gettimeofday(struct timeval *restrict result, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return -1;
	result->tv_sec = now.tv_sec;
	result->tv_usec = now.tv_nsec / 1000;
	return 0;
}

void *malloc(size_t size)
{
	static void *(*real)(size_t);
	const char *limit = getenv("TEST_MALLOC");

	if (limit && size >= strtoull(limit, NULL, 10)) {
		errno = ENOMEM;
		return NULL;
	}
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "malloc");
	return real(size);
}
