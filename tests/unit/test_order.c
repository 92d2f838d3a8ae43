/* The order of the pipeline's steps: what is refused before anything is issued,
 * that nothing is issued without a record, and what the record says. */
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

/* ---- what must be there, and where ---------------------------------------- */

static void test_fields_by_kind(void **state)
{
	static const struct {
		enum issue_kind kind;
		const char *text;
		enum error error;
		const char *pointer;
	} rows[] = {
		/* Every kind needs a bucket. */
		{ ISSUE_SINGLE,
		  "{\"permission\":\"object-read-only\"" A_OBJECT "}",
		  ERROR_MISSING_FIELD, "/bucket" },
		{ ISSUE_BATCH,
		  "{\"permission\":\"object-read-only\"" A_OBJECT "}",
		  ERROR_MISSING_FIELD, "/bucket" },
		{ ISSUE_LINKS, "{\"objects\":[\"public/a\"]}",
		  ERROR_MISSING_FIELD, "/bucket" },
		/* A credential needs a permission or actions. */
		{ ISSUE_SINGLE, "{\"bucket\":\"uploads\"" A_OBJECT "}",
		  ERROR_MISSING_FIELD, "/permission" },
		{ ISSUE_BATCH, "{\"bucket\":\"uploads\"" A_OBJECT "}",
		  ERROR_MISSING_FIELD, "/permission" },
		/* What belongs to another kind is refused, not ignored. */
		{ ISSUE_SINGLE, READ A_OBJECT ",\"onError\":\"report\"}",
		  ERROR_BAD_VALUE, "/onError" },
		{ ISSUE_SINGLE, READ A_OBJECT ",\"method\":\"GET\"}",
		  ERROR_BAD_VALUE, "/method" },
		{ ISSUE_BATCH, READ A_OBJECT ",\"method\":\"GET\"}",
		  ERROR_BAD_VALUE, "/method" },
		{ ISSUE_BATCH, READ A_OBJECT ",\"sign\":\"parent\"}",
		  ERROR_BAD_VALUE, "/sign" },
		{ ISSUE_LINKS, LINK ",\"prefixes\":[\"public/\"]}",
		  ERROR_BAD_VALUE, "/prefixes" },
		{ ISSUE_BATCH,
		  "bucket=uploads&permission=object-read-only&objects=public/a"
		  "&manifestFormat=csv",
		  ERROR_BAD_VALUE, "/manifestFormat" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_refused((struct asked){ .token = WHOLE,
					       .kind = rows[i].kind,
					       .text = rows[i].text },
			       rows[i].error, rows[i].pointer);
	/* A link follows from its method alone. */
	assert_issued(ASKED(WEB, ISSUE_LINKS, LINK A_OBJECT "}"), 1);
	/* Actions do instead of a permission. */
	assert_issued(ASKED(WEB, ISSUE_BATCH,
			    LINK A_OBJECT ",\"actions\":[\"GetObject\"]}"),
		      1);
}

/* All that is wrong is said at once; but where the request could not be read,
 * nothing is said to be missing from it. */
static void test_problems_together(void **state)
{
	(void)state;
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     "{\"method\":\"GET\",\"nope\":1}"),
		       ERROR_UNKNOWN_FIELD, "/nope");
	assert_int_equal(went.problems, 4);
	assert_refused(ASKED(WEB, ISSUE_BATCH, "{\"bucket\":"), ERROR_MALFORMED,
		       "");
	assert_int_equal(went.problems, 1);
}

static void test_ttl(void **state)
{
	(void)state;
	/* 15 minutes, where the caller may have as much. */
	assert_issued(ASKED(WEB, ISSUE_BATCH, READ A_OBJECT "}"), 1);
	assert_int_equal(went.ttl, 900);
	assert_issued(ASKED(BRIEF, ISSUE_BATCH, READ A_OBJECT "}"), 1);
	assert_int_equal(went.ttl, 60);
	assert_issued(ASKED(WEB, ISSUE_BATCH,
			    READ A_OBJECT ",\"ttlSeconds\":3600}"),
		      1);
	assert_int_equal(went.ttl, 3600);
	unit_assert_logged("\"ttlSeconds\":3600");
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     READ A_OBJECT ",\"ttlSeconds\":3601}"),
		       ERROR_ACCESS_DENIED, "/ttlSeconds");
	assert_refused(ASKED(WEB, ISSUE_LINKS,
			     LINK A_OBJECT ",\"ttlSeconds\":3601}"),
		       ERROR_ACCESS_DENIED, "/ttlSeconds");
}

