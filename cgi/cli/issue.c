#include "issue.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "account.h"
#include "cgi/input/negotiate.h"
#include "document.h"
#include "lib/base/problems.h"
#include "lib/manifest/guess.h"
#include "login.h"
#include "outfile.h"
#include "progress.h"
#include "remote.h"
#include "stream.h"
#include "writer.h"

struct run {
	const struct cli_issuer *issuer;
	struct cli_fields asked;
	struct cli_document document;
	struct outfile outfile;
	struct service service;
	bool loaded;
	struct slice account_id;
	const struct format *format;
	struct audit_request who;
	char user[USER_MAX + 1];
	struct issue issue;
	struct progress progress;
	bool (*write_on)(void *context, const char *data, size_t length);
	struct cli_writer writer; /* large; wiped by itself */
};

/* ---- what goes out -------------------------------------------------------- */

static bool write_answer(void *context, const char *data, size_t length)
{
	struct run *run = context;

	const struct tally *tally = &run->issue.tally;

	progress_show(&run->progress, tally->issued, tally->count);
	return run->write_on(&run->writer, data, length);
}

static enum cli_status finish(struct run *run, bool complete)
{
	const struct tally *tally = &run->issue.tally;

	if (!complete && run->writer.failure)
		return cli_complain("%s: %s; %llu of %llu were made",
				    cli_output_name(),
				    strerror(run->writer.failure),
				    (unsigned long long)tally->issued,
				    (unsigned long long)tally->count);
	if (!complete)
		return cli_complain("the manifest was changed while it was "
				    "read, or memory is out; %llu of %llu were "
				    "made",
				    (unsigned long long)tally->issued,
				    (unsigned long long)tally->count);
	if (!cli_document_is_steady(&run->document))
		return cli_complain("%s was changed while it was read: what "
				    "was printed may not be what was checked",
				    run->asked.manifest);
	run->asked.is_answered = true;
	if (tally->failed)
		return cli_complain("%llu of %llu entries were refused, see "
				    "the output",
				    (unsigned long long)tally->failed,
				    (unsigned long long)tally->rows);
	return CLI_DONE;
}

static enum cli_status write_out(struct run *run)
{
	struct sink *sink = &run->writer.sink;
	bool complete;

	cli_writer_begin(&run->writer);
	run->write_on = sink->flush;
	sink->flush = write_answer;
	sink->context = run;
	cli_fields_warn(&run->issue.tally.warnings);
	progress_begin(&run->progress);
	complete = issue_write(&run->issue, sink);
	complete = cli_writer_end(&run->writer) && complete;
	progress_end(&run->progress);
	issue_end(&run->issue, complete, sink->passed);
	return finish(run, complete);
}

/* ---- issuing -------------------------------------------------------------- */

static enum issue_kind kind_of(const struct run *run)
{
	return run->asked.each ? ISSUE_BATCH : run->issuer->kind;
}

/* The owner of the configuration asks, and what they ask for is recorded. */
static enum error prepare(struct run *run)
{
	struct subject subject = { .kind = SUBJECT_OWNER };
	struct order_request request = {
		.service = &run->service,
		.kind = kind_of(run),
		.format = run->format,
		.subject = &subject,
		.account_id = run->account_id,
		.fields = &run->asked.fields,
		.who = &run->who,
	};

	run->who.caller = "owner";
	run->who.user = run->user;
	run->who.route = run->issuer->command->name;
	return issue_prepare(&run->issue, &request, &run->asked.problems);
}

/* Record the refusal and complain. Faults of our own (500 and above) are not
 * recorded as refusals. */
static enum cli_status refuse(struct run *run)
{
	struct problems *problems = &run->asked.problems;
	const char *log = run->service.config->audit_log;
	int status = error_status(problems_first(problems));

	if (run->service.audit.failed)
		cli_complain("%s", run->service.audit.why);
	if (status < 500 &&
	    audit_refusal(&run->service.audit, &run->who, status,
			  &problems->list[0]) != ERROR_NONE)
		cli_complain("warning: this refusal could not be recorded in "
			     "%s",
			     log);
	return cli_fields_complain(&run->asked, problems);
}

static enum cli_status issue(struct run *run)
{
	enum cli_status status;

	if (!audit_request_id(&run->service.audit.ids, run->who.id))
		return cli_complain("no random numbers: %s", strerror(errno));
	if (prepare(run) == ERROR_NONE)
		return write_out(run);
	status = refuse(run);
	issue_end(&run->issue, false, 0);
	return status;
}

/* ---- what comes in -------------------------------------------------------- */

