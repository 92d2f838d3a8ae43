#include "fields.h"

#include <stdio.h>

#include "cgi/issue/terms.h"
#include "lib/base/escape.h"
#include "lib/base/problems.h"
#include "lib/manifest/json.h"

/* ---- what is wrong -------------------------------------------------------- */

/* The option for the field of this pointer ("/ttlSeconds"), or NULL. The entries
 * of objects and prefixes keep their pointers, which have numbers behind. */
static const struct cli_option *find_option(const struct cli_option *options,
					    const char *pointer)
{
	for (; options->name; options++) {
		if (options->take == cli_fields_take &&
		    options->at != FIELD_OBJECTS &&
		    options->at != FIELD_PREFIXES &&
		    strcmp(pointer + 1, field_names[options->at]) == 0)
			return options;
	}
	return NULL;
}

/* "/ttlSeconds" -> "--ttl" */
static void name_option(const struct command *command, struct problem *problem)
{
	const struct cli_option *option;

	if (problem->pointer[0] != '/')
		return;
	option = find_option(command->options, problem->pointer);
	if (!option)
		option = find_option(command->common, problem->pointer);
	if (option)
		snprintf(problem->pointer, sizeof(problem->pointer), "--%s",
			 option->name);
}

/* Is an option's value wrong, whatever the configuration says? */
static bool is_misuse(const struct problem *problem)
{
	switch (problem->error) {
	case ERROR_BUCKET_NAME:
	case ERROR_UNKNOWN_FIELD:
	case ERROR_DUPLICATE_FIELD:
	case ERROR_MISSING_FIELD:
	case ERROR_BAD_VALUE:
	case ERROR_EMPTY:
		return problem->pointer[0] == '-';
	default:
		return false;
	}
}

enum cli_status cli_fields_complain(const struct cli_fields *asked,
				    struct problems *problems)
{
	enum cli_status status = CLI_USAGE;

	for (size_t i = 0; i < problems_kept(problems); i++) {
		name_option(asked->command, &problems->list[i]);
		if (!is_misuse(&problems->list[i]))
			status = CLI_FAILED;
	}
	cli_problems(problems);
	return status;
}

void cli_fields_warn(const struct warnings *warnings)
{
	char text[WARNINGS_TEXT_MAX];

	for (size_t i = 0; warnings_get(warnings, i, WARNINGS_FOR_PEOPLE, text);
	     i++)
		cli_complain("warning: %s", text);
}

/* ---- paths ---------------------------------------------------------------- */

/* Add one more element to the array. The key is checked here, where its number
 * on the command line is known. */
static enum cli_status add_path(struct cli_fields *asked,
				struct cli_paths *paths, const char *value)
{
	struct buffer *text = &paths->text;
	struct slice path = slice_text(value);
	struct problem problem;
	char pointer[PROBLEM_POINTER_MAX];

	snprintf(pointer, sizeof(pointer), "%s/%llu", paths->base,
		 (unsigned long long)paths->count);
	if (key_check(path, pointer, &problem) != ERROR_NONE)
		problems_push(&asked->problems, &problem);
	if (!buffer_add(text, paths->count ? ",\"" : "[\"", 2) ||
	    !buffer_reserve(text, ESCAPE_GROWTH * path.length + 2))
		return cli_complain("out of memory");
	paths->count++;
	text->length +=
		escape_json(text->data + text->length, path.data, path.length);
	/* This fits into what was reserved. */
	return buffer_add(text, "\"", 1) ? CLI_DONE :
					   cli_complain("out of memory");
}

static enum error become_entries(struct fields *fields, struct cli_paths *paths,
				 struct problem *problem)
{
	if (paths->count == 0)
		return ERROR_NONE;
	if (!buffer_add(&paths->text, "]", 1))
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "out of memory");
	fields->given |= UINT64_C(1) << paths->field;
	return manifest_add(&fields->entries, &manifest_json_reader,
			    paths->kind, paths->base,
			    buffer_slice(&paths->text), problem);
}

enum error cli_fields_add_paths(struct cli_fields *asked,
				struct problem *problem)
{
	enum error error;

	error = become_entries(&asked->fields, &asked->objects, problem);
	if (error == ERROR_NONE)
		error = become_entries(&asked->fields, &asked->prefixes,
				       problem);
	return error;
}

/* ---- options -------------------------------------------------------------- */

/* A name of a parent can't become its field before there is a configuration to
 * look it up in. */