/* The field that asked for too much is the one that is pointed to. */
static void test_grant_is_asked_first(void **state)
{
	(void)state;
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     "{\"bucket\":\"nowhere\",\"permission\":"
			     "\"object-read-only\"" A_OBJECT "}"),
		       ERROR_ACCESS_DENIED, "/bucket");
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     "{\"bucket\":\"uploads\",\"permission\":"
			     "\"object-read-write\"" A_OBJECT "}"),
		       ERROR_ACCESS_DENIED, "/permission");
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     LINK ",\"actions\":[\"DeleteObject\"]" A_OBJECT
				  "}"),
		       ERROR_ACCESS_DENIED, "/actions");
	assert_refused(ASKED(WEB, ISSUE_LINKS,
			     LINK ",\"method\":\"DELETE\"" A_OBJECT "}"),
		       ERROR_ACCESS_DENIED, "/method");
	assert_refused(ASKED("nobody", ISSUE_BATCH, READ A_OBJECT "}"),
		       ERROR_UNAUTHORIZED, "");
}

/* ---- an empty list is not the whole bucket -------------------------------- */

static void test_empty_lists(void **state)
{
	static const struct {
		const char *text;
		const char *pointer;
	} rows[] = {
		{ READ ",\"objects\":[]}", "/objects" },
		{ READ ",\"prefixes\":[]}", "/prefixes" },
		{ READ ",\"objects\":[],\"prefixes\":[]}", "/objects" },
		{ "bucket=uploads&permission=object-read-only&objects=",
		  "/objects" },
		{ "bucket=uploads&permission=object-read-only&prefixes=%0A%0D",
		  "/prefixes" },
		{ "bucket=uploads&permission=object-read-only&manifest=%0A",
		  "/manifest" },
		{ "bucket=uploads&permission=object-read-only&manifest=key%0A"
		  "&manifestFormat=csv",
		  "/manifest" },
		{ "bucket=uploads&permission=object-read-only&manifest=%5B%5D",
		  "/manifest" },
	};
	static const enum issue_kind kinds[] = { ISSUE_SINGLE, ISSUE_BATCH };

	(void)state;
	/* Even for a caller who may have the whole bucket. */
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t j = 0; j < 2; j++)
			assert_refused(ASKED(WHOLE, kinds[j], rows[i].text),
				       ERROR_EMPTY, rows[i].pointer);
}

static void test_whole_bucket(void **state)
{
	(void)state;
	assert_refused(ASKED(WEB, ISSUE_SINGLE, READ "}"), ERROR_ACCESS_DENIED,
		       "/objects");
	assert_refused(ASKED(BRIEF, ISSUE_SINGLE, READ "}"),
		       ERROR_ACCESS_DENIED, "/objects");
	assert_issued(ASKED(WHOLE, ISSUE_SINGLE, READ "}"), 1);
	assert_int_equal(went.warnings, 1);
	/* A batch or links of nothing are nothing. */
	assert_refused(ASKED(WHOLE, ISSUE_BATCH, READ "}"), ERROR_EMPTY,
		       "/objects");
	assert_refused(ASKED(WHOLE, ISSUE_LINKS, LINK "}"), ERROR_EMPTY,
		       "/objects");
}

/* ---- how many ------------------------------------------------------------- */

#define FOUR "\"public/a\",\"public/b\",\"public/c\",\"public/d\""

