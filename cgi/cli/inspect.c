/*
 * mintage inspect - what a session token grants, until when, and whether one of
 * our parents signed it.
 *
 * A token may come from anyone, so whatever it says is printed by
 * cli_print_foreign. The token itself is never shown.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "cgi/service/strict.h"
#include "claims.h"
#include "command.h"
#include "lib/base/clock.h"
#include "lib/sign/mint.h"
#include "lib/sign/session.h"

#define TOKEN_MAX (64 * 1024 * 1024)

enum signature {
	SIGNATURE_UNCHECKED,
	SIGNATURE_RIGHT,
	SIGNATURE_WRONG,
};

struct inspection {
	const char *parent_option;
	const char *config_option;
	const char *token_argument;
	struct buffer token;
	struct buffer payload;
	struct claims claims;
	struct config *config;
	const struct parent *parent;
	enum signature signature;
	struct problem reason; /* why the signature was not checked */
	int64_t now;
};

/* ---- the token ------------------------------------------------------------ */

static struct slice without_blanks(struct slice text)
{
	while (text.length > 0 && strchr(" \t\r\n", text.data[0])) {
		text.data++;
		text.length--;
	}
	while (text.length > 0 && strchr(" \t\r\n", text.data[text.length - 1]))
		text.length--;
	return text;
}

static enum error read_token(struct inspection *look, struct problem *problem)
{
	const char *given = look->token_argument;

	if (strcmp(given, "-") == 0)
		return cli_read(STDIN_FILENO, "standard input", TOKEN_MAX,
				&look->token, problem);
	if (!buffer_add(&look->token, given, strlen(given)))
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "out of memory");
	return ERROR_NONE;
}

/* ---- who signed it -------------------------------------------------------- */

/* With --parent, a signature that can't be checked is a failure. */
static bool must_check(const struct inspection *look)
{
	return look->parent_option != NULL;
}

static enum error load_config(struct inspection *look, struct problem *problem)
{
	const char *path = cli_config_path(look->config_option);

	if (strict_load(&look->config, path, problem) == ERROR_NONE)
		return ERROR_NONE;
	if (look->config_option || must_check(look))
		return problem->error;
	if (access(path, F_OK) != 0 && errno == ENOENT)
		problem_set(&look->reason, ERROR_CONFIG, NULL,
			    "there is no configuration");
	else
		look->reason = *problem;
	return ERROR_NONE;
}

static enum error find_parent(struct inspection *look, struct problem *problem)
{
	const char *name = look->parent_option;

	if (!look->config)
		return ERROR_NONE;
	if (!name) {
		look->parent =
			config_parent(look->config, look->claims.access_key_id);
		if (!look->parent)
			problem_set(&look->reason, ERROR_CONFIG, NULL,
				    "%s has no parent of this access key id",
				    look->config->path);
		return ERROR_NONE;
	}
	look->parent = config_parent_named(look->config, name);
	if (!look->parent)
		look->parent = config_parent(look->config, slice_text(name));
	if (!look->parent)
		return problem_set(problem, ERROR_ACCESS_DENIED, NULL,
				   "%s has no parent '%s'", look->config->path,
				   name);
	return ERROR_NONE;
}

/* Where Cloudflare signs for a parent, its secret isn't here, and nothing can
 * be checked. */
static enum error check_signature(struct inspection *look,
				  struct problem *problem)
{
	const struct parent *parent = look->parent;
	enum error error;
	bool right;

	if (!parent)
		return ERROR_NONE;
	if (parent->key.secret.length == 0) {
		problem_set(&look->reason, ERROR_CONFIG, NULL,
			    "the secret of parent '%s' isn't kept here",
			    parent->key.name);
		if (!must_check(look))
			return ERROR_NONE;
		*problem = look->reason;
		return problem->error;
	}
	error = session_open(without_blanks(buffer_slice(&look->token)),
			     &parent->key.secret, &look->payload, &right,
			     problem);
	look->signature = right ? SIGNATURE_RIGHT : SIGNATURE_WRONG;
	return error;
}

/* ---- telling it ----------------------------------------------------------- */

