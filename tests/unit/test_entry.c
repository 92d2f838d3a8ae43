/* What an entry asks for, held against what its caller may have: the rule that
 * everything else here serves. */
#include "lib/base/problems.h"
#include "unit_service.h"

#include "cgi/input/fields_json.h"
#include "cgi/input/form.h"
#include "cgi/issue/entry.h"

static const char config_text[] = UNIT_HEAD("templates = .\n")
	UNIT_PARENT("rw", "object-read-write", "uploads")
		UNIT_PARENT("ro", "object-read-only", "archive")
			UNIT_PARENT("admin", "admin-read-write", "managed")

	/* Reads or uploads, not both at once, below two prefixes. */
	"[caller web]\nbearer-sha256 = " HASH_OF_FOO "\n"
	"parents = rw ro\nbuckets = uploads archive\n"
	"permissions = object-read-only object-write-only\n"
	"prefixes = public/ raw\nmax-ttl = 3600\n"

	/* Everything that its parents may, and any key. */
	"[caller any]\nbearer-sha256 = " HASH_OF_BAR "\n"
	"parents = rw ro admin\nbuckets = uploads archive managed\n"
	"permissions = object-read-write admin-read-only\n"
	"prefixes = *\nmax-ttl = 604800\n"

	"[caller whole]\nbearer-sha256 = " HASH_OF_BAZ "\n"
	"parents = rw\nbuckets = uploads\n"
	"permissions = object-read-only\n"
	"whole-bucket = yes\nprefixes = a/\n";

#define WEB "foo"
#define ANY "bar"
#define WHOLE "baz"

/* What became of the last entry of a request. */
struct settled {
	enum error error;
	char pointer[PROBLEM_POINTER_MAX];
	struct scope scope;
	enum method method;
};

/* Read a request, JSON or a form, and settle its entries, the first bad one
 * being the last. An error of the request itself ends it sooner. */
static struct settled settle(const char *token, enum issue_kind kind,
			     const char *format, const char *text)
{
	static char request[1024];
	static struct fields fields;
	static struct order order;
	static struct problems problems;
	static struct audit_request who;
	struct renderer *renderer = &unit_service.renderer;
	struct subject subject = {
		.kind = SUBJECT_BEARER,
		.caller =
			subject_bearer(unit_service.config, slice_text(token)),
	};
	struct settled settled = { .error = ERROR_NONE };
	struct terms terms = { .link = { .method = METHOD_NONE } };
	const struct order_request asks = {
		.service = &unit_service,
		.kind = kind,
		.format = &renderer->formats[renderer_format(
			renderer, slice_text(format))],
		.subject = &subject,
		.account_id = slice_text("aa"),
		.fields = &fields,
		.who = &who,
	};
	struct problem problem;
	struct entry entry;
	enum manifest_step step;

	fields_begin(&fields);
	problems_free(&problems);
	assert_true(strlen(text) < sizeof(request));
	memcpy(request, text, strlen(text) + 1);
	if (*request == '{')
		fields_json_read(&fields, slice_text(request), &problems);
	else
		form_read(&fields, request, strlen(request), false, &problems);
	settled.error = order_settle(&order, &asks, &problems);
	if (settled.error)
		problem = problems.list[0];
	manifest_rewind(&fields.entries);
	while (!settled.error) {
		step = manifest_next(&fields.entries, &entry, &problem);
		if (step == MANIFEST_END)
			break;
		settled.error = step == MANIFEST_ENTRY ?
					issue_entry_check(&order, &entry,
							  &terms, &problem) :
					problem.error;
		settled.scope = terms.scope;
		settled.method = terms.link.method;
	}
	if (settled.error)
		memcpy(settled.pointer, problem.pointer,
		       sizeof(settled.pointer));
	order_free(&order);
	return settled;
}

#define HEAD ACTION_BIT(ACTION_HEAD_OBJECT)
#define GET ACTION_BIT(ACTION_GET_OBJECT)
#define PUT ACTION_BIT(ACTION_PUT_OBJECT)
#define DELETE ACTION_BIT(ACTION_DELETE_OBJECT)

#define READS PERMISSION_OBJECT_READ_ONLY
#define BOTH PERMISSION_OBJECT_READ_WRITE
#define WRITES PERMISSION_OBJECT_WRITE_ONLY
#define LISTED PERMISSION_NONE /* actions instead */