static void test_most_entries(void **state)
{
	(void)state;
	assert_issued(ASKED(WEB, ISSUE_BATCH, READ ",\"objects\":[" FOUR "]}"),
		      4);
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     READ ",\"objects\":[" FOUR ",\"public/e\"]}"),
		       ERROR_ACCESS_DENIED, "/objects/4");
	/* Of a single credential, too. */
	assert_refused(ASKED(WEB, ISSUE_SINGLE,
			     READ ",\"objects\":[" FOUR ",\"public/e\"]}"),
		       ERROR_ACCESS_DENIED, "/objects/4");
	assert_issued(ASKED(WHOLE, ISSUE_BATCH,
			    READ ",\"objects\":[" FOUR ",\"e\",\"f\"]}"),
		      6);
	assert_refused(ASKED(WHOLE, ISSUE_BATCH,
			     READ ",\"objects\":[" FOUR ",\"e\",\"f\",\"g\"]}"),
		       ERROR_TOO_LARGE, "/objects/6");
	/* The lists are counted together, and what is bad counts too. */
	assert_refused(ASKED(WHOLE, ISSUE_BATCH,
			     READ ",\"onError\":\"report\","
				  "\"objects\":[\"\",\"\",\"\"],"
				  "\"prefixes\":[" FOUR "]}"),
		       ERROR_TOO_LARGE, "/prefixes/3");
	/* So the one too many may itself be bad, and nothing behind it is read.
	 */
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     READ ",\"onError\":\"report\","
				  "\"objects\":[" FOUR ",\"\",\"\"]}"),
		       ERROR_ACCESS_DENIED, "/objects/4");
	assert_int_equal(went.problems, 1);
}

static void test_format_of_one(void **state)
{
	(void)state;
	assert_refused(ASKED(WEB, ISSUE_BATCH, READ ",\"objects\":[" FOUR "]}",
			     .format = "env"),
		       ERROR_BAD_VALUE, "/format");
	assert_issued(
		ASKED(WEB, ISSUE_BATCH, READ A_OBJECT "}", .format = "env"), 1);
	/* One credential is one, for however many keys. */
	assert_issued(ASKED(WEB, ISSUE_SINGLE, READ ",\"objects\":[" FOUR "]}",
			    .format = "env"),
		      1);
	assert_int_equal(went.rows, 1);
}

/* ---- reject and report ---------------------------------------------------- */

#define MIXED "[\"secret/a\",\"public/b\",\"\",\"public/d\"]"

static void test_reject(void **state)
{
	(void)state;
	assert_refused(ASKED(WEB, ISSUE_BATCH, READ ",\"objects\":" MIXED "}"),
		       ERROR_ACCESS_DENIED, "/objects/0");
	assert_int_equal(went.problems, 2);
	assert_string_equal(problems.list[1].pointer, "/objects/2");
	assert_int_equal(problems.list[1].error, ERROR_OBJECT_NAME);
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     READ ",\"onError\":\"reject\",\"objects"
				  "\":" MIXED "}"),
		       ERROR_ACCESS_DENIED, "/objects/0");
	assert_refused(ASKED(WEB, ISSUE_SINGLE, READ ",\"objects\":" MIXED "}"),
		       ERROR_ACCESS_DENIED, "/objects/0");
}

static void test_report(void **state)
{
	(void)state;
	assert_issued(ASKED(WEB, ISSUE_BATCH,
			    READ ",\"onError\":\"report\",\"objects"
				 "\":" MIXED "}"),
		      2);
	assert_int_equal(went.rows, 4);
	assert_int_equal(went.count, 2);
	assert_int_equal(went.failed, 2);
	unit_assert_logged("\"count\":2,\"failed\":2");
	unit_assert_logged("\"issued\":2");
	assert_non_null(strstr(went.answer, "{\"key\":\"secret/a\",\"error\":{"
					    "\"code\":10003"));
	assert_non_null(strstr(went.answer, "{\"key\":\"public/d\",\"access"));
	assert_null(strstr(went.answer, "{\"key\":\"secret/a\",\"access"));
	/* None good: an answer of failures, where the format can say so. */
	assert_issued(ASKED(WEB, ISSUE_LINKS,
			    LINK ",\"onError\":\"report\",\"objects"
				 "\":[\"secret/a\"]}"),
		      0);
	unit_assert_logged("\"count\":0,\"failed\":1");
	assert_refused(ASKED(WEB, ISSUE_LINKS,
			     LINK ",\"onError\":\"report\",\"objects"
				  "\":[\"secret/a\"]}",
			     .format = "metalink"),
		       ERROR_EMPTY, "/format");
}

