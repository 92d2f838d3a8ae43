#include "fields.h"

#include <stdio.h>

#include "lib/base/escape.h"
#include "lib/manifest/json.h"

/* ---- what is wrong -------------------------------------------------------- */

/* "/ttlSeconds" -> "--ttl"; entries keep their pointers. */
static void name_option(const struct option *options, struct problem *problem)
{
	if (problem->pointer[0] != '/')
		return;
	for (; options->name; options++) {
		int field = options->val - OPTION_OF(0);

		if (field < 0 || field >= FIELD_COUNT ||
		    field == FIELD_OBJECTS || field == FIELD_PREFIXES ||
		    strcmp(problem->pointer + 1, field_names[field]) != 0)
			continue;
		snprintf(problem->pointer, sizeof(problem->pointer), "--%s",
			 options->name);
		return;
	}
}

/* Is it an option's value that no configuration would make right? */
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
	size_t kept = problems_kept(problems);
	enum cli_status status = CLI_USAGE;

	for (size_t i = 0; i < kept; i++) {
		name_option(asked->options, &problems->list[i]);
		cli_problem(&problems->list[i]);
		if (!is_misuse(&problems->list[i]))
			status = CLI_FAILED;
	}
	if (problems->count > kept)
		cli_complain("and %zu more", problems->count - kept);
	return status;
}

/* ---- paths ---------------------------------------------------------------- */

/* Whether a key is one at all is said here, where its place is known. */
static bool add_path(struct cli_fields *asked, struct cli_paths *paths)
{
	struct buffer *text = &paths->text;
	struct slice path = slice_text(optarg);
	struct problem problem;
	char pointer[PROBLEM_POINTER_MAX];

	snprintf(pointer, sizeof(pointer), "%s/%llu", paths->base,
		 (unsigned long long)paths->count);
	if (key_check(path, pointer, &problem) != ERROR_NONE)
		problems_push(&asked->problems, &problem);
	if (!buffer_add(text, paths->count ? ",\"" : "[\"", 2) ||
	    !buffer_reserve(text, ESCAPE_GROWTH * path.length + 2)) {
		cli_complain("out of memory");
		return false;
	}
	paths->count++;
	text->length +=
		escape_json(text->data + text->length, path.data, path.length);
	/* Within what was reserved. */
	return buffer_add(text, "\"", 1);
}

static enum error become_entries(struct fields *fields, struct cli_paths *paths,
				 struct problem *problem)
{
	if (paths->count == 0)
		return ERROR_NONE;
	if (!buffer_add(&paths->text, "]", 1))
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "out of memory");
	fields->given |= UINT32_C(1) << paths->field;
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

/* False after a complaint. */
static bool take_option(struct cli_fields *asked, int option)
{
	const char *command = asked->command;

	switch (option) {
	case OPTION_BAD:
		return false;
	/* Its value is looked up first, when there is a configuration. */
	case OPTION_OF(FIELD_PARENT):
		return cli_once(command, "parent", &asked->parent);
	case OPTION_ACCOUNT:
		return cli_once(command, "account", &asked->account);
	case OPTION_CONFIG:
		return cli_once(command, "config", &asked->config);
	case OPTION_URL:
		return cli_once(command, "url", &asked->url);
	case OPTION_TOKEN_FILE:
		return cli_once(command, "token-file", &asked->token_file);
	case OPTION_CA_FILE:
		return cli_once(command, "ca-file", &asked->ca_file);
	case OPTION_REQUEST_SIZE:
		return cli_once(command, "request-size", &asked->request_size);
	case OPTION_EACH:
		asked->each = true;
		return true;
	case OPTION_OF(FIELD_OBJECTS):
		return add_path(asked, &asked->objects);
	case OPTION_OF(FIELD_PREFIXES):
		return add_path(asked, &asked->prefixes);
	default:
		fields_set(&asked->fields,
			   slice_text(field_names[option - OPTION_OF(0)]),
			   slice_text(optarg), &asked->problems);
		return true;
	}
}

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

enum cli_status cli_fields_read(struct cli_fields *asked, int argc, char **argv)
{
	const char *command = asked->command;
	int option;

	begin(asked);
	while ((option = cli_option(command, argc, argv, asked->options)) >=
	       0) {
		if (option == OPTION_HELP) {
			asked->help = true;
			return CLI_DONE;
		}
		if (!take_option(asked, option))
			return CLI_USAGE;
	}
	if (argc - optind > 1)
		return cli_misused(command, "one MANIFEST at most");
	asked->manifest = argv[optind];
	if (asked->problems.count > 0)
		return cli_fields_complain(asked, &asked->problems);
	if (!fields_has(&asked->fields, FIELD_BUCKET))
		return cli_misused(command, "option '--bucket' is needed");
	if (!asked->url &&
	    (asked->token_file || asked->ca_file || asked->request_size))
		return cli_misused(command, "--token-file, --ca-file and "
					    "--request-size go with --url");
	return CLI_DONE;
}

void cli_fields_free(struct cli_fields *asked)
{
	buffer_free(&asked->objects.text);
	buffer_free(&asked->prefixes.text);
	problems_free(&asked->problems);
}
