/*
 * mintage caller add - a new caller's token and the section to paste.
 *
 * The configuration is left alone: what a caller may have is for its owner to
 * write down. Pasted as it is, the section grants nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include "cli.h"
#include "lib/base/base64.h"
#include "lib/base/digest.h"
#include "lib/base/hex.h"
#include "lib/config/config.h"

const char cli_caller_usage[] =
	"caller add NAME [OPTION]...\n"
	"\n"
	"Print a new bearer token on a line of its own, which is shown this\n"
	"once, and below it the section to paste into the configuration.\n"
	"\n"
	"      --remote-user USER  no token: whom the web server logged in as\n"
	"                          USER ('*': as anyone)\n"
	"      --anonymous         no token: anyone on this machine\n"
	"      --config FILE       where to look whether NAME is taken\n";

enum { OPTION_REMOTE_USER = 1, OPTION_ANONYMOUS, OPTION_CONFIG };

static const struct option options[] = {
	{ "remote-user", required_argument, NULL, OPTION_REMOTE_USER },
	{ "anonymous", no_argument, NULL, OPTION_ANONYMOUS },
	{ "config", required_argument, NULL, OPTION_CONFIG },
	OPTIONS_END,
};

/* A new caller, as far as the command line says. */
struct addition {
	const char *name;
	const char *remote_user;
	const char *config;
	bool anonymous;
	bool help;
};

#define CALLER_NAME_MAX 63
#define TOKEN_BYTES 32
#define TOKEN_LENGTH BASE64URL_LENGTH(TOKEN_BYTES)

static bool name_is_good(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && length <= CALLER_NAME_MAX &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789-_.") == length;
}

/* A value that the INI file gives back as it is: one line, no comment. */
static bool user_is_good(const char *user)
{
	struct slice text = slice_text(user);

	if (text.length == 0 || text.length > 255 || *user == ';' ||
	    slice_trim(text).length != text.length || strstr(user, " ;"))
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if ((unsigned char)user[i] < ' ' || user[i] == 0x7f)
			return false;
	}
	return true;
}

static enum cli_status read_options(struct addition *add, int argc, char **argv)
{
	int option;

	while ((option = cli_option("caller", argc, argv, options)) >= 0) {
		switch (option) {
		case OPTION_REMOTE_USER:
			if (!cli_once("caller", "remote-user",
				      &add->remote_user))
				return CLI_USAGE;
			break;
		case OPTION_ANONYMOUS:
			add->anonymous = true;
			break;
		case OPTION_CONFIG:
			if (!cli_once("caller", "config", &add->config))
				return CLI_USAGE;
			break;
		case OPTION_HELP:
			add->help = true;
			return CLI_DONE;
		default:
			return CLI_USAGE;
		}
	}
	if (optind + 1 != argc) {
		cli_misused("caller", "one NAME is needed");
		return CLI_USAGE;
	}
	add->name = argv[optind];
	return CLI_DONE;
}

static enum cli_status check_options(const struct addition *add)
{
	if (!name_is_good(add->name))
		return cli_misused("caller",
				   "a caller's name is 1 to %d letters, "
				   "digits, '-', '_' and '.'",
				   CALLER_NAME_MAX);
	if (strcmp(add->name, "owner") == 0)
		return cli_misused("caller",
				   "'owner' is whoever runs mintage at a "
				   "prompt; choose another name");
	if (add->anonymous && add->remote_user)
		return cli_misused("caller", "a caller is recognised in one "
					     "way: --remote-user or "
					     "--anonymous");
	if (add->remote_user && !user_is_good(add->remote_user))
		return cli_misused("caller", "this user's name can't be "
					     "written in the configuration");
	return CLI_DONE;
}

/* A configuration that isn't there yet is no reason to complain. */
static void warn_if_taken(const struct addition *add)
{
	const char *path = cli_config_path(add->config);
	struct config *config;
	struct problem problem;

	if (access(path, F_OK) != 0 && errno == ENOENT && !add->config)
		return;
	if (config_load(&config, path, &problem) != ERROR_NONE) {
		cli_complain("warning: can't tell whether '%s' is taken: %s",
			     add->name, problem.message);
		return;
	}
	for (const struct caller *caller = config->callers; caller;
	     caller = caller->next) {
		if (strcmp(caller->name, add->name) == 0)
			cli_complain("warning: %s:%d has a caller '%s' already",
				     path, caller->line, add->name);
	}
	config_free(config);
}

static bool random_bytes(uint8_t *bytes, size_t count)
{
	while (count > 0) {
		ssize_t got = getrandom(bytes, count, 0);

		if (got < 0 && errno != EINTR)
			return false;
		if (got > 0) {
			bytes += got;
			count -= (size_t)got;
		}
	}
	return true;
}

/* The token's line, and its hash in hex for the section. */
static bool print_token(struct cli_output *output,
			char hash_text[HEX_LENGTH(DIGEST_SIZE)])
{
	uint8_t bytes[TOKEN_BYTES];
	uint8_t hash[DIGEST_SIZE];
	char token[TOKEN_LENGTH];

	if (!random_bytes(bytes, sizeof(bytes)))
		return false;
	base64url_encode(token, bytes, sizeof(bytes));
	digest_sha256(token, sizeof(token), hash);
	hex_encode(hash_text, hash, sizeof(hash));
	sink_write(&output->sink, token, sizeof(token));
	sink_text(&output->sink, "\n\n");
	explicit_bzero(bytes, sizeof(bytes));
	explicit_bzero(token, sizeof(token));
	return true;
}

static bool print_caller(struct cli_output *output, const struct addition *add)
{
	bool bearer = !add->remote_user && !add->anonymous;
	char hash[HEX_LENGTH(DIGEST_SIZE)];

	if (bearer && !print_token(output, hash))
		return false;
	cli_print(output, "[caller %s]\n", add->name);
	if (bearer)
		cli_print(output, "bearer-sha256 = %.*s\n", (int)sizeof(hash),
			  hash);
	else if (add->anonymous)
		cli_print(output, "anonymous = yes\n");
	else
		cli_print(output, "remote-user = %s\n", add->remote_user);
	sink_text(&output->sink,
		  "; Nothing is granted that is not named here:\n"
		  "; parents =\n"
		  "; buckets =\n"
		  "; permissions = object-read-only\n"
		  "; prefixes =\n");
	return true;
}

static enum cli_status add_caller(int argc, char **argv)
{
	struct addition add = { 0 };
	struct cli_output output;
	enum cli_status status;

	status = read_options(&add, argc, argv);
	if (add.help)
		return cli_help("caller");
	if (status == CLI_DONE)
		status = check_options(&add);
	if (status != CLI_DONE)
		return status;
	warn_if_taken(&add);
	cli_output_begin(&output);
	if (!print_caller(&output, &add)) {
		cli_complain("no random numbers: %s", strerror(errno));
		return CLI_FAILED;
	}
	return cli_output_end(&output);
}

enum cli_status cli_caller(int argc, char **argv)
{
	static const char *const names[] = { "add" };
	const char *what = argc > 1 ? argv[1] : NULL;

	if (what && strcmp(what, "add") == 0)
		return add_caller(argc - 1, argv + 1);
	if (what && (strcmp(what, "--help") == 0 || strcmp(what, "-h") == 0))
		return cli_help("caller");
	if (what && slice_nearest(slice_text(what), names, 1))
		return cli_misused("caller",
				   "no command 'caller %s'; did you mean "
				   "'caller add'?",
				   what);
	return cli_misused("caller", "what can be done with a caller is 'add'");
}