/* ---- the record ----------------------------------------------------------- */

/* The log's line stands before the first byte of the answer leaves. */
static void test_recorded_first(void **state)
{
	static const enum issue_kind kinds[] = { ISSUE_SINGLE, ISSUE_BATCH };
	char bytes[64];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_issued(ASKED(WEB, kinds[i], READ A_OBJECT "}"), 1);
		assert_string_equal(went.events, "issue ");
		snprintf(bytes, sizeof(bytes), "\"bytes\":%zu}", went.length);
		unit_assert_logged(bytes);
	}
	assert_issued(ASKED(WEB, ISSUE_LINKS, LINK A_OBJECT "}"), 1);
	assert_string_equal(went.events, "issue ");
}

static void test_record_says_what(void **state)
{
	static const char line[] =
		"uploads\tobject-read-only\t900\tobject\t\"public/a\"\n"
		"uploads\tPutObject\t30\tobject\t\"public/b\"\n";
	char digest[HEX_LENGTH(DIGEST_SIZE) + 1] = "";
	uint8_t hash[DIGEST_SIZE];

	(void)state;
	assert_issued(ASKED(WEB, ISSUE_BATCH,
			    READ ",\"objects\":[\"public/a\",{\"key\":"
				 "\"public/b\",\"actions\":[\"PutObject\"],"
				 "\"permission\":\"object-write-only\","
				 "\"ttlSeconds\":30}]}"),
		      2);
	digest_sha256(line, sizeof(line) - 1, hash);
	hex_encode(digest, hash, sizeof(hash));
	unit_assert_logged(digest);
	unit_assert_logged(
		"\"account\":\"aa\",\"parent\":\"idrw\","
		"\"bucket\":\"uploads\","
		"\"permission\":\"object-read-only\","
		"\"ttlSeconds\":900,\"count\":2,\"failed\":0,"
		"\"differing\":1,\"differingActions\":[\"PutObject\"],"
		"\"differingTtlSeconds\":30");
	/* None of it is a secret. */
	assert_null(strstr(unit_log(), unit_secret));
}

/* Issued without a line in the log: never, whoever forgets to write it. */
static void test_unrecorded_is_not_issued(void **state)
{
	const struct asked orders[] = {
		ASKED(WEB, ISSUE_SINGLE, READ A_OBJECT "}", .unrecorded = true),
		ASKED(WEB, ISSUE_BATCH, READ A_OBJECT "}", .unrecorded = true),
		ASKED(WEB, ISSUE_LINKS, LINK A_OBJECT "}", .unrecorded = true),
		ASKED(WEB, ISSUE_SINGLE, REMOTE A_OBJECT "}",
		      .unrecorded = true),
		ASKED(WEB, ISSUE_BATCH, REMOTE A_OBJECT "}",
		      .unrecorded = true),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		struct asked recorded = orders[i];

		assert_int_equal(run(orders[i]), ERROR_NONE);
		assert_false(went.complete);
		assert_true(went.broken);
		assert_int_equal(went.length, 0);
		assert_int_equal(went.issued, 0);
		assert_true(went.sink_failed);
		assert_string_equal(unit_log(), "");
		recorded.unrecorded = false;
		assert_issued(recorded, 1);
	}
}

/* A disk that is full is a service that issues nothing. */
static void test_log_is_full(void **state)
{
	struct audit *audit = &unit_service.audit;
	struct problem problem;

	(void)state;
	audit_close(audit);
	audit->file = open("/dev/full", O_WRONLY | O_CLOEXEC);
	assert_true(audit->file >= 0);
	assert_refused(ASKED(WEB, ISSUE_BATCH, READ A_OBJECT "}"),
		       ERROR_UNAVAILABLE, "");
	assert_int_equal(audit_reopen(audit, &problem), 0);
	assert_issued(ASKED(WEB, ISSUE_BATCH, READ A_OBJECT "}"), 1);
}

