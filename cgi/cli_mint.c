/*
 * mintage mint - the service's own pipeline (issue.h) at a prompt.
 *
 * Who runs it owns the configuration, or they could not read the secrets: no
 * caller section is needed, the parent alone is the bound. The audit log has
 * its line all the same before anything is printed.
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../lib/encode.h"
#include "cli.h"
#include "issue.h"
#include "negotiate.h"

const char cli_mint_usage[] =
	"mint --bucket BUCKET [OPTION]... [MANIFEST|-]\n"
	"\n"
	"Print one credential for all that is named, or for the whole bucket\n"
	"where nothing is. A MANIFEST names keys: one a line, NDJSON or JSON;\n"
	"'-' reads it from standard input.\n"
	"\n"
	"      --bucket BUCKET      the bucket\n"
	"      --permission P       object-read-only, object-read-write,\n"
	"                           object-write-only, admin-read-only or\n"
	"                           admin-read-write\n"
	"      --actions A,B        these actions instead, or out of them\n"
	"      --ttl SECONDS        how long it lives: 1 to 604800; 900\n"
	"      --object KEY         an object; may be given many times\n"
	"      --prefix PREFIX      all that begins so; may be given many times\n"
	"      --each               a credential for each entry\n"
	"      --on-error report    with --each: a bad entry doesn't hold up\n"
	"                           the good ones\n"
	"      --format FORMAT      json (as the service answers), ndjson, html\n"
	"      --manifest-format F  json, ndjson or lines; else by the name's\n"
	"                           ending, then by the content\n"
	"      --parent PARENT      who signs: its section's name or its\n"
	"                           access key id; else the one that fits\n"
	"      --account ACCOUNT    its section's name or its id\n"
	"      --config FILE        the configuration\n";

/* Options that are fields, by their number from 1; see fields.h. */
static const struct {
	const char *option;
	enum field field;
} field_options[] = {
	{ "bucket", FIELD_BUCKET },
	{ "permission", FIELD_PERMISSION },
	{ "actions", FIELD_ACTIONS },
	{ "ttl", FIELD_TTL },
	{ "on-error", FIELD_ON_ERROR },
	{ "format", FIELD_FORMAT },
	{ "manifest-format", FIELD_MANIFEST_FORMAT },
	{ "parent", FIELD_PARENT },
};

#define FIELD_OPTION_COUNT (sizeof(field_options) / sizeof(field_options[0]))

enum {
	OPTION_FIELDS = 1,
	/* Its value is looked up first. */
	OPTION_PARENT = OPTION_FIELDS + FIELD_OPTION_COUNT - 1,
	OPTION_ACCOUNT,
	OPTION_CONFIG,
	OPTION_OBJECT,
	OPTION_PREFIX,
	OPTION_EACH,
};

static const struct option options[] = {
	{ "bucket", required_argument, NULL, OPTION_FIELDS },
	{ "permission", required_argument, NULL, OPTION_FIELDS + 1 },
	{ "actions", required_argument, NULL, OPTION_FIELDS + 2 },
	{ "ttl", required_argument, NULL, OPTION_FIELDS + 3 },
	{ "on-error", required_argument, NULL, OPTION_FIELDS + 4 },
	{ "format", required_argument, NULL, OPTION_FIELDS + 5 },
	{ "manifest-format", required_argument, NULL, OPTION_FIELDS + 6 },
	{ "parent", required_argument, NULL, OPTION_PARENT },
	{ "account", required_argument, NULL, OPTION_ACCOUNT },
	{ "config", required_argument, NULL, OPTION_CONFIG },
	{ "object", required_argument, NULL, OPTION_OBJECT },
	{ "prefix", required_argument, NULL, OPTION_PREFIX },
	{ "each", no_argument, NULL, OPTION_EACH },
	OPTIONS_END,
};

/* The paths of --object or --prefix as the text of a JSON array. */
struct paths {
	const char *base;
	enum entry_kind kind;
	enum field field;
	struct buffer text;
	uint64_t count;
};

/* The manifest as it was found: mapped, or read where that can't be. */
struct document {
	int file;
	struct stat found;
	void *mapped;
	struct buffer read;
	struct slice text;
};

/* A line on the terminal for those who wait. */
struct progress {
	bool wanted;
	bool shown;
	int64_t next; /* milliseconds; when to show it again */
};

struct mint_run {
	const char *parent;
	const char *account_option;
	const char *config;
	const char *manifest;
	bool each;
	bool help;
	struct fields fields;
	struct problems problems;
	struct paths objects;
	struct paths prefixes;
	struct document document;
	struct service service;
	bool loaded;
	struct slice account_id;
	struct audit_request who;
	char user[USER_MAX + 1];
	struct issue issue;
	struct progress progress;
	struct cli_output output;
};