static enum cli_status take_parent(const char *command,
				   const struct cli_option *option,
				   const char *value, struct cli_fields *asked)
{
	struct cli_option text = *option;

	text.at = offsetof(struct cli_fields, parent);
	return options_text(command, &text, value, asked);
}

enum cli_status cli_fields_take(const char *command,
				const struct cli_option *option,
				const char *value, void *request)
{
	struct cli_fields *asked = request;

	switch (option->at) {
	case FIELD_PARENT:
		return take_parent(command, option, value, asked);
	case FIELD_OBJECTS:
		return add_path(asked, &asked->objects, value);
	case FIELD_PREFIXES:
		return add_path(asked, &asked->prefixes, value);
	default:
		fields_set(&asked->fields, slice_text(field_names[option->at]),
			   slice_text(value), &asked->problems);
		return CLI_DONE;
	}
}

const struct cli_option cli_fields_common[] = {
	{ "manifest-format",
	  OPTION_FIELD("F", FIELD_MANIFEST_FORMAT, choices_manifest_format),
	  "%s; else by the name's ending, then by the content" },
	{ "key-name", OPTION_FIELD("NAME", FIELD_KEY_NAME, NULL),
	  "the column or JSON member of MANIFEST that holds the key; unknown "
	  "ones are then passed over" },
	{ "parent", OPTION_FIELD("PARENT", FIELD_PARENT, NULL),
	  "who signs: its section's name or its access key id; else the one "
	  "that fits" },
	{ "account", OPTION_TEXT("ACCOUNT", struct cli_fields, account),
	  "its section's name or its id" },
	{ "config", OPTION_TEXT("FILE", struct cli_fields, config),
	  "the configuration" },
	{ "output", OPTION_LETTER('o', "FILE", struct cli_fields, output),
	  "write there, as a file of mode 0600 that is replaced when the "
	  "answer is whole" },
	{ "url", OPTION_TEXT("URL", struct cli_fields, url),
	  "ask the service there instead, in as many requests as are needed, "
	  "and join the answers" },
	{ "token-file", OPTION_TEXT("FILE", struct cli_fields, token_file),
	  "with --url: a caller's token" },
	{ "request-size", OPTION_TEXT("BYTES", struct cli_fields, request_size),
	  "with --url: most bytes of one request; 131072" },
	{ "ca-file", OPTION_TEXT("FILE", struct cli_fields, ca_file),
	  "with --url: whom to trust, as PEM" },
	OPTIONS_END,
};

static void begin(struct cli_fields *asked)
{
	asked->objects.base = "/objects";
	asked->objects.kind = ENTRY_OBJECT;
	asked->objects.field = FIELD_OBJECTS;
	asked->prefixes.base = "/prefixes";
	asked->prefixes.kind = ENTRY_PREFIX;
	asked->prefixes.field = FIELD_PREFIXES;
	fields_begin(&asked->fields);
}

bool cli_fields_name_nothing(const struct cli_fields *asked)
{
	return !asked->manifest && asked->objects.count == 0 &&
	       asked->prefixes.count == 0;
}

enum cli_status cli_fields_read(struct cli_fields *asked, int argc, char **argv)
{
	const char *name = asked->command->name;
	enum cli_status status;
	struct problem problem;

	begin(asked);
	status = command_read(asked->command, argc, argv, asked);
	if (status != CLI_DONE)
		return status;
	if (terms_ttl_check(asked->fields.sign, asked->fields.scope.ttl,
			    &problem))
		problems_push(&asked->problems, &problem);
	if (asked->problems.count > 0)
		return cli_fields_complain(asked, &asked->problems);
	if (!fields_has(&asked->fields, FIELD_BUCKET))
		return cli_misused(name, "option '--bucket' is needed");
	if (asked->output && !*asked->output)
		return cli_misused(name, "--output: name a file, or - for "
					 "standard output");
	if (asked->whole_bucket &&
	    (asked->each || !cli_fields_name_nothing(asked)))
		return cli_misused(name, "--whole-bucket goes without objects, "
					 "prefixes, a MANIFEST and --each");
	if (!asked->url &&
	    (asked->token_file || asked->ca_file || asked->request_size))
		return cli_misused(name, "--token-file, --ca-file and "
					 "--request-size go with --url");
	return CLI_DONE;
}

void cli_fields_free(struct cli_fields *asked)
{
	buffer_free(&asked->objects.text);
	buffer_free(&asked->prefixes.text);
	problems_free(&asked->problems);
	fields_end(&asked->fields);
}
