/*
 * mintage caller add - a new caller's section and its token.
 *
 * The section goes to standard output or, with --append, into the
 * configuration. The token never goes the same way. As it is made, the section
 * grants nothing: its owner writes down what the caller may have.
 */
#include "caller_add.h"

#include <errno.h>
#include <unistd.h>

#include "caller_token.h"
#include "command.h"
#include "conffile.h"
#include "lib/config/config.h"
#include "lib/config/file.h"

/* What the command line says of a new caller. */
struct addition {
	const char *name;
	const char *remote_user;
	const char *config;
	bool anonymous;
	bool append;
	struct caller_token token; /* unless the caller is known otherwise */
	struct buffer section;
};

#define CALLER_NAME_MAX 63

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

/* ---- the section ---------------------------------------------------------- */

static bool has_token(const struct addition *add)
{
	return !add->remote_user && !add->anonymous;
}

static bool write_section(struct addition *add)
{
	struct buffer *text = &add->section;
	bool good = buffer_format(text, "[caller %s]\n", add->name);

	if (has_token(add))
		good = good && buffer_format(text, "bearer-sha256 = %.*s\n",
					     (int)sizeof(add->token.hash),
					     add->token.hash);
	else if (add->anonymous)
		good = good && buffer_format(text, "anonymous = yes\n");
	else
		good = good && buffer_format(text, "remote-user = %s\n",
					     add->remote_user);
	return good &&
	       buffer_format(text, "; Nothing is granted that is not named "
				   "here:\n"
				   "; parents =\n"
				   "; buckets =\n"
				   "; permissions = object-read-only\n"
				   "; prefixes =\n");
}

static enum cli_status make_section(struct addition *add)
{
	enum cli_status status = CLI_DONE;

	if (has_token(add))
		status = caller_token_make(&add->token);
	if (status == CLI_DONE && !write_section(add))
		status = cli_complain("out of memory");
	return status;
}

/* Append the section to a configuration's text, with an empty line between. */
static bool add_to(struct buffer *text, const struct addition *add)
{
	const char *gap = "";

	if (text->length > 0)
		gap = text->data[text->length - 1] == '\n' ? "\n" : "\n\n";
	return buffer_add(text, gap, strlen(gap)) &&
	       buffer_add(text, add->section.data, add->section.length);
}

/* ---- where it goes -------------------------------------------------------- */

/* Would the configuration with this section be as sound as it is without? Say
 * nothing where there is none yet, unless it was named. */
static enum cli_status check_fit(const struct addition *add)
{
	const char *path = cli_config_path(add->config);
	struct buffer text = { 0 };
	struct config *config = NULL;
	struct problem problem;
	enum cli_status status = CLI_DONE;

	if (access(path, F_OK) != 0 && errno == ENOENT && !add->config)
		return CLI_DONE;
	if (config_file_read(&text, path, &problem) ||
	    config_load_text(&config, path, buffer_slice(&text), &problem)) {
		cli_complain("warning: can't tell whether '%s' is taken: %s",
			     add->name, problem.message);
	} else {
		config_free(config);
		config = NULL;
		if (!add_to(&text, add))
			status = cli_complain("out of memory");
		else if (config_load_text(&config, path, buffer_slice(&text),
					  &problem))
			status = cli_complain("this section would break the "
					      "configuration: %s",
					      problem.message);
		config_free(config);
	}
	buffer_free(&text);
	return status;
}

static enum cli_status print(const struct addition *add)
{
	struct cli_output output;
	enum cli_status status = check_fit(add);

	if (status != CLI_DONE)
		return status;
	cli_output_begin(&output);
	cli_print_gap(&output);
	sink_slice(&output.sink, buffer_slice(&add->section));
	return cli_output_end(&output);
}

static enum cli_status append(const struct addition *add, struct conffile *conf)
{
	enum cli_status status;

	if (!add_to(&conf->text, add))
		return cli_complain("out of memory");
	status = conffile_replace(conf, buffer_slice(&conf->text));
	if (status == CLI_DONE)
		cli_complain("[caller %s] was added to %s: name there what it "
			     "may have, then let the service reload (SIGHUP)",
			     add->name, conf->path);
	return status;
}

/* The token is shown only when its hash is where it belongs. */
static enum cli_status deliver(struct addition *add, struct conffile *conf)
{
	enum cli_status status = CLI_DONE;

	if (add->append)
		status = conffile_open(conf, cli_config_path(add->config));
	if (status == CLI_DONE && has_token(add))
		status = caller_token_place(add->append ? conf->file :
							  STDOUT_FILENO);
	if (status == CLI_DONE)
		status = make_section(add);
	if (status == CLI_DONE)
		status = add->append ? append(add, conf) : print(add);
	if (status == CLI_DONE && has_token(add))
		status = caller_token_show(&add->token, add->name);
	return status;
}

static const struct cli_option options[] = {
	{ "append", OPTION_FLAG(struct addition, append),
	  "put the section into the configuration" },
	{ "remote-user", OPTION_TEXT("USER", struct addition, remote_user),
	  "no token: whom the web server logged in as USER ('*': as anyone)" },
	{ "anonymous", OPTION_FLAG(struct addition, anonymous),
	  "no token: anyone on this machine" },
	{ "config", OPTION_TEXT("FILE", struct addition, config),
	  "the configuration that the section is for" },
	OPTIONS_END,
};

static enum cli_status run(const struct command *command, int argc, char **argv)
{
	struct addition add = { .name = NULL };
	struct conffile conf = { .file = 0 };
	enum cli_status status;

	status = command_read(command, argc, argv, &add);
	if (status == CLI_DONE)
		status = check_options(&add);
	if (status == CLI_DONE)
		status = deliver(&add, &conf);
	conffile_close(&conf);
	buffer_free(&add.section);
	explicit_bzero(&add.token, sizeof(add.token));
	return status;
}

const struct command caller_add_command = {
	.group = "caller",
	.name = "add",
	.summary = "print the section of a new caller for the configuration, "
		   "and on standard error its bearer token, which is shown "
		   "this once",
	.synopsis = "NAME",
	.options = options,
	.argument = { "NAME", true, offsetof(struct addition, name) },
	.is_offline = true,
	.run = run,
};