static void test_client_is_gone(void **state)
{
	(void)state;
	assert_int_equal(run(ASKED(WEB, ISSUE_BATCH, READ A_OBJECT "}",
				   .is_gone = true)),
			 ERROR_NONE);
	assert_false(went.complete);
	unit_assert_logged("\"result\":\"client-gone\"");
}

/* A request for four objects whose keys together have `length` bytes. */
static const char *four_keys(int length)
{
	static char text[sizeof(request)];
	int rest = length / 4 - (int)strlen("public/a");

	snprintf(text, sizeof(text),
		 READ ",\"objects\":[\"public/a%0*d\",\"public/b%0*d\","
		      "\"public/c%0*d\",\"public/d%0*d\"]}",
		 rest, 0, rest, 0, rest, 0, rest, 0);
	return text;
}

/* Once a part of the answer can't be delivered, nothing more is minted. */
static void test_client_leaves(void **state)
{
	(void)state;
	assert_int_equal(
		run(ASKED(WEB, ISSUE_BATCH, four_keys(3800), .is_gone = true)),
		ERROR_NONE);
	assert_false(went.complete);
	assert_int_equal(went.count, 4);
	assert_in_range(went.issued, 1, 3);
	unit_assert_logged("\"result\":\"client-gone\"");
}

static void test_long_token(void **state)
{
	char text[WARNINGS_TEXT_MAX];

	(void)state;
	/* Each key counts with its two quotes and a comma. */
	assert_issued(ASKED(WEB, ISSUE_SINGLE, four_keys(2988)), 1);
	assert_int_equal(went.warnings, 0);
	assert_issued(ASKED(WEB, ISSUE_SINGLE, four_keys(2992)), 1);
	assert_int_equal(went.warnings, 1);
	assert_non_null(warnings_get(&issue.tally.warnings, 0,
				     WARNINGS_FOR_PROGRAMS, text));
	assert_non_null(strstr(text, "/objects: so many paths"));
}

/* ---- the manifest changes between the two passes -------------------------- */

/* Fewer bytes than a whole answer has, and the log says that it failed. */
static void assert_broken(struct asked asked, uint64_t issued)
{
	assert_int_equal(run(asked), ERROR_NONE);
	assert_false(went.complete);
	assert_true(went.broken);
	assert_int_equal(went.issued, issued);
	assert_null(strstr(went.answer, "\"success\":true"));
	assert_null(strstr(went.answer, "secret/"));
	assert_string_equal(unit_log_events(), "issue outcome ");
	unit_assert_logged("\"result\":\"failed\"");
}

#define TWO ",\"objects\":[\"public/a\",\"public/b\"]"

static void test_changed_leads_out(void **state)
{
	(void)state;
	assert_broken(ASKED(WEB, ISSUE_BATCH, READ TWO "}",
			    .change = "public/b", .into = "secret/b"),
		      1);
	assert_broken(ASKED(WEB, ISSUE_LINKS, LINK TWO "}",
			    .change = "public/b", .into = "secret/b"),
		      1);
	/* Of a single credential nothing is left. */
	assert_broken(ASKED(WEB, ISSUE_SINGLE, READ TWO "}",
			    .change = "public/b", .into = "secret/b"),
		      0);
	assert_broken(ASKED(WEB, ISSUE_BATCH, READ TWO "}",
			    .change = "\"public/b\"", .into = "\"public/\\\""),
		      1);
	assert_broken(ASKED(WEB, ISSUE_SINGLE, READ TWO "}",
			    .change = "\"public/b\"", .into = "\"public/\\\""),
		      0);
	/* Where entries are reported, the changed one is. */
	assert_int_equal(run(ASKED(WEB, ISSUE_BATCH,
				   READ TWO ",\"onError\":\"report\"}",
				   .change = "public/b", .into = "secret/b")),
			 ERROR_NONE);
	assert_int_equal(went.issued, 1);
	assert_null(strstr(went.answer, "{\"key\":\"secret/b\",\"access"));
}