/* ---- what is wrong -------------------------------------------------------- */

/* "/ttlSeconds" -> "--ttl"; entries keep their pointers. */
static void name_option(struct problem *problem)
{
	for (size_t i = 0; i < FIELD_OPTION_COUNT; i++) {
		const char *name = field_names[field_options[i].field];

		if (problem->pointer[0] == '/' &&
		    strcmp(problem->pointer + 1, name) == 0) {
			snprintf(problem->pointer, sizeof(problem->pointer),
				 "--%s", field_options[i].option);
			return;
		}
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

/* Say them all. CLI_USAGE when the command line alone is at fault. */
static enum cli_status show_problems(struct problems *problems)
{
	size_t kept = problems->count < PROBLEMS_MAX ? problems->count :
						       PROBLEMS_MAX;
	enum cli_status status = CLI_USAGE;

	for (size_t i = 0; i < kept; i++) {
		name_option(&problems->list[i]);
		cli_problem(&problems->list[i]);
		if (!is_misuse(&problems->list[i]))
			status = CLI_FAILED;
	}
	if (problems->count > kept)
		cli_complain("and %zu more", problems->count - kept);
	return status;
}

/* ---- options -------------------------------------------------------------- */

/* Whether a key is one at all is said here, where its place is known. */
static bool add_path(struct mint_run *run, struct paths *paths)
{
	struct buffer *text = &paths->text;
	struct slice path = slice_text(optarg);
	struct problem problem;
	char pointer[PROBLEM_POINTER_MAX];

	snprintf(pointer, sizeof(pointer), "%s/%llu", paths->base,
		 (unsigned long long)paths->count);
	if (key_check(path, pointer, &problem) != ERROR_NONE)
		problems_push(&run->problems, &problem);
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

static void take_field(struct mint_run *run, int option)
{
	enum field field = field_options[option - OPTION_FIELDS].field;

	fields_set(&run->fields, slice_text(field_names[field]),
		   slice_text(optarg), &run->problems);
}

/* False after a complaint. */
static bool take_option(struct mint_run *run, int option)
{
	switch (option) {
	case OPTION_PARENT:
		return cli_once("mint", "parent", &run->parent);
	case OPTION_ACCOUNT:
		return cli_once("mint", "account", &run->account_option);
	case OPTION_CONFIG:
		return cli_once("mint", "config", &run->config);
	case OPTION_OBJECT:
		return add_path(run, &run->objects);
	case OPTION_PREFIX:
		return add_path(run, &run->prefixes);
	case OPTION_EACH:
		run->each = true;
		return true;
	case OPTION_BAD:
		return false;
	default:
		take_field(run, option);
		return true;
	}
}

static enum cli_status read_options(struct mint_run *run, int argc, char **argv)
{
	int option;

	while ((option = cli_option("mint", argc, argv, options)) >= 0) {
		if (option == OPTION_HELP) {
			run->help = true;
			return CLI_DONE;
		}
		if (!take_option(run, option))
			return CLI_USAGE;
	}
	if (argc - optind > 1)
		return cli_misused("mint", "one MANIFEST at most");
	run->manifest = argv[optind];
	if (!fields_has(&run->fields, FIELD_BUCKET) && !run->problems.count)
		return cli_misused("mint", "option '--bucket' is needed");
	return run->problems.count ? show_problems(&run->problems) : CLI_DONE;
}

/* ---- the manifest --------------------------------------------------------- */

static enum manifest_format format_of_name(const char *name)
{
	static const struct {
		const char *ending;
		enum manifest_format format;
	} endings[] = {
		{ ".json", MANIFEST_JSON },
		{ ".ndjson", MANIFEST_NDJSON },
		{ ".jsonl", MANIFEST_NDJSON },
		{ ".txt", MANIFEST_LINES },
		{ ".lst", MANIFEST_LINES },
		{ ".csv", MANIFEST_CSV },
		{ ".sha256", MANIFEST_SHA256SUM },
	};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < sizeof(endings) / sizeof(endings[0]);
	     i++) {
		if (slice_equal_nocase(slice_text(dot),
				       slice_text(endings[i].ending)))
			return endings[i].format;
	}
	return MANIFEST_GUESS;
}

/* From its beginning: a shell may have read some of standard input. */
static bool map_document(struct document *document)
{
	if (!S_ISREG(document->found.st_mode) || document->found.st_size == 0 ||
	    lseek(document->file, 0, SEEK_CUR) != 0)
		return false;
	document->mapped = mmap(NULL, (size_t)document->found.st_size,
				PROT_READ, MAP_PRIVATE, document->file, 0);
	if (document->mapped == MAP_FAILED) {
		document->mapped = NULL;
		return false;
	}
	document->text =
		slice_of(document->mapped, (size_t)document->found.st_size);
	return true;
}

static enum error open_document(struct document *document, const char *name,
				uint64_t max, struct problem *problem)
{
	enum error error;

	if (strcmp(name, "-") == 0) {
		name = "standard input";
		document->file = STDIN_FILENO;
	} else {
		document->file = open(name, O_RDONLY | O_CLOEXEC);
	}
	if (document->file < 0 || fstat(document->file, &document->found) < 0)
		return problem_set(problem, ERROR_UNAVAILABLE, NULL, "%s: %s",
				   name, strerror(errno));
	if (map_document(document))
		return ERROR_NONE;
	error = cli_read(document->file, name, max, &document->read, problem);
	document->text = buffer_slice(&document->read);
	return error;
}

/* What was checked is what must be issued: a mapped file that someone wrote to
 * meanwhile may be neither. */
static bool document_is_steady(const struct document *document)
{
	struct stat now;

	return !document->mapped ||
	       (fstat(document->file, &now) == 0 &&
		now.st_size == document->found.st_size &&
		now.st_mtim.tv_sec == document->found.st_mtim.tv_sec &&
		now.st_mtim.tv_nsec == document->found.st_mtim.tv_nsec);
}

static void close_document(struct document *document)
{
	if (document->mapped)
		munmap(document->mapped, (size_t)document->found.st_size);
	if (document->file > STDERR_FILENO)
		close(document->file);
	buffer_free(&document->read);
}

static enum error add_document(struct mint_run *run, struct problem *problem)
{
	enum manifest_format format = run->fields.manifest_format;
	enum error error;

	if (!run->manifest)
		return ERROR_NONE;
	error = open_document(&run->document, run->manifest,
			      run->service.config->max_body, problem);
	if (error != ERROR_NONE)
		return error;
	if (format == MANIFEST_GUESS)
		format = format_of_name(run->manifest);
	run->fields.given |= UINT32_C(1) << FIELD_MANIFEST;
	return manifest_add_document(&run->fields.entries, format,
				     run->document.text, problem);
}

static enum error add_paths(struct fields *fields, struct paths *paths,
			    struct problem *problem)
{
	if (paths->count == 0)
		return ERROR_NONE;
	if (!buffer_add(&paths->text, "]", 1))
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "out of memory");
	fields->given |= UINT32_C(1) << paths->field;
	return manifest_add(&fields->entries, MANIFEST_JSON, paths->kind,
			    paths->base, buffer_slice(&paths->text), problem);
}

/* ---- parent and account --------------------------------------------------- */

/* Like find_account below: by its id, else by its section's name. */
static const struct parent *find_parent(const struct config *config,
					const char *name)
{
	const struct parent *parent = config_parent(config, slice_text(name));

	return parent ? parent : config_parent_named(config, name);
}

static const struct account *find_account(const struct config *config,
					  const char *name)
{
	const struct account *account =
		config_account(config, slice_text(name));

	for (const struct account *each = config->accounts; each && !account;
	     each = each->next) {
		if (strcmp(each->name, name) == 0)
			account = each;
	}
	return account;
}

/* Would some parent of this account do? Two that fit are issue_begin's to
 * complain of. */
static bool account_fits(const struct mint_run *run,
			 const struct account *account)
{
	struct scope scope = run->fields.scope;
	struct subject subject = { .kind = SUBJECT_OWNER };
	struct want want = { .account_id = slice_text(account->id),
			     .bucket = run->fields.bucket };
	struct grant grant = { 0 };
	struct problem problem;
	enum error error;

	/* What is wrong with it is issue_begin's to say, of any account. */
	if (scope_settle(&scope, "", &problem) != ERROR_NONE)
		return account == run->service.config->accounts;
	want.abilities = scope_abilities(&scope);
	error = grant_begin(&grant, run->service.config, &subject, &want,
			    &problem);
	grant_free(&grant);
	return error == ERROR_NONE || error == ERROR_AMBIGUOUS;
}

static enum error choose_account(struct mint_run *run, struct problem *problem)
{
	const struct account *fitting = NULL;

	for (const struct account *account = run->service.config->accounts;
	     account; account = account->next) {
		/* The same in another jurisdiction. */
		if (fitting && strcmp(fitting->id, account->id) == 0)
			continue;
		if (!account_fits(run, account))
			continue;
		if (fitting)
			return problem_set(problem, ERROR_AMBIGUOUS,
					   "--account",
					   "parents of '%s' and of '%s' fit: "
					   "name the account or the parent",
					   fitting->name, account->name);
		fitting = account;
	}
	if (!fitting)
		return problem_set(problem, ERROR_ACCESS_DENIED, "--account",
				   "no account has a parent that may do this "
				   "in bucket '%.*s'",
				   (int)run->fields.bucket.length,
				   run->fields.bucket.data);
	run->account_id = slice_text(fitting->id);
	return ERROR_NONE;
}

static enum error settle_account(struct mint_run *run, struct problem *problem)
{
	const struct config *config = run->service.config;
	const struct parent *parent = NULL;
	const struct account *account = NULL;

	if (run->parent) {
		parent = find_parent(config, run->parent);
		if (!parent)
			return problem_set(problem, ERROR_ACCESS_DENIED,
					   "--parent", "%s has no parent '%s'",
					   config->path, run->parent);
		fields_set(&run->fields, slice_text(field_names[FIELD_PARENT]),
			   slice_text(parent->key.access_key_id),
			   &run->problems);
		account = parent->account;
	}
	if (run->account_option) {
		account = find_account(config, run->account_option);
		if (!account)
			return problem_set(problem, ERROR_NO_ROUTE, "--account",
					   "%s has no account '%s'",
					   config->path, run->account_option);
	}
	if (!account && config->accounts && !config->accounts->next)
		account = config->accounts;
	if (!account)
		return choose_account(run, problem);
	run->account_id = slice_text(account->id);
	return ERROR_NONE;
}

/* ---- progress ------------------------------------------------------------- */

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void progress_begin(struct progress *progress)
{
	progress->wanted = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
	progress->next = milliseconds() + 1000;
}

static void progress_show(struct progress *progress, const struct issue *issue)
{
	if (!progress->wanted || milliseconds() < progress->next)
		return;
	fprintf(stderr, "\rmintage: %llu of %llu",
		(unsigned long long)issue->issued,
		(unsigned long long)issue->count);
	progress->shown = true;
	progress->next = milliseconds() + 200;
}

static void progress_end(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
}

static bool write_answer(void *context, const char *data, size_t length)
{
	struct mint_run *run = context;

	progress_show(&run->progress, &run->issue);
	return cli_output_write(&run->output, data, length);
}

/* ---- issuing -------------------------------------------------------------- */

static enum error begin(struct mint_run *run)
{
	struct subject subject = { .kind = SUBJECT_OWNER };
	const struct passwd *login = getpwuid(getuid());

	if (login)
		snprintf(run->user, sizeof(run->user), "%s", login->pw_name);
	else
		snprintf(run->user, sizeof(run->user), "uid %lu",
			 (unsigned long)getuid());
	run->who.caller = "owner";
	run->who.user = run->user;
	run->who.route = "mint";
	return issue_begin(&run->issue, &run->service,
			   run->each ? ISSUE_BATCH : ISSUE_SINGLE, &subject,
			   run->account_id, &run->fields, &run->who);
}

/* Whoever was refused is in the log too. */
static enum cli_status refuse(struct mint_run *run)
{
	struct problems *problems = &run->issue.problems;
	int status = error_status(problems->list[0].error);

	if (status < 500 &&
	    audit_refusal(&run->service.audit, &run->who, status,
			  &problems->list[0]) != ERROR_NONE)
		cli_complain("warning: this refusal could not be recorded in "
			     "%s",
			     run->service.config->audit_log);
	return show_problems(problems);
}

static void show_messages(const struct issue *issue)
{
	for (size_t i = 0; i < issue->message_count; i++)
		cli_complain("warning: %s", issue->messages[i]);
	if (issue->messages_more)
		cli_complain("warning: and %llu more warnings",
			     (unsigned long long)issue->messages_more);
}

static enum cli_status finish(struct mint_run *run, bool complete)
{
	const struct issue *issue = &run->issue;

	if (!complete && run->output.failure)
		return cli_complain("standard output: %s; %llu of %llu were "
				    "made",
				    strerror(run->output.failure),
				    (unsigned long long)issue->issued,
				    (unsigned long long)issue->count);
	if (!complete)
		return cli_complain("the manifest was changed while it was "
				    "read, or memory is out; %llu of %llu were "
				    "made",
				    (unsigned long long)issue->issued,
				    (unsigned long long)issue->count);
	if (!document_is_steady(&run->document))
		return cli_complain("%s was changed while it was read: what "
				    "was printed may not be what was checked",
				    run->manifest);
	if (issue->failed)
		return cli_complain("%llu of %llu entries were refused, see "
				    "the output",
				    (unsigned long long)issue->failed,
				    (unsigned long long)issue->rows);
	return CLI_DONE;
}

static enum cli_status write_out(struct mint_run *run)
{
	struct sink *sink = &run->output.sink;
	bool complete;

	cli_output_begin(&run->output);
	sink->flush = write_answer;
	sink->context = run;
	show_messages(&run->issue);
	progress_begin(&run->progress);
	complete = issue_write(&run->issue, sink);
	complete = sink_flush(sink) && complete;
	progress_end(&run->progress);
	sink_wipe(sink);
	issue_end(&run->issue, complete, sink->passed);
	return finish(run, complete);
}

/* The library says that it failed; why is still in errno. */
static enum error record(struct mint_run *run)
{
	enum error error;

	errno = 0;
	error = issue_record(&run->issue);
	if (error != ERROR_NONE && errno != 0)
		cli_complain("%s: %s", run->service.config->audit_log,
			     strerror(errno));
	return error;
}

static enum cli_status issue(struct mint_run *run)
{
	enum cli_status status;
	enum error error;

	if (!audit_request_id(run->who.id))
		return cli_complain("no random numbers: %s", strerror(errno));
	error = begin(run);
	if (error == ERROR_NONE)
		error = issue_check(&run->issue);
	if (error == ERROR_NONE)
		error = record(run);
	if (error == ERROR_NONE)
		return write_out(run);
	status = refuse(run);
	issue_end(&run->issue, false, 0);
	return status;
}

/* ---- all of it ------------------------------------------------------------ */

/* A log that can't be opened is no failure of service_load's, but one here: at
 * a prompt it won't heal, and the system's reason is at hand. */
static enum error load(struct mint_run *run, struct problem *problem)
{
	enum error error;

	error = service_load(&run->service, cli_config_path(run->config),
			     problem);
	run->loaded = error == ERROR_NONE;
	return run->loaded ? problem->error : error;
}

/* Which there are is known when the templates are. */
static enum error take_format(struct mint_run *run, struct problem *problem)
{
	if (fields_has(&run->fields, FIELD_FORMAT) &&
	    run->fields.format.length == 0)
		return problem_set(problem, ERROR_BAD_VALUE, "--format",
				   "its value is empty");
	return negotiate_format(&run->service.renderer, FORMAT_CREDENTIALS,
				run->fields.format, slice_of(NULL, 0),
				&run->issue.format, problem);
}

static enum cli_status prepare(struct mint_run *run)
{
	struct problem problem;
	enum error error;

	error = load(run, &problem);
	if (error == ERROR_NONE)
		error = take_format(run, &problem);
	if (error == ERROR_NONE)
		error = settle_account(run, &problem);
	if (error == ERROR_NONE)
		error = add_paths(&run->fields, &run->objects, &problem);
	if (error == ERROR_NONE)
		error = add_paths(&run->fields, &run->prefixes, &problem);
	if (error == ERROR_NONE)
		error = add_document(run, &problem);
	if (error != ERROR_NONE)
		problems_push(&run->problems, &problem);
	return run->problems.count ? show_problems(&run->problems) : CLI_DONE;
}

static void mint_run_free(struct mint_run *run)
{
	if (run->loaded)
		service_free(&run->service);
	close_document(&run->document);
	buffer_free(&run->objects.text);
	buffer_free(&run->prefixes.text);
	explicit_bzero(run, sizeof(*run));
	free(run);
}

enum cli_status cli_mint(int argc, char **argv)
{
	struct mint_run *run = calloc(1, sizeof(*run));
	enum cli_status status;

	if (!run)
		return cli_complain("out of memory");
	run->objects.base = "/objects";
	run->objects.kind = ENTRY_OBJECT;
	run->objects.field = FIELD_OBJECTS;
	run->prefixes.base = "/prefixes";
	run->prefixes.kind = ENTRY_PREFIX;
	run->prefixes.field = FIELD_PREFIXES;
	run->document.file = -1;
	fields_begin(&run->fields);
	status = read_options(run, argc, argv);
	if (run->help)
		status = cli_help("mint");
	else if (status == CLI_DONE)
		status = prepare(run);
	if (status == CLI_DONE && !run->help)
		status = issue(run);
	mint_run_free(run);
	return status;
}
