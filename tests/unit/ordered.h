/*
 * An order of one of three callers, taken through the steps of the pipeline one
 * by one: what each step refused, what was answered, and what the log says. For
 * bucket "remote" a process stands for mintage-online.
 */
#ifndef MINTAGE_UNIT_ORDERED_H
#define MINTAGE_UNIT_ORDERED_H

#include "lib/base/problems.h"
#include "unit_service.h"

#include <inttypes.h>
#include <sys/socket.h>

#include "cgi/input/fields_json.h"
#include "cgi/input/form.h"
#include "cgi/issue/check.h"
#include "cgi/issue/issue.h"
#include "cgi/issue/record.h"
#include "lib/base/hex.h"

/* The service takes 6 entries, "web" 4 of them. For bucket "remote" Cloudflare
 * signs. */
static const char config_text[] = UNIT_HEAD("max-entries = 6\n")
	UNIT_PARENT("rw", "object-read-write", "uploads")
		UNIT_PARENT_FETCHED("cf", "object-read-write", "remote")

			"[caller web]\nbearer-sha256 = " HASH_OF_FOO "\n"
			"parents = rw cf\nbuckets = uploads remote\n"
			"permissions = object-read-only object-write-only\n"
			"prefixes = public/\nmax-ttl = 3600\nmax-entries = 4\n"

			"[caller whole]\nbearer-sha256 = " HASH_OF_BAR "\n"
			"parents = rw\nbuckets = uploads\n"
			"permissions = object-read-write\n"
			"whole-bucket = yes\nprefixes = *\n"

			"[caller brief]\nbearer-sha256 = " HASH_OF_BAZ "\n"
			"parents = rw\nbuckets = uploads\n"
			"permissions = object-read-only\n"
			"prefixes = *\nmax-ttl = 60\n";

/* Tokens of these callers. */
#define WEB "foo"
#define WHOLE "bar"
#define BRIEF "baz"

/* ---- a helper that stands for mintage-online ------------------------------ */

static void helper_answer(struct buffer *out, const struct frame *call)
{
	static const char bad[] = "{\"success\":false,\"errors\":"
				  "[{\"code\":1,\"message\":\"no\"}]}";
	static const char good[] = "{\"success\":true,\"result\":{"
				   "\"accessKeyId\":\"0123456789abcdef\","
				   "\"secretAccessKey\":\"fetchedsecret\","
				   "\"sessionToken\":\"fetchedtoken\"}}";
	bool is_bad = memmem(call->body.data, call->body.length, "bad", 3);
	struct frame_writer writer;

	frames_begin(&writer, out, FRAME_ANSWER, call->tag);
	frames_number(&writer, is_bad ? 400 : 200);
	frames_number(&writer, 0);
	frames_text(&writer, slice_text(""));
	frames_text(&writer, slice_text(""));
	frames_text(&writer, slice_text(is_bad ? bad : good));
	if (!frames_end(&writer))
		_exit(1);
}

/* Cloudflare refuses an entry that has "bad" in its key. */
static void helper_run(int socket)
{
	struct frame_stream in = { .used = 0 };
	struct frame_writer writer;
	struct buffer out = { 0 };
	struct frame frame;

	for (;;) {
		while (frames_next(&in, &frame) == FRAME_WHOLE) {
			out.length = 0;
			if (frame.type == FRAME_CALL) {
				helper_answer(&out, &frame);
			} else {
				frames_begin(&writer, &out,
					     frame.type == FRAME_BEGIN ?
						     FRAME_READY :
						     FRAME_DONE,
					     0);
				if (!frames_end(&writer))
					_exit(1);
			}
			if (write(socket, out.data, out.length) < 0)
				_exit(1);
		}
		if (frames_fill(&in, socket) <= 0)
			_exit(0);
	}
}

static void helper_begin(void)
{
	struct upstream *upstream = &unit_service.upstream;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		abort();
	upstream->helper = fork();
	if (upstream->helper == 0) {
		close(ends[0]);
		helper_run(ends[1]);
	}
	close(ends[1]);
	upstream->socket = ends[0];
}

/* ---- one order ------------------------------------------------------------ */

struct asked {
	const char *token; /* of the caller */
	enum issue_kind kind;
	const char *format; /* NULL: json */
	const char *text;   /* the request: JSON, or a form */

	bool unrecorded; /* leave the record out */
	bool is_gone;    /* the client takes nothing */
	/* Between the record and what follows it, each text that `change`
	 * finds in the request becomes `into`, which is as long. */
	const char *change, *into;
	bool late; /* after the answers of Cloudflare have come instead */
};

/* How it went. */
static struct {
	enum error error; /* of the step that refused it */
	char pointer[PROBLEM_POINTER_MAX];
	size_t problems;
	size_t warnings;
	bool complete; /* what the writing step returned */
	bool broken;
	bool sink_failed;
	uint64_t rows, count, failed, issued;
	uint32_t ttl;
	size_t length; /* of the answer */
	char answer[32768];
	char events[256]; /* in the log, when the first byte came */
} went;

static bool take(void *context, const char *data, size_t length)
{
	const struct asked *asked = context;

	if (went.length == 0)
		snprintf(went.events, sizeof(went.events), "%s",
			 unit_log_events());
	if (asked->is_gone)
		return false;
	assert_true(went.length + length < sizeof(went.answer));
	memcpy(went.answer + went.length, data, length);
	went.length += length;
	went.answer[went.length] = '\0';
	return true;
}

static char request[4096]; /* writable: the manifest is read from here */
static struct fields fields;
static struct issue issue;
static struct problems problems;
static struct audit_request who;
static const struct format *format;

