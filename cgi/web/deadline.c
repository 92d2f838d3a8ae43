#include "deadline.h"

#include <signal.h>
#include <stddef.h>
#include <sys/time.h>

/* This is global because a signal handler gets no argument of ours. */
static volatile sig_atomic_t is_over;

static void on_alarm(int signal_number)
{
	(void)signal_number;
	is_over = 1;
}

void deadline_begin(uint32_t seconds)
{
	/* Without SA_RESTART, so that the write returns. It may begin only
	 * after the first signal came: hence the interval. */
	static const struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval timer = {
		.it_interval = { .tv_sec = 1 },
		.it_value = { .tv_sec = (time_t)seconds },
	};

	is_over = 0;
	(void)sigaction(SIGALRM, &action, NULL);
	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

bool deadline_is_over(void)
{
	return is_over != 0;
}

void deadline_end(void)
{
	static const struct itimerval none = { { 0 }, { 0 } };

	(void)setitimer(ITIMER_REAL, &none, NULL);
}