/* The requests' beginnings and their ends. */
#define UPLOADS "{\"bucket\":\"uploads\""
#define READ UPLOADS ",\"permission\":\"object-read-only\""
#define OBJECT(members) ",\"objects\":[{\"key\":\"public/a\"," members "}]}"
#define KEY(key) ",\"objects\":[\"" key "\"]}"
#define PREFIX(key) ",\"prefixes\":[\"" key "\"]}"

/* ---- what settles --------------------------------------------------------- */

static const struct good {
	const char *why;
	const char *token;
	enum issue_kind kind;
	const char *format;
	const char *text; /* of the request */
	enum permission permission;
	abilities actions;
	uint32_t ttl;
	enum method method; /* METHOD_NONE: no link */
} good[] = {
	{ "an entry that sets nothing has the default", WEB, ISSUE_BATCH,
	  "json", READ KEY("public/a"), READS, 0, 900, METHOD_NONE },
	{ "the default has the time that was asked for", WEB, ISSUE_BATCH,
	  "json", READ ",\"ttlSeconds\":60" KEY("public/a"), READS, 0, 60,
	  METHOD_NONE },
	{ "an own time is for this entry", WEB, ISSUE_BATCH, "json",
	  READ ",\"ttlSeconds\":60" OBJECT("\"ttlSeconds\":3600"), READS, 0,
	  3600, METHOD_NONE },
	{ "an own permission keeps the default's time", ANY, ISSUE_BATCH,
	  "json",
	  READ
	  ",\"ttlSeconds\":60" OBJECT("\"permission\":\"object-read-write\""),
	  BOTH, 0, 60, METHOD_NONE },
	{ "an own permission drops the default's actions", WEB, ISSUE_BATCH,
	  "json",
	  UPLOADS ",\"actions\":[\"GetObject\"]" OBJECT(
		  "\"permission\":\"object-read-only\""),
	  READS, 0, 900, METHOD_NONE },
	{ "an own permission brings its own actions", WEB, ISSUE_BATCH, "json",
	  UPLOADS ",\"actions\":[\"GetObject\"]" OBJECT(
		  "\"permission\":\"object-write-only\","
		  "\"actions\":[\"PutObject\"]"),
	  LISTED, PUT, 900, METHOD_NONE },
	{ "own actions narrow the default's permission", WEB, ISSUE_BATCH,
	  "json", READ OBJECT("\"actions\":[\"HeadObject\"]"), LISTED, HEAD,
	  900, METHOD_NONE },
	{ "another choice of the caller's, for one entry", WEB, ISSUE_BATCH,
	  "json", READ OBJECT("\"permission\":\"object-write-only\""), LISTED,
	  PUT | ACTION_BIT(ACTION_CREATE_MULTIPART_UPLOAD) |
		  ACTION_BIT(ACTION_UPLOAD_PART) |
		  ACTION_BIT(ACTION_ABORT_MULTIPART_UPLOAD) |
		  ACTION_BIT(ACTION_COMPLETE_MULTIPART_UPLOAD),
	  900, METHOD_NONE },
	{ "administration, where parent and caller have it", ANY, ISSUE_BATCH,
	  "json",
	  "{\"bucket\":\"managed\",\"permission\":\"admin-read-only\"" KEY("a"),
	  PERMISSION_ADMIN_READ_ONLY, 0, 900, METHOD_NONE },
	{ "a prefix, of a batch", WEB, ISSUE_BATCH, "json",
	  READ PREFIX("public/sub/"), READS, 0, 900, METHOD_NONE },
	{ "a prefix, of a single credential", WEB, ISSUE_SINGLE, "json",
	  READ PREFIX("public/"), READS, 0, 900, METHOD_NONE },
	{ "a key below the second prefix", WEB, ISSUE_BATCH, "json",
	  READ KEY("rawest"), READS, 0, 900, METHOD_NONE },
	{ "any key, for who may have any", ANY, ISSUE_BATCH, "json",
	  READ KEY("x/../y"), READS, 0, 900, METHOD_NONE },
	{ "any key, for who may have the bucket", WHOLE, ISSUE_BATCH, "json",
	  READ KEY("b/c"), READS, 0, 900, METHOD_NONE },
	{ "the whole bucket, without entries", WHOLE, ISSUE_SINGLE, "json",
	  READ "}", PERMISSION_NONE, 0, 0, METHOD_NONE },
	{ "a digest may stand beside a credential", WEB, ISSUE_BATCH, "json",
	  READ OBJECT("\"sha256\":\"" HASH_OF_FOO "\""), READS, 0, 900,
	  METHOD_NONE },
	{ "behind a prefix with a slash, a key needn't be in NFC", WEB,
	  ISSUE_BATCH, "json", READ KEY("public/e\xcc\x81"), READS, 0, 900,
	  METHOD_NONE },

	{ "a link is a GET, unless it says", WEB, ISSUE_LINKS, "json",
	  UPLOADS KEY("public/a"), LISTED, GET, 900, METHOD_GET },
	{ "the request's method", WEB, ISSUE_LINKS, "json",
	  UPLOADS ",\"method\":\"PUT\"" KEY("public/a"), LISTED, PUT, 900,
	  METHOD_PUT },
	{ "an entry's own method", WEB, ISSUE_LINKS, "json",
	  UPLOADS OBJECT("\"method\":\"HEAD\""), LISTED, HEAD, 900,
	  METHOD_HEAD },
	{ "an own method keeps to the request's time", WEB, ISSUE_LINKS, "json",
	  UPLOADS ",\"ttlSeconds\":60" OBJECT("\"method\":\"PUT\""), LISTED,
	  PUT, 60, METHOD_PUT },
	{ "an own method within a permission of its own", WEB, ISSUE_LINKS,
	  "json",
	  READ OBJECT("\"method\":\"PUT\","
		      "\"permission\":\"object-write-only\""),
	  LISTED, PUT, 900, METHOD_PUT },
	{ "a permission beside a link is a bound, not more", WEB, ISSUE_LINKS,
	  "json", READ KEY("public/a"), LISTED, GET, 900, METHOD_GET },
	{ "DELETE, for who may write", ANY, ISSUE_LINKS, "json",
	  UPLOADS OBJECT("\"method\":\"DELETE\""), LISTED, DELETE, 900,
	  METHOD_DELETE },
	{ "a PUT with headers", WEB, ISSUE_LINKS, "json",
	  UPLOADS OBJECT("\"method\":\"PUT\",\"contentType\":\"text/plain\","
			 "\"contentLength\":3,\"sha256\":\"" HASH_OF_FOO "\""),
	  LISTED, PUT, 900, METHOD_PUT },
	{ "a download name for GET", WEB, ISSUE_LINKS, "json",
	  UPLOADS OBJECT("\"filename\":\"b\""), LISTED, GET, 900, METHOD_GET },
	{ "a download name for HEAD", WEB, ISSUE_LINKS, "json",
	  UPLOADS OBJECT("\"method\":\"HEAD\",\"filename\":\"b\""), LISTED,
	  HEAD, 900, METHOD_HEAD },
	{ "a PUT without headers fits on a line", WEB, ISSUE_LINKS, "text",
	  UPLOADS OBJECT("\"method\":\"PUT\""), LISTED, PUT, 900, METHOD_PUT },
	{ "curl has a place for headers", WEB, ISSUE_LINKS, "curl",
	  UPLOADS OBJECT("\"method\":\"PUT\",\"contentType\":\"text/plain\""),
	  LISTED, PUT, 900, METHOD_PUT },
	{ "a digest on a line is what the list knows, not a header", WEB,
	  ISSUE_LINKS, "text", UPLOADS OBJECT("\"sha256\":\"" HASH_OF_FOO "\""),
	  LISTED, GET, 900, METHOD_GET },
	{ "the download name is what a format must carry", ANY, ISSUE_LINKS,
	  "aria2",
	  UPLOADS ",\"objects\":[{\"key\":\"a\\tb\",\"filename\":\"b\"}]}",
	  LISTED, GET, 900, METHOD_GET },
	{ "a single credential's answer names no key", ANY, ISSUE_SINGLE, "aws",
	  READ KEY("a\\tb"), READS, 0, 900, METHOD_NONE },
};