static void change_request(const struct asked *asked)
{
	char *found = request;
	size_t length = asked->change ? strlen(asked->change) : 0;

	if (!asked->change)
		return;
	assert_int_equal(length, strlen(asked->into));
	found = memmem(request, sizeof(request), asked->change, length);
	assert_non_null(found);
	while (found) {
		memcpy(found, asked->into, length);
		found = memmem(found,
			       sizeof(request) - (size_t)(found - request),
			       asked->change, length);
	}
}

static void read_request(const struct asked *asked)
{
	const char *name = asked->format ? asked->format : "json";
	struct renderer *renderer = &unit_service.renderer;
	size_t length = strlen(asked->text);

	assert_true(length < sizeof(request));
	memset(request, 0, sizeof(request));
	memcpy(request, asked->text, length);
	fields_begin(&fields);
	problems_free(&problems);
	format =
		&renderer->formats[renderer_format(renderer, slice_text(name))];
	if (request[0] == '{')
		fields_json_read(&fields, slice_of(request, length), &problems);
	else
		form_read(&fields, request, length, false, &problems);
}

/* The steps of issue_prepare one by one, so that the request can change between
 * two of them, or the record be left out. */
static enum error steps(const struct asked *asked, struct sink *sink)
{
	static struct subject subject;
	struct order_request asks = {
		.service = &unit_service,
		.kind = asked->kind,
		.format = format,
		.subject = &subject,
		.account_id = slice_text("aa"),
		.fields = &fields,
		.who = &who,
	};
	enum error error;

	subject = (struct subject){
		.kind = SUBJECT_BEARER,
		.caller = subject_bearer(unit_service.config,
					 slice_text(asked->token)),
	};
	issue = (struct issue){ .recorded = false };
	error = order_settle(&issue.order, &asks, &problems);
	if (!error)
		error = issue_check(&issue.order, &issue.tally, &problems);
	if (!error)
		error = issue_fetch_reserve(&issue.order, &issue.tally,
					    &issue.fetch, &problems);
	if (!error && !asked->unrecorded) {
		error = issue_record(&issue.order, &issue.tally, &problems);
		issue.recorded = error == ERROR_NONE;
	}
	if (error)
		return error;
	if (!asked->late)
		change_request(asked);
	error = issue_fetch(&issue.order, &issue.tally, issue.fetch, &problems);
	if (asked->late)
		change_request(asked);
	if (!error)
		went.complete = issue_write(&issue, sink);
	return error;
}

static enum error run(struct asked asked)
{
	static char window[SINK_MIN];
	char warning[WARNINGS_TEXT_MAX];
	struct sink sink = {
		.window = window,
		.size = sizeof(window),
		.flush = take,
		.context = &asked,
	};

	memset(&went, 0, sizeof(went));
	unit_log_clear();
	assert_true(audit_request_id(&unit_service.audit.ids, who.id));
	who.caller = "web";
	who.route = "batch";
	read_request(&asked);
	went.error = steps(&asked, &sink);
	while (warnings_get(&issue.tally.warnings, went.warnings,
			    WARNINGS_FOR_PEOPLE, warning))
		went.warnings++;
	issue_end(&issue, went.complete, sink.passed);
	went.broken = issue.tally.broken;
	went.sink_failed = sink.failed;
	went.rows = issue.tally.rows;
	went.count = issue.tally.count;
	went.failed = issue.tally.failed;
	went.issued = issue.tally.issued;
	went.ttl = issue.order.terms.scope.ttl;
	went.problems = problems.count;
	if (went.problems > 0)
		memcpy(went.pointer, problems.list[0].pointer,
		       sizeof(went.pointer));
	return went.error;
}

/* Refused with this, and nothing was issued or recorded. */
static void assert_refused(struct asked asked, enum error error,
			   const char *pointer)
{
	run(asked);
	if (went.error != error || strcmp(went.pointer, pointer) != 0)
		fail_msg("%s: %d at '%s', not %d at '%s'", asked.text,
			 (int)went.error, went.pointer, (int)error, pointer);
	assert_true(went.problems > 0);
	assert_int_equal(went.length, 0);
	assert_int_equal(went.issued, 0);
	assert_string_equal(unit_log(), "");
}

static void assert_issued(struct asked asked, uint64_t issued)
{
	if (run(asked))
		fail_msg("%s: %d at '%s': %s", asked.text, (int)went.error,
			 went.pointer, problems.list[0].message);
	assert_true(went.complete);
	assert_false(went.broken);
	assert_int_equal(went.issued, issued);
	assert_string_equal(unit_log_events(), "issue outcome ");
	unit_assert_logged("\"result\":\"complete\"");
}

/* The request's text, and what else is special about the order. */
#define ASKED(who, what, ...) \
	((struct asked){ .token = who, .kind = what, .text = __VA_ARGS__ })

#define READ "{\"bucket\":\"uploads\",\"permission\":\"object-read-only\""
#define REMOTE "{\"bucket\":\"remote\",\"permission\":\"object-read-only\""
#define LINK "{\"bucket\":\"uploads\""
#define A_OBJECT ",\"objects\":[\"public/a\"]"
#define TWO ",\"objects\":[\"public/a\",\"public/b\"]"

/* Run the tests with this service: the number that failed. */
#define ORDER_RUN(tests)                                  \
	(unit_service_begin(config_text), helper_begin(), \
	 order_end(UNIT_RUN(tests)))

static int order_end(int failed)
{
	unit_service_end();
	return failed;
}

#endif
