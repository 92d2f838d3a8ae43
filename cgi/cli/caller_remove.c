/*
 * mintage caller remove - takes a caller's section out of the configuration.
 *
 * It asks nothing: what was taken out is printed, and whoever appends that to
 * the configuration has the caller back.
 */
#include "caller_remove.h"

#include "conffile.h"
#include "excerpt.h"
#include "lib/config/config.h"

struct removal {
	const char *name;
	const char *config;
};

#define CALLERS_MAX 256

static enum cli_status complain_unknown(const struct removal *removal,
					const char *path,
					const struct config *config)
{
	const char *names[CALLERS_MAX];
	const char *nearest;
	size_t count = 0;

	for (const struct caller *caller = config->callers;
	     caller && count < CALLERS_MAX; caller = caller->next)
		names[count++] = caller->name;
	nearest = slice_nearest(slice_text(removal->name), names, count);
	if (nearest)
		return cli_complain("%s has no [caller %s]; did you mean '%s'?",
				    path, removal->name, nearest);
	return cli_complain("%s has no [caller %s]; 'mintage caller list' "
			    "shows those that it has",
			    path, removal->name);
}

/* Set *excerpt to the lines of the section. */
static enum cli_status find(const struct removal *removal,
			    const struct conffile *conf,
			    struct excerpt *excerpt)
{
	struct slice text = buffer_slice(&conf->text);
	enum cli_status status = CLI_DONE;
	const struct caller *caller;
	struct config *config;
	struct problem problem;

	if (config_load_text(&config, conf->path, text, &problem))
		return cli_problem(&problem);
	caller = config->callers;
	while (caller && strcmp(caller->name, removal->name) != 0)
		caller = caller->next;
	if (caller)
		*excerpt = excerpt_section(text, caller->line);
	else
		status = complain_unknown(removal, conf->path, config);
	config_free(config);
	return status;
}

/* Print what was taken out. */
static enum cli_status print(struct slice text, struct excerpt excerpt)
{
	struct cli_output output;

	cli_output_begin(&output);
	cli_print_gap(&output);
	sink_write(&output.sink, text.data + excerpt.begin,
		   excerpt.end - excerpt.begin);
	if (text.data[excerpt.end - 1] != '\n')
		sink_text(&output.sink, "\n");
	return cli_output_end(&output);
}

static enum cli_status take_out(const struct removal *removal,
				struct conffile *conf)
{
	struct slice text = buffer_slice(&conf->text);
	struct excerpt section = { 0 }, gone;
	struct buffer rest = { 0 };
	enum cli_status status = find(removal, conf, &section);

	if (status != CLI_DONE)
		return status;
	gone = excerpt_with_gap(text, section);
	if (!buffer_add(&rest, text.data, gone.begin) ||
	    !buffer_add(&rest, text.data + gone.end, text.length - gone.end))
		status = cli_complain("out of memory");
	if (status == CLI_DONE)
		status = conffile_replace(conf, buffer_slice(&rest));
	if (status == CLI_DONE)
		status = print(text, section);
	buffer_free(&rest);
	return status;
}

static const struct cli_option options[] = {
	{ "config", OPTION_TEXT("FILE", struct removal, config),
	  "the configuration" },
	OPTIONS_END,
};

static enum cli_status run(const struct command *command, int argc, char **argv)
{
	struct removal removal = { .name = NULL };
	struct conffile conf = { .file = 0 };
	enum cli_status status;

	status = command_read(command, argc, argv, &removal);
	if (status != CLI_DONE)
		return status;
	status = conffile_open(&conf, cli_config_path(removal.config));
	if (status == CLI_DONE)
		status = take_out(&removal, &conf);
	if (status == CLI_DONE)
		cli_complain("[caller %s] was removed from %s; it is refused "
			     "as soon as the service reloads (SIGHUP), and "
			     "what it was given works until it expires",
			     removal.name, conf.path);
	conffile_close(&conf);
	return status;
}

const struct command caller_remove_command = {
	.group = "caller",
	.name = "remove",
	.summary = "take the section out of the configuration, and print it",
	.synopsis = "CALLER",
	.options = options,
	.argument = { "CALLER", true, offsetof(struct removal, name) },
	.is_offline = true,
	.run = run,
};