/* Keys that are named twice with different terms are refused in the answer as
 * in the record, and a key that came in the place of another is neither. */
static void test_changed_repeats(void **state)
{
	const char *text = READ
		",\"objects\":[{\"key\":\"public/a\",\"ttlSeconds\":60},"
		"\"public/a\",\"public/b\"],\"onError\":\"report\"}";

	(void)state;
	assert_int_equal(run(ASKED(WEB, ISSUE_BATCH, text, .change = "public/b",
				   .into = "public/z")),
			 ERROR_NONE);
	assert_true(went.complete);
	assert_int_equal(went.failed, 2);
	assert_int_equal(went.issued, 1);
	assert_null(strstr(went.answer, "{\"key\":\"public/a\",\"access"));
	assert_non_null(strstr(went.answer, "{\"key\":\"public/z\",\"access"));
}

/* An entry that was refused, and becomes good after the record, is not in the
 * record's count: the answer ends before it. */
static void test_changed_for_the_better(void **state)
{
	static const char text[] = READ
		",\"objects\":[\"secret/b\",\"public/a\"],"
		"\"onError\":\"report\"}";

	(void)state;
	assert_int_equal(run(ASKED(WEB, ISSUE_BATCH, text, .change = "secret/b",
				   .into = "public/b")),
			 ERROR_NONE);
	assert_int_equal(went.count, 1);
	assert_int_equal(went.issued, 1);
	assert_false(went.complete);
	assert_true(went.broken);
	/* Cloudflare has signed nothing for it. */
	assert_broken(ASKED(WEB, ISSUE_BATCH,
			    REMOTE ",\"objects\":[\"public/a\",\"secret/b\"],"
				   "\"onError\":\"report\"}",
			    .change = "secret/b", .into = "public/b",
			    .late = true),
		      1);
}

#define FORM "bucket=uploads&permission=object-read-only&objects="

static void test_changed_count(void **state)
{
	(void)state;
	/* More than were recorded. */
	assert_broken(ASKED(WEB, ISSUE_BATCH, FORM "public/aXpublic/b",
			    .change = "aXp", .into = "a\np"),
		      1);
	/* Fewer. */
	assert_broken(ASKED(WEB, ISSUE_BATCH, FORM "public/a%0Apublic/b",
			    .change = "a\np", .into = "aXp"),
		      1);
	/* None at all, which must not mean the whole bucket. */
	assert_broken(ASKED(WHOLE, ISSUE_SINGLE, FORM "public/a",
			    .change = "public/a", .into = "\n\n\n\n\n\n\n\n"),
		      0);
}

/* What can't be signed after all ends the answer: an address of R2 that is too
 * long, and a host that is, which a credential names. */
static void test_unsigned(void **state)
{
	static char longest[8192];
	struct account *account = unit_service.config->accounts;
	char *endpoint = account->endpoint, *host = account->host;

	(void)state;
	memset(longest, 'a', sizeof(longest) - 1);
	account->endpoint = account->host = longest;
	assert_broken(ASKED(WEB, ISSUE_LINKS, LINK TWO "}"), 0);
	assert_broken(ASKED(WEB, ISSUE_BATCH, READ TWO "}"), 0);
	assert_broken(ASKED(WEB, ISSUE_SINGLE, READ TWO "}"), 0);
	assert_broken(ASKED(WEB, ISSUE_LINKS,
			    LINK ",\"sign\":\"scoped\"" TWO "}"),
		      0);
	account->endpoint = endpoint;
	account->host = host;
	assert_issued(ASKED(WEB, ISSUE_LINKS, LINK TWO "}"), 2);
}

/* ---- where Cloudflare signs ----------------------------------------------- */

