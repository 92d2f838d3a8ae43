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
#include "claims_print.h"
#include "command.h"
#include "duplicates.h"
#include "findings.h"
#include "lib/base/clock.h"
#include "lib/sign/mint.h"
#include "lib/sign/session.h"
#include "verdict.h"

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
	bool json;
	struct session session;
	struct claims claims;
	struct findings findings;
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

	if (!parent)
		return ERROR_NONE;
	if (!parent->key.secret) {
		problem_set(&look->reason, ERROR_CONFIG, NULL,
			    "the secret of parent '%s' isn't kept here",
			    parent->key.name);
		if (!must_check(look))
			return ERROR_NONE;
		*problem = look->reason;
		return problem->error;
	}
	error = session_open(without_blanks(buffer_slice(&look->token)),
			     parent->key.secret, &look->session, problem);
	look->signature = look->session.signed_by_key ? SIGNATURE_RIGHT :
							SIGNATURE_WRONG;
	return error;
}

/* ---- telling it ----------------------------------------------------------- */

static void print_signature(struct cli_output *out,
			    const struct inspection *look)
{
	claims_print_label(out, "signature");
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

static void write_signature(struct jsonout *json, const struct inspection *look)
{
	static const char *const words[] = {
		[SIGNATURE_UNCHECKED] = "not checked",
		[SIGNATURE_RIGHT] = "right",
		[SIGNATURE_WRONG] = "wrong",
	};

	jsonout_text(json, "signature", words[look->signature]);
	jsonout_text(json, "signatureReason",
		     look->signature == SIGNATURE_UNCHECKED ?
			     look->reason.message :
			     NULL);
	jsonout_text(json, "parent",
		     look->parent ? look->parent->key.name : NULL);
}

static void print_json(struct cli_output *out, const struct inspection *look)
{
	struct jsonout json = { .out = out };

	jsonout_object(&json, NULL);
	jsonout_bool(&json, "valid", !look->findings.has_fault);
	write_signature(&json, look);
	claims_print_json(&json, &look->claims);
	findings_json(&look->findings, &json);
	jsonout_object_end(&json);
	sink_text(&out->sink, "\n");
}

/* Judge what R2 would turn down although the signature is right, and the
 * signature itself. */
static void judge_parent(struct inspection *look)
{
	const struct claims *claims = &look->claims;
	const struct parent *parent = look->parent;
	const struct account *account;

	if (!parent)
		return;
	account = parent->account;
	if (!slice_is(claims->account_id, account->id))
		findings_warning(&look->findings,
				 "its account isn't that of parent '%s', %s",
				 parent->key.name, account->id);
	if (!slice_is(claims->host, account->host))
		findings_warning(&look->findings,
				 "its endpoint isn't that of account '%s', %s",
				 account->name, account->host);
	if (look->signature == SIGNATURE_WRONG)
		findings_fault(&look->findings,
			       "parent '%s' did not sign this token",
			       parent->key.name);
}

/* ---- all of it ------------------------------------------------------------ */

static enum error inspect(struct inspection *look, struct problem *problem)
{
	enum error error = read_token(look, problem);

	if (error == ERROR_NONE)
		error = session_open(without_blanks(buffer_slice(&look->token)),
				     NULL, &look->session, problem);
	if (error == ERROR_NONE)
		error = duplicates_check(buffer_slice(&look->session.header),
					 "header", problem);
	if (error == ERROR_NONE)
		error = claims_parse(buffer_slice(&look->session.payload),
				     &look->claims, problem);
	if (error == ERROR_NONE)
		error = load_config(look, problem);
	if (error == ERROR_NONE)
		error = find_parent(look, problem);
	if (error == ERROR_NONE)
		error = check_signature(look, problem);
	return error;
}

static enum cli_status tell(struct inspection *look)
{
	struct cli_output output;
	enum cli_status status;

	verdict_header(buffer_slice(&look->session.header), &look->findings);
	verdict_scope(&look->claims, &look->findings);
	judge_parent(look);
	verdict_times(&look->claims, look->now, &look->findings);
	cli_output_begin(&output);
	if (look->json) {
		print_json(&output, look);
	} else {
		claims_print(&output, &look->claims, look->now);
		print_signature(&output, look);
	}
	status = cli_output_end(&output);
	if (findings_complain(&look->findings) != CLI_DONE)
		status = CLI_FAILED;
	return status;
}

static const struct cli_option options[] = {
	{ "parent", OPTION_TEXT("PARENT", struct inspection, parent_option),
	  "this parent must have signed it: its section's name or its access "
	  "key id" },
	{ "config", OPTION_TEXT("FILE", struct inspection, config_option),
	  "where the parents are" },
	{ "json", OPTION_FLAG(struct inspection, json), "as one JSON object" },
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
	session_free(&look.session);
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
		"Exit status 1: not a token, not valid now, not signed by its parent, or\n"
		"not granting what it seems to.\n",
	.options = options,
	.argument = { "TOKEN", true,
		      offsetof(struct inspection, token_argument) },
	.is_offline = true,
	.run = run,
};
