/*
 * mintage caller add - a new caller's token and the section to paste.
 *
 * The configuration is left alone: its owner writes down what a caller may
 * have. Pasted as it is, the section grants nothing.
 */
#include "caller_add.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include "command.h"
#include "lib/base/base64.h"
#include "lib/base/digest.h"
#include "lib/base/hex.h"
#include "lib/config/config.h"

/* What the command line says of a new caller. */
struct addition {
	const char *name;
	const char *remote_user;
	const char *config;
	bool anonymous;
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

/* Can the INI file give this value back as it is? It must be one line, and no
 * part of it may look like a comment. */
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

/* Say nothing where there is no configuration yet, unless it was named. */
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

/* Print the token's line, and set `hash_text` to its hash for the section.
 * False when there are no random numbers. */
static bool print_token(struct cli_output *output,
			char hash_text[HEX_LENGTH(DIGEST_SIZE)])
{
	uint8_t bytes[TOKEN_BYTES];
	uint8_t hash[DIGEST_SIZE];
	char token[TOKEN_LENGTH];

	if (!random_bytes(bytes, sizeof(bytes)))
		return false;
	base64_url_encode(token, bytes, sizeof(bytes));
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

static const struct cli_option options[] = {
	{ "remote-user", OPTION_TEXT("USER", struct addition, remote_user),
	  "no token: whom the web server logged in as USER ('*': as anyone)" },
	{ "anonymous", OPTION_FLAG(struct addition, anonymous),
	  "no token: anyone on this machine" },
	{ "config", OPTION_TEXT("FILE", struct addition, config),
	  "where to look whether NAME is taken" },
	OPTIONS_END,
};

static enum cli_status run(const struct command *command, int argc, char **argv)
{
	struct addition add = { 0 };
	struct cli_output output;
	enum cli_status status;

	status = command_read(command, argc, argv, &add);
	if (status == CLI_DONE)
		status = check_options(&add);
	if (status != CLI_DONE)
		return status;
	warn_if_taken(&add);
	cli_output_begin(&output);
	if (!print_caller(&output, &add))
		return cli_complain("no random numbers: %s", strerror(errno));
	return cli_output_end(&output);
}

const struct command caller_add_command = {
	.group = "caller",
	.name = "add",
	.summary = "prints a new bearer token on a line of its own, which is "
		   "shown this once, and below it the section to paste into "
		   "the configuration",
	.synopsis = "NAME",
	.options = options,
	.argument = { "NAME", true, offsetof(struct addition, name) },
	.run = run,
};