static void test_fetched(void **state)
{
	(void)state;
	assert_issued(ASKED(WEB, ISSUE_BATCH, REMOTE TWO "}"), 2);
	assert_string_equal(went.events, "issue ");
	assert_non_null(strstr(went.answer, "fetchedsecret"));
	assert_issued(ASKED(WEB, ISSUE_SINGLE, REMOTE TWO "}"), 1);
	/* What its API doesn't know. */
	assert_refused(ASKED(WEB, ISSUE_LINKS,
			     "{\"bucket\":\"remote\"" A_OBJECT "}"),
		       ERROR_BAD_VALUE, "/parentAccessKeyId");
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     "{\"bucket\":\"remote\",\"actions\":["
			     "\"GetObject\"]" A_OBJECT "}"),
		       ERROR_BAD_VALUE, "/actions");
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     "{\"bucket\":\"remote\",\"permission\":"
			     "\"object-write-only\"" A_OBJECT "}"),
		       ERROR_BAD_VALUE, "/permission");
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     REMOTE ",\"objects\":[{\"key\":\"public/a\","
				    "\"actions\":[\"GetObject\"]}]}"),
		       ERROR_BAD_VALUE, "/objects/0/actions");
}

/* It was recorded; then it failed, and nothing left. */
static void assert_fetch_failed(struct asked asked, enum error error,
				const char *pointer)
{
	assert_int_equal(run(asked), error);
	assert_string_equal(went.pointer, pointer);
	assert_int_equal(went.length, 0);
	assert_int_equal(went.issued, 0);
	assert_string_equal(unit_log_events(), "issue outcome ");
	unit_assert_logged("\"result\":\"failed\",\"issued\":0");
}

static void test_fetch_fails(void **state)
{
	(void)state;
	assert_fetch_failed(ASKED(WEB, ISSUE_BATCH,
				  REMOTE ",\"objects\":[\"public/a\","
					 "\"public/bad\"]}"),
			    ERROR_UPSTREAM, "/objects/1");
	assert_fetch_failed(ASKED(WEB, ISSUE_SINGLE,
				  REMOTE ",\"objects\":[\"public/bad\"]}"),
			    ERROR_UPSTREAM, "");
	assert_issued(ASKED(WEB, ISSUE_BATCH,
			    REMOTE ",\"onError\":\"report\","
				   "\"objects\":[\"public/a\","
				   "\"public/bad\"]}"),
		      1);
	assert_int_equal(went.count, 1);
	assert_int_equal(went.failed, 1);
	assert_non_null(strstr(went.answer, "{\"key\":\"public/bad\",\"error"));
}

static void test_fetch_changed(void **state)
{
	(void)state;
	assert_fetch_failed(ASKED(WEB, ISSUE_BATCH, REMOTE TWO "}",
				  .change = "public/b", .into = "secret/b"),
			    ERROR_INTERNAL, "");
	assert_fetch_failed(ASKED(WEB, ISSUE_SINGLE, REMOTE TWO "}",
				  .change = "public/b", .into = "secret/b"),
			    ERROR_INTERNAL, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields_by_kind),
		cmocka_unit_test(test_problems_together),
		cmocka_unit_test(test_ttl),
		cmocka_unit_test(test_grant_is_asked_first),
		cmocka_unit_test(test_empty_lists),
		cmocka_unit_test(test_whole_bucket),
		cmocka_unit_test(test_most_entries),
		cmocka_unit_test(test_format_of_one),
		cmocka_unit_test(test_reject),
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_recorded_first),
		cmocka_unit_test(test_record_says_what),
		cmocka_unit_test(test_unrecorded_is_not_issued),
		cmocka_unit_test(test_log_is_full),
		cmocka_unit_test(test_client_is_gone),
		cmocka_unit_test(test_client_leaves),
		cmocka_unit_test(test_long_token),
		cmocka_unit_test(test_changed_leads_out),
		cmocka_unit_test(test_changed_repeats),
		cmocka_unit_test(test_changed_for_the_better),
		cmocka_unit_test(test_changed_count),
		cmocka_unit_test(test_unsigned),
		cmocka_unit_test(test_fetched),
		cmocka_unit_test(test_fetch_fails),
		cmocka_unit_test(test_fetch_changed),
	};
	int failed;

	unit_service_begin(config_text);
	helper_begin();
	failed = UNIT_RUN(tests);
	unit_service_end();
	return failed;
}