static void print_signature(struct cli_output *out,
			    const struct inspection *look)
{
	claims_label(out, "signature");
	switch (look->signature) {
	case SIGNATURE_UNCHECKED:
		cli_print(out, "not checked: %s\n", look->reason.message);
		break;
	case SIGNATURE_RIGHT:
		cli_print(out, "right: parent '%s' signed it\n",
			  look->parent->key.name);
		break;
	case SIGNATURE_WRONG:
		cli_print(out, "WRONG: parent '%s' did not sign it\n",
			  look->parent->key.name);
		break;
	}
}

/* Warn of what R2 would turn down although the signature is right. */
static void warn_of_mismatch(const struct inspection *look)
{
	const struct claims *claims = &look->claims;
	const struct account *account;

	if (claims->permission.data && claims->actions)
		cli_complain("warning: it names both a permission and actions; "
			     "R2 may turn it away");
	if (claims->expires - claims->issued > TTL_MAX)
		cli_complain("warning: it lives longer than R2's %d seconds",
			     TTL_MAX);
	if (!look->parent)
		return;
	account = look->parent->account;
	if (!slice_is(claims->account_id, account->id))
		cli_complain("warning: its account isn't that of parent '%s', "
			     "%s",
			     look->parent->key.name, account->id);
	if (!slice_is(claims->host, account->host))
		cli_complain("warning: its endpoint isn't that of account "
			     "'%s', %s",
			     account->name, account->host);
}

static enum cli_status verdict(const struct inspection *look)
{
	enum cli_status status = CLI_DONE;
	char span[64];

	if (look->signature == SIGNATURE_WRONG)
		status = cli_complain("parent '%s' did not sign this token",
				      look->parent->key.name);
	if (look->claims.expires <= look->now) {
		claims_span(look->claims.expires - look->now, span,
			    sizeof(span));
		status = cli_complain("this token expired %s", span);
	}
	return status;
}

/* ---- all of it ------------------------------------------------------------ */

static enum error inspect(struct inspection *look, struct problem *problem)
{
	enum error error;
	bool unused;

	error = read_token(look, problem);
	if (error == ERROR_NONE)
		error = session_open(without_blanks(buffer_slice(&look->token)),
				     NULL, &look->payload, &unused, problem);
	if (error == ERROR_NONE)
		error = claims_parse(buffer_slice(&look->payload),
				     &look->claims, problem);
	if (error == ERROR_NONE)
		error = load_config(look, problem);
	if (error == ERROR_NONE)
		error = find_parent(look, problem);
	if (error == ERROR_NONE)
		error = check_signature(look, problem);
	return error;
}

static enum cli_status tell(const struct inspection *look)
{
	struct cli_output output;
	enum cli_status status;

	cli_output_begin(&output);
	claims_print(&output, &look->claims, look->now);
	print_signature(&output, look);
	status = cli_output_end(&output);
	warn_of_mismatch(look);
	if (verdict(look) != CLI_DONE)
		status = CLI_FAILED;
	return status;
}

static const struct cli_option options[] = {
	{ "parent", OPTION_TEXT("PARENT", struct inspection, parent_option),
	  "this parent must have signed it: its section's name or its access "
	  "key id" },
	{ "config", OPTION_TEXT("FILE", struct inspection, config_option),
	  "where the parents are" },
	OPTIONS_END,
};

static enum cli_status run(const struct command *command, int argc, char **argv)
{
	struct inspection look = { .now = 0 };
	struct problem problem;
	struct timespec now;
	enum cli_status status;

	status = command_read(command, argc, argv, &look);
	if (status != CLI_DONE)
		return status;
	if (clock_read(&now, &problem) || inspect(&look, &problem)) {
		status = cli_problem(&problem);
	} else {
		look.now = now.tv_sec;
		status = tell(&look);
	}
	claims_free(&look.claims);
	config_free(look.config);
	buffer_free(&look.payload);
	buffer_free(&look.token);
	return status;
}

const struct command inspect_command = {
	.name = "inspect",
	.summary = "tell what a session token grants, and who signed it",
	.synopsis = "[OPTION]... TOKEN|-",
	.about =
		"Tell what a session token grants and until when, and whether the\n"
		"parent that it names signed it. '-' reads it from standard input,\n"
		"where no one else can see it.\n",
	.ending =
		"Exit status 1: not a token, expired, or not signed by its parent.\n",
	.options = options,
	.argument = { "TOKEN", true,
		      offsetof(struct inspection, token_argument) },
	.run = run,
};
