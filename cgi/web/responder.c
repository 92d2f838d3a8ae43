/*
 * mintage.fcgi - the responder. It speaks FastCGI or CGI, depending on how it
 * is started.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <syslog.h>
#include <unistd.h>

#include "fastcgi.h"
#include "fastcgi_socket.h"
#include "lib/base/process.h"
#include "plaincgi.h"
#include "request.h"
#include "router.h"

static const char usage_text[] =
	"Usage: mintage.fcgi [--config FILE]\n"
	"\n"
	"Answers requests for R2 credentials. A web server starts it: with a\n"
	"listening socket on descriptor 0 it speaks FastCGI, with\n"
	"GATEWAY_INTERFACE in its environment CGI.\n"
	"\n"
	"  --config FILE  the configuration, else MINTAGE_CONFIG from the\n"
	"                 environment, else " MINTAGE_CONFIG_FILE "\n"
	"  --version      print the version\n"
	"  --help         print this\n"
	"\n"
	"A script of one line is a CGI program of its own configuration:\n"
	"  #!/usr/libexec/mintage/mintage.fcgi --config=/etc/mintage/a.conf\n";

/* Open /dev/null in place of standard files that are closed. Otherwise the
 * first file that is opened would get their number, and messages to stderr
 * could end up in the audit log. */
static bool open_standard_files(void)
{
	int file = 0;

	while (file <= STDERR_FILENO) {
		if (fcntl(file, F_GETFD) < 0 &&
		    open("/dev/null", O_RDWR) != file)
			return false;
		file++;
	}
	return true;
}

/*
 * Keep signals from ending the process between two lines of the audit log. The
 * signals that tell us to stop or reload are blocked from the start: FastCGI
 * lets them through while it waits, and CGI has only one request to finish.
 * SIGPIPE and SIGXFSZ are ignored, so that writing to a closed pipe or a file
 * grown too large is an error of that write.
 */
static void guard_signals(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t signals;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGQUIT);
	(void)sigaddset(&signals, SIGUSR1);
	(void)sigaddset(&signals, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &signals, NULL);
	(void)sigaction(SIGPIPE, &ignore, NULL);
	(void)sigaction(SIGXFSZ, &ignore, NULL);
}

/* ---- the arguments ----------------------------------------------------- */

/* The FILE in "--config=FILE", or in "--config FILE" as one argument, which is
 * how a #! line passes it. NULL for any other argument. */
static char *config_within(char *argument)
{
	static const char option[] = "--config";
	size_t length = sizeof(option) - 1;
	char *value;

	if (strncmp(argument, option, length) != 0 ||
	    (argument[length] != '=' && argument[length] != ' '))
		return NULL;
	value = argument + length + 1;
	/* A script with CR LF line ends leaves a CR in the argument. */
	length = strlen(value);
	if (length > 0 && value[length - 1] == '\r')
		value[length - 1] = '\0';
	return value;
}

static bool starts_with_hash_bang(const char *path)
{
	char start[2] = { 0 };
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (file < 0)
		return false;
	got = read(file, start, sizeof(start));
	(void)close(file);
	return got == 2 && memcmp(start, "#!", 2) == 0;
}

/* Was the program started by a script's #! line that has an argument? The
 * kernel then passes that argument first and the script's path second. */
static bool started_by_script(int argc, char *const argv[])
{
	unsigned long address = getauxval(AT_EXECFN);
	/* The kernel says here which file was executed. */
	const char *executed =
		(const char *)address; /* NOLINT(performance-no-int-to-ptr) */

	return executed && argc > 2 && strcmp(argv[2], executed) == 0 &&
	       starts_with_hash_bang(executed);
}

/*
 * How many entries of argv come from whoever installed the program. A client
 * can choose a CGI program's arguments, since a query without "=" is handed
 * over as words (RFC 3875, 4.4). Then only the argument on a script's #! line
 * can be trusted. All can be trusted where the query makes no words.
 */
static int trusted_arguments(int argc, char *const argv[])
{
	const char *query = getenv("QUERY_STRING");

	if (started_by_script(argc, argv))
		return 2;
	if (!query || !*query || strchr(query, '='))
		return argc;
	return 1;
}

struct options {
	const char *config;
	bool help;
	bool version;
	const char *wrong; /* the first argument that is no option, or NULL */
};

/* Read the options in argv. They end at the first argument without "-", which
 * is a script's path. */
static void options_read(struct options *options, int argc, char *argv[])
{
	char *value;

	for (int i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			options->help = true;
		} else if (strcmp(argv[i], "--version") == 0) {
			options->version = true;
		} else if (strcmp(argv[i], "--config") == 0 && i + 1 < argc) {
			options->config = argv[++i];
		} else if ((value = config_within(argv[i])) != NULL) {
			options->config = value;
		} else {
			options->wrong = argv[i];
			return;
		}
	}
}

static const char *config_path(const struct options *options)
{
	const char *path = options->config;

	/* No client can set this variable: a header's name begins with HTTP_
	 * there. */
	if (!path)
		path = getenv("MINTAGE_CONFIG");
	return path && *path ? path : MINTAGE_CONFIG_FILE;
}

/* ---- the modes --------------------------------------------------------- */

static int run_cgi(int argc, char *argv[])
{
	struct options options = { .config = NULL };
	int trusted = trusted_arguments(argc, argv);

	if (trusted == 1 && argc > 1 && argv[1][0] == '-') {
		/* The argument may be from whoever installed the program or
		 * from the client's query, and nothing tells which. */
		(void)fprintf(stderr, "mintage: arguments are not trusted "
				      "beside a query without \"=\"\n");
		plaincgi_refuse(400, "mintage: the query must be name=value "
				     "pairs\n");
		return 1;
	}
	options_read(&options, trusted, argv);
	if (options.wrong || options.help || options.version) {
		(void)fprintf(stderr, "mintage: only --config can be used "
				      "under a web server\n");
		plaincgi_refuse(503, REQUEST_REFUSAL_CONFIG);
		return 1;
	}
	return plaincgi_serve(config_path(&options), router_handle);
}

static int usage(const struct options *options)
{
	if (options->version)
		return puts("mintage " PACKAGE_VERSION) < 0;
	if (options->help)
		return fputs(usage_text, stdout) < 0;
	if (options->wrong) {
		(void)fprintf(stderr, "mintage.fcgi: unknown option %s\n",
			      options->wrong);
		/* A web server may have given us /dev/null for stderr. */
		syslog(LOG_DAEMON | LOG_ERR, "unknown option %s",
		       options->wrong);
	}
	(void)fputs(usage_text, stderr);
	return 2;
}

int main(int argc, char *argv[])
{
	struct options options = { .config = NULL };

	guard_signals();
	process_guard_memory();
	fastcgi_socket_adopt();
	if (!open_standard_files())
		return 1;
	if (!fastcgi_socket_listens() && getenv("GATEWAY_INTERFACE"))
		return run_cgi(argc, argv);
	options_read(&options, argc, argv);
	if (!fastcgi_socket_listens() || options.wrong || options.help ||
	    options.version)
		return usage(&options);
	return fastcgi_serve(config_path(&options), router_handle);
}