/* What is read from here on may come from anyone, so the network is given up,
 * unless Cloudflare signs for a parent, or sandbox = no. service_load succeeds
 * where the audit log can't be opened, since a responder can try again later. A
 * command can't, so here that is a failure. */
static enum error load(struct run *run, struct problem *problem)
{
	const char *path = cli_config_path(run->asked.config);
	enum error error =
		service_load(&run->service, path, SERVICE_PROMPT, problem);

	run->loaded = error == ERROR_NONE;
	if (!run->loaded)
		return error;
	/* The name may be asked from elsewhere, so it is asked before. */
	cli_login_name(run->user, sizeof(run->user));
	if (problem->error == ERROR_NONE && run->service.config->sandbox &&
	    !keeper_is_needed(run->service.config))
		cli_go_offline();
	return problem->error;
}

/* Choose the format of the answer. This needs the service, because templates of
 * the administrator's own are formats too. */
static enum error take_format(struct run *run, struct problem *problem)
{
	const struct fields *fields = &run->asked.fields;
	unsigned use = kind_of(run) == ISSUE_LINKS ? FORMAT_LINKS :
						     FORMAT_CREDENTIALS;
	enum error error;

	if (fields_has(fields, FIELD_FORMAT) && fields->format.length == 0)
		return problem_set(problem, ERROR_BAD_VALUE, "--format",
				   "its value is empty");
	error = negotiate_format(&run->service.renderer, use, fields->format,
				 slice_of(NULL, 0), &run->format, problem);
	return error ? error :
		       renderer_need(&run->service.renderer, run->format,
				     problem);
}

static enum error add_document(struct run *run, struct problem *problem)
{
	return cli_document_add(&run->document, run->asked.manifest,
				run->service.config->max_body,
				&run->asked.fields, problem);
}

static enum cli_status make_ready(struct run *run)
{
	struct problems *problems = &run->asked.problems;
	struct problem problem;
	enum error error;

	error = load(run, &problem);
	if (error == ERROR_NONE)
		error = take_format(run, &problem);
	if (error == ERROR_NONE)
		error = cli_account_settle(&run->asked, run->service.config,
					   kind_of(run), &run->account_id,
					   &problem);
	if (error == ERROR_NONE)
		error = cli_fields_add_paths(&run->asked, &problem);
	if (error == ERROR_NONE)
		error = add_document(run, &problem);
	if (error != ERROR_NONE)
		problems_push(problems, &problem);
	return problems->count ? cli_fields_complain(&run->asked, problems) :
				 CLI_DONE;
}

/* ---- all of it ------------------------------------------------------------ */

static void run_free(struct run *run)
{
	if (run->loaded)
		service_free(&run->service);
	cli_document_close(&run->document);
	cli_fields_free(&run->asked);
	explicit_bzero(run, offsetof(struct run, writer));
	free(run);
}

/*
 * Read a pipe or a file where nothing else is named. A single credential would
 * reach the whole bucket then: whether that is meant, or the pipe, which may be
 * empty or meant for another program, can't be told. So it must be said.
 */
static enum cli_status settle_input(struct run *run)
{
	struct cli_fields *asked = &run->asked;

	if (asked->whole_bucket || !cli_fields_name_nothing(asked) ||
	    !stream_has_input())
		return CLI_DONE;
	if (kind_of(run) == ISSUE_SINGLE)
		return cli_misused(
			run->issuer->command->name,
			"nothing is named, and standard input is a "
			"pipe or a file: write '-' to read keys from "
			"it, or --whole-bucket for a credential that "
			"reaches every key");
	asked->manifest = "-";
	return CLI_DONE;
}

static enum cli_status run_all(struct run *run, int argc, char **argv)
{
	enum cli_status status = cli_fields_read(&run->asked, argc, argv);

	if (status == CLI_DONE)
		status = settle_input(run);
	if (status == CLI_DONE)
		status = outfile_begin(&run->outfile, run->asked.output);
	if (status != CLI_DONE)
		return status;
	if (run->asked.url)
		return cli_remote(&run->asked, kind_of(run));
	status = make_ready(run);
	return status == CLI_DONE ? issue(run) : status;
}

enum cli_status cli_issue(const struct cli_issuer *issuer, int argc,
			  char **argv)
{
	struct run *run = calloc(1, sizeof(*run));
	enum cli_status status;

	if (!run)
		return cli_complain("out of memory");
	run->issuer = issuer;
	run->asked.command = issuer->command;
	cli_document_begin(&run->document);
	status = run_all(run, argc, argv);
	if (outfile_end(&run->outfile, run->asked.is_answered) != CLI_DONE)
		status = CLI_FAILED;
	run_free(run);
	return status;
}