static void test_settles(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const struct good *row = &good[i];
		struct settled settled =
			settle(row->token, row->kind, row->format, row->text);

		if (settled.error)
			fail_msg("%s: %d at '%s'", row->why, (int)settled.error,
				 settled.pointer);
		if (settled.scope.permission != row->permission ||
		    settled.scope.actions != row->actions)
			fail_msg("%s: permission %d, actions %x", row->why,
				 (int)settled.scope.permission,
				 (unsigned)settled.scope.actions);
		if (settled.scope.ttl != row->ttl)
			fail_msg("%s: %u seconds", row->why,
				 (unsigned)settled.scope.ttl);
		if (row->kind == ISSUE_LINKS && settled.method != row->method)
			fail_msg("%s: %s", row->why,
				 method_names[settled.method]);
	}
}

/* ---- what is refused ------------------------------------------------------ */

static const struct bad {
	const char *why;
	const char *token;
	enum issue_kind kind;
	const char *format;
	const char *text; /* of the request */
	enum error error;
	const char *pointer;
} bad[] = {
	/* Of the grant: what, and for how long. */
	{ "an own permission that the caller hasn't", WEB, ISSUE_BATCH, "json",
	  READ OBJECT("\"permission\":\"object-read-write\""),
	  ERROR_ACCESS_DENIED, "/objects/0/permission" },
	{ "two choices of the caller's don't add up", WEB, ISSUE_BATCH, "json",
	  UPLOADS ",\"actions\":[\"GetObject\"]" OBJECT(
		  "\"actions\":[\"GetObject\",\"PutObject\"]"),
	  ERROR_ACCESS_DENIED, "/objects/0/actions" },
	{ "the caller's choice, beyond its parent's permission", WEB,
	  ISSUE_BATCH, "json",
	  "{\"bucket\":\"archive\",\"permission\":\"object-read-only\"" OBJECT(
		  "\"permission\":\"object-write-only\""),
	  ERROR_ACCESS_DENIED, "/objects/0/permission" },
	{ "administration, for one who has it elsewhere", ANY, ISSUE_BATCH,
	  "json", READ OBJECT("\"permission\":\"admin-read-only\""),
	  ERROR_ACCESS_DENIED, "/objects/0/permission" },
	{ "own actions outside the default's permission", ANY, ISSUE_BATCH,
	  "json", READ OBJECT("\"actions\":[\"PutObject\"]"), ERROR_BAD_VALUE,
	  "/objects/0/actions" },
	{ "own actions outside the own permission", ANY, ISSUE_BATCH, "json",
	  READ OBJECT("\"permission\":\"object-write-only\","
		      "\"actions\":[\"GetObject\"]"),
	  ERROR_BAD_VALUE, "/objects/0/actions" },
	{ "an own time beyond the caller's", WEB, ISSUE_BATCH, "json",
	  READ OBJECT("\"ttlSeconds\":3601"), ERROR_ACCESS_DENIED,
	  "/objects/0/ttlSeconds" },
	{ "an own time of a link beyond the caller's", WEB, ISSUE_LINKS, "json",
	  UPLOADS OBJECT("\"ttlSeconds\":3601"), ERROR_ACCESS_DENIED,
	  "/objects/0/ttlSeconds" },
	{ "an own method that the caller hasn't", WEB, ISSUE_LINKS, "json",
	  UPLOADS OBJECT("\"method\":\"DELETE\""), ERROR_ACCESS_DENIED,
	  "/objects/0/method" },
	{ "an own method that the parent hasn't", WEB, ISSUE_LINKS, "json",
	  "{\"bucket\":\"archive\"" OBJECT("\"method\":\"PUT\""),
	  ERROR_ACCESS_DENIED, "/objects/0/method" },
	{ "a method beyond the permission beside it", ANY, ISSUE_LINKS, "json",
	  READ ",\"method\":\"PUT\"" KEY("public/a"), ERROR_BAD_VALUE,
	  "/method" },
	{ "a method beyond the actions beside it", ANY, ISSUE_LINKS, "json",
	  UPLOADS ",\"actions\":[\"GetObject\"],\"method\":\"PUT\"" KEY("a"),
	  ERROR_BAD_VALUE, "/method" },
	{ "an own method beyond the request's permission", ANY, ISSUE_LINKS,
	  "json", READ OBJECT("\"method\":\"PUT\""), ERROR_BAD_VALUE,
	  "/objects/0/method" },
	{ "the request's method beyond an own permission", ANY, ISSUE_LINKS,
	  "json",
	  UPLOADS
	  ",\"method\":\"PUT\"" OBJECT("\"permission\":\"object-read-only\""),
	  ERROR_BAD_VALUE, "/objects/0/method" },

	{ "an own time that no credential may have", ANY, ISSUE_BATCH, "json",
	  READ OBJECT("\"ttlSeconds\":604801"), ERROR_BAD_VALUE,
	  "/objects/0/ttlSeconds" },
	{ "nor a batch", ANY, ISSUE_BATCH, "json",
	  READ ",\"ttlSeconds\":604801" KEY("a"), ERROR_BAD_VALUE,
	  "/ttlSeconds" },
	{ "nor one for all", ANY, ISSUE_SINGLE, "json",
	  READ ",\"ttlSeconds\":\"8d\"" KEY("a"), ERROR_BAD_VALUE,
	  "/ttlSeconds" },
	{ "a section of downloads, for a credential", ANY, ISSUE_BATCH, "json",
	  READ ",\"download\":\"files\"" KEY("a"), ERROR_BAD_VALUE,
	  "/download" },
	{ "a kind of link, and its time, for a credential", ANY, ISSUE_BATCH,
	  "json", READ ",\"sign\":\"download\",\"ttlSeconds\":604801" KEY("a"),
	  ERROR_BAD_VALUE, "/sign" },

	/* Of the grant: where. */
	{ "a key outside the caller's prefixes", WEB, ISSUE_BATCH, "json",
	  READ KEY("secret/a"), ERROR_ACCESS_DENIED, "/objects/0" },
	{ "a link's key outside the caller's prefixes", WEB, ISSUE_LINKS,
	  "json", UPLOADS KEY("secret/a"), ERROR_ACCESS_DENIED, "/objects/0" },
	{ "a single credential's key outside them", WEB, ISSUE_SINGLE, "json",
	  READ KEY("secret/a"), ERROR_ACCESS_DENIED, "/objects/0" },
	{ "the prefix without its slash is another", WEB, ISSUE_BATCH, "json",
	  READ PREFIX("public"), ERROR_ACCESS_DENIED, "/prefixes/0" },
	{ "the place of the bad one is said", WEB, ISSUE_BATCH, "json",
	  READ ",\"objects\":[\"public/a\",\"public/b\",\"secret/c\"]}",
	  ERROR_ACCESS_DENIED, "/objects/2" },
	{ "a segment that may lead out", WEB, ISSUE_BATCH, "json",
	  READ KEY("public/../secret"), ERROR_ACCESS_DENIED, "/objects/0" },
	{ "a segment that leads nowhere else", WEB, ISSUE_SINGLE, "json",
	  READ KEY("public/./a"), ERROR_ACCESS_DENIED, "/objects/0" },
	{ "a mark that would become one with the prefix", WEB, ISSUE_BATCH,
	  "json", READ KEY("raw\xcc\x81"), ERROR_ACCESS_DENIED, "/objects/0" },
	{ "no key at all", ANY, ISSUE_BATCH, "json", READ KEY(""),
	  ERROR_OBJECT_NAME, "/objects/0" },
	{ "the whole bucket, for who may have any key", ANY, ISSUE_SINGLE,
	  "json", READ "}", ERROR_ACCESS_DENIED, "/objects" },

	/* Of a single credential. */
	{ "a single credential is of one permission", ANY, ISSUE_SINGLE, "json",
	  READ OBJECT("\"permission\":\"object-read-only\""), ERROR_BAD_VALUE,
	  "/objects/0" },
	{ "and of one time", ANY, ISSUE_SINGLE, "json",
	  READ OBJECT("\"ttlSeconds\":60"), ERROR_BAD_VALUE, "/objects/0" },

	/* Of credentials: what only a link can have. */
	{ "a method", ANY, ISSUE_BATCH, "json",
	  READ OBJECT("\"method\":\"GET\""), ERROR_BAD_VALUE,
	  "/objects/0/method" },
	{ "a download name", ANY, ISSUE_BATCH, "json",
	  READ OBJECT("\"filename\":\"b\""), ERROR_BAD_VALUE,
	  "/objects/0/filename" },
	{ "a type", ANY, ISSUE_BATCH, "json",
	  READ OBJECT("\"contentType\":\"text/plain\""), ERROR_BAD_VALUE,
	  "/objects/0/contentType" },
	{ "a length", ANY, ISSUE_SINGLE, "json",
	  READ OBJECT("\"contentLength\":3"), ERROR_BAD_VALUE,
	  "/objects/0/contentLength" },

	/* Of links. */
	{ "a prefix, of a request", ANY, ISSUE_LINKS, "json",
	  UPLOADS PREFIX("public/"), ERROR_BAD_VALUE, "/prefixes" },
	{ "a prefix, of its manifest", ANY, ISSUE_LINKS, "json",
	  "bucket=uploads&manifest={\"prefixes\":[\"public/\"]}",
	  ERROR_BAD_VALUE, "/manifest/prefixes/0" },
	{ "a segment that clients resolve", ANY, ISSUE_LINKS, "json",
	  UPLOADS KEY("a/../b"), ERROR_OBJECT_NAME, "/objects/0" },
	{ "a type, but no upload", ANY, ISSUE_LINKS, "json",
	  UPLOADS OBJECT("\"contentType\":\"text/plain\""), ERROR_BAD_VALUE,
	  "/objects/0/contentType" },
	{ "a length, but no upload", ANY, ISSUE_LINKS, "json",
	  UPLOADS OBJECT("\"method\":\"DELETE\",\"contentLength\":3"),
	  ERROR_BAD_VALUE, "/objects/0/contentLength" },
	{ "a download name for an upload", ANY, ISSUE_LINKS, "json",
	  UPLOADS OBJECT("\"method\":\"PUT\",\"filename\":\"b\""),
	  ERROR_BAD_VALUE, "/objects/0/filename" },
	{ "a download name for what is deleted", ANY, ISSUE_LINKS, "json",
	  UPLOADS OBJECT("\"method\":\"DELETE\",\"filename\":\"b\""),
	  ERROR_BAD_VALUE, "/objects/0/filename" },

	/* Of formats. */
	{ "aria2 downloads", ANY, ISSUE_LINKS, "aria2",
	  UPLOADS OBJECT("\"method\":\"HEAD\""), ERROR_BAD_VALUE,
	  "/objects/0" },
	{ "and a metalink", ANY, ISSUE_LINKS, "metalink",
	  UPLOADS ",\"method\":\"PUT\"" KEY("a"), ERROR_BAD_VALUE,
	  "/objects/0" },
	{ "no place for a type on a line", ANY, ISSUE_LINKS, "text",
	  UPLOADS OBJECT("\"method\":\"PUT\",\"contentType\":\"text/plain\""),
	  ERROR_BAD_VALUE, "/objects/0" },
	{ "no place for a length on a line", ANY, ISSUE_LINKS, "text",
	  UPLOADS OBJECT("\"method\":\"PUT\",\"contentLength\":3"),
	  ERROR_BAD_VALUE, "/objects/0" },
	{ "no place for an upload's digest on a line", ANY, ISSUE_LINKS, "text",
	  UPLOADS OBJECT("\"method\":\"PUT\",\"sha256\":\"" HASH_OF_FOO "\""),
	  ERROR_BAD_VALUE, "/objects/0" },
	{ "no file has this key, which curl would save under", ANY, ISSUE_LINKS,
	  "curl", UPLOADS KEY("a//b"), ERROR_BAD_VALUE, "/objects/0" },
	{ "no line holds this key", ANY, ISSUE_BATCH, "aws", READ KEY("a\\nb"),
	  ERROR_BAD_VALUE, "/objects/0" },
	{ "no line holds this prefix", ANY, ISSUE_BATCH, "rclone",
	  READ PREFIX("a\\nb/"), ERROR_BAD_VALUE, "/prefixes/0" },
	{ "an own format may show the key beside the download name", ANY,
	  ISSUE_LINKS, "mine",
	  UPLOADS ",\"objects\":[{\"key\":\"a\\tb\",\"filename\":\"b\"}]}",
	  ERROR_BAD_VALUE, "/objects/0" },
	{ "no XML holds this key", ANY, ISSUE_LINKS, "metalink",
	  UPLOADS KEY("a\\u0001"), ERROR_BAD_VALUE, "/objects/0" },
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct bad *row = &bad[i];
		struct settled settled =
			settle(row->token, row->kind, row->format, row->text);

		if (settled.error != row->error ||
		    strcmp(settled.pointer, row->pointer) != 0)
			fail_msg("%s: %d at '%s'", row->why, (int)settled.error,
				 settled.pointer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_settles),
		cmocka_unit_test(test_refused),
	};
	int failed;

	unit_file_write("mine.tmpl",
			"{{! format: type=text/x-list escape=line for=links "
			"}}\n{{#entries}}\n{{key}} {{name}}\n{{/entries}}\n");
	unit_service_begin(config_text);
	failed = UNIT_RUN(tests);
	unit_service_end();
	return failed;
}
