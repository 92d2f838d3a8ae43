/* right: which key a request for a download gets, for how long, and who is
 * refused. */
#include "unit_service.h"

#include "cgi/download/right.h"
#include "lib/links/signed.h"

#define DOWNLOAD(name, prefix, more)                               \
	"[download " name "]\npath = /" name "/\naccount = main\n" \
	"bucket = files\nparent = reader\nprefix = " prefix "\n" more
#define CALLER(name, more)                            \
	"[caller " name "]\nremote-user = " name "\n" \
	"buckets = files\n" more
#define READING "parents = reader\npermissions = object-read-only\n"

#define SECRET "of-sixteen-bytes-or-more"

/* `printf %s 'a/bof-sixteen-bytes-or-more' | md5sum` */
#define CODE "8f795c115a6bc2dd29d205cac93d1413"

static const char config_text[] = UNIT_HEAD("")
	UNIT_PARENT("reader", "object-read-only", "files")
		UNIT_PARENT("writer", "object-read-write", "files")
	/* Of these callers only some reach what the sections open. */
	CALLER("wide", READING "prefixes = *\nmax-ttl = 1d\n") CALLER(
		"some", READING "prefixes = pub/a/ other/\nmax-ttl = 600\n")
		CALLER("raw", READING "prefixes = pub/a\n") CALLER(
			"none",
			READING) CALLER("writing",
					"parents = reader writer\nprefixes = *\n"
					"permissions = object-write-only\n")
			CALLER("elsewhere", "parents = writer\nprefixes = *\n"
					    "permissions = object-read-only\n")
				CALLER("ann", READING
				       "prefixes = users/{user}/\n") "[caller foo]\nbearer-sha256 = " HASH_OF_FOO
								     "\nbuckets = files\n" READING
								     "prefixes = *\n"

	DOWNLOAD("get", "pub/", "ttl = 2h\n") DOWNLOAD(
		"all", "*", "ttl = 300\n") DOWNLOAD("home", "users/{user}/", "")
		DOWNLOAD("twice", "{user}/of-{user}/", "") DOWNLOAD(
			"open", "pub/", "open-to = everyone\nttl = 7d\n")
			DOWNLOAD("cut", "pub/v", "open-to = everyone\n") DOWNLOAD(
				"link", "pub/",
				"open-to = link\nlink = signed secure-link\n"
				"link-secret-file = link.secret\n");

static struct download_right right;
static struct problem problem;
static struct subject subject;

#define NOW INT64_C(1800000000)

static const struct download *section(const char *name)
{
	const struct download *one = unit_service.config->downloads;

	while (one && strcmp(one->name, name) != 0)
		one = one->next;
	assert_non_null(one);
	return one;
}

static void become(const char *user)
{
	subject = (struct subject){
		.kind = SUBJECT_USER,
		.caller = subject_user(unit_service.config, slice_text(user)),
	};
	snprintf(subject.user, sizeof(subject.user), "%s", user);
}

static enum error ask(const char *name, struct slice named, const char *query,
		      enum method method)
{
	const struct download_request request = {
		.service = &unit_service,
		.download = section(name),
		.subject = &subject,
		.decoded = named,
		.sent = named,
		.query = slice_text(query),
		.address = SLICE("192.0.2.1"),
		.method = method,
	};

	memset(&right, 'x', sizeof(right));
	return download_right_settle(&right, &request, NOW, &problem);
}

static void assert_key(const char *name, const char *named, const char *key,
		       uint32_t ttl)
{
	if (ask(name, slice_text(named), NULL, METHOD_GET))
		fail_msg("%s of %s: %s", named, name, problem.message);
	if (!slice_is(right.key, key))
		fail_msg("%s: %.*s, expected %s", named, (int)right.key.length,
			 right.key.data, key);
	assert_int_equal(right.ttl, ttl);
	assert_false(right.by_link);
	/* A method of its own asks for a right of its own. */
	assert_int_equal(ask(name, slice_text(named), NULL, METHOD_HEAD),
			 ERROR_NONE);
}

static void assert_refused(const char *name, const char *named,
			   enum error error)
{
	if (ask(name, slice_text(named), NULL, METHOD_GET) != error)
		fail_msg("%s of %s: error %d, %s", named, name,
			 (int)problem.error, problem.message);
	assert_int_equal(ask(name, slice_text(named), NULL, METHOD_HEAD),
			 error);
}

/* ---- callers -------------------------------------------------------------- */

static void test_wider_and_narrower(void **state)
{
	(void)state;
	become("wide");
	assert_key("get", "a/b", "pub/a/b", 7200);
	assert_key("get", "x", "pub/x", 7200);
	assert_key("all", "x", "x", 300);
	/* The section ends where its prefix does, whatever the caller may. */
	assert_key("get", "/other/x", "pub//other/x", 7200);
	/* The shorter of the two lifetimes holds. */
	become("some");
	assert_key("get", "a/b", "pub/a/b", 600);
	assert_key("all", "other/x", "other/x", 300);
	assert_refused("get", "x", ERROR_ACCESS_DENIED);
	assert_refused("get", "ab", ERROR_ACCESS_DENIED);
	assert_refused("get", "/a/b", ERROR_ACCESS_DENIED);
	assert_refused("get", "other/x", ERROR_ACCESS_DENIED);
	assert_refused("all", "x", ERROR_ACCESS_DENIED);
	assert_refused("open", "", ERROR_NO_ROUTE);
}

static void test_without_right(void **state)
{
	static const char *const users[] = { "none", "writing", "elsewhere",
					     "nobody-is-called-so" };

	(void)state;
	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		become(users[i]);
		assert_refused("get", "a/b",
			       subject.caller ? ERROR_ACCESS_DENIED :
						ERROR_UNAUTHORIZED);
	}
}

static void test_user_folders(void **state)
{
	static const char *const bad[] = { "", ".", "..", "a/b", "u\xcc\x88" };

	(void)state;
	become("ann");
	assert_key("home", "a", "users/ann/a", 900);
	/* Another's folder can't be named. */
	assert_key("home", "/bob/a", "users/ann//bob/a", 900);
	assert_refused("all", "users/bob/a", ERROR_ACCESS_DENIED);
	assert_refused("get", "users/ann/a", ERROR_ACCESS_DENIED);
	become("wide");
	assert_key("home", "a", "users/wide/a", 3600);
	assert_key("twice", "a", "wide/of-wide/a", 3600);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(subject.user, sizeof(subject.user), "%s", bad[i]);
		assert_refused("home", "a", ERROR_ACCESS_DENIED);
	}
	/* A token is nobody's name. */
	subject = (struct subject){
		.kind = SUBJECT_BEARER,
		.caller =
			subject_bearer(unit_service.config, slice_text("foo")),
	};
	assert_key("get", "a", "pub/a", 900);
	assert_refused("home", "a", ERROR_ACCESS_DENIED);
}

/* ---- keys ----------------------------------------------------------------- */

static void test_folders(void **state)
{
	static const char *const named[] = { "", "/", "a/", "a//", "//" };

	(void)state;
	become("wide");
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		assert_refused("get", named[i], ERROR_NO_ROUTE);
		assert_refused("open", named[i], ERROR_NO_ROUTE);
	}
}

static void test_lengths(void **state)
{
	static char text[3 * KEY_MAX];

	(void)state;
	become("wide");
	memset(text, 'x', sizeof(text));
	/* The prefix, "pub/", is a part of the key. */
	for (size_t length = 1; length <= sizeof(text); length++) {
		bool fits = length + 4 <= KEY_MAX;

		assert_int_equal(ask("get", slice_of(text, length), NULL,
				     METHOD_GET),
				 fits ? ERROR_NONE : ERROR_OBJECT_NAME);
		if (fits)
			assert_int_equal(right.key.length, length + 4);
	}
}

/* Users' names may make a prefix too long for any key: the name itself, or what
 * stands behind it. */
static void test_long_users(void **state)
{
	static char prefixes[][128] = {
		"{user}{user}{user}{user}{user}{user}{user}{user}{user}/",
		"{user}{user}{user}{user}{user}{user}{user}{user}"
		"/and-these-are-more-than-48-bytes-behind-eight-names/",
	};
	struct download *twice = unit_service.config->downloads;
	char *own;

	(void)state;
	while (strcmp(twice->name, "twice") != 0)
		twice = twice->next;
	own = twice->prefix;
	become("wide");
	memset(subject.user, 'u', 250);
	subject.user[250] = '\0';
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		twice->prefix = prefixes[i];
		assert_refused("twice", "a", ERROR_OBJECT_NAME);
		assert_string_equal(problem.message,
				    "this address is too long for a key");
	}
	twice->prefix = own;
}

/* R2 joins a mark to the letter before it, which is the prefix's last. */
static void test_marks(void **state)
{
	(void)state;
	become("raw");
	assert_refused("get", "a\xcc\x88/x", ERROR_ACCESS_DENIED);
	assert_refused("cut", "\xcc\x83/x", ERROR_ACCESS_DENIED);
	assert_key("cut", "1/\xc3\xa4", "pub/v1/\xc3\xa4", 3600);
	/* Behind a slash nothing is joined. */
	assert_key("open", "a\xcc\x88", "pub/a\xcc\x88", 604800);
}

/* ---- everyone, and links -------------------------------------------------- */

static void test_everyone(void **state)
{
	(void)state;
	subject = (struct subject){ .kind = SUBJECT_NOBODY };
	assert_key("open", "x", "pub/x", 604800);
	assert_refused("get", "x", ERROR_UNAUTHORIZED);
	/* Who is known has no less. */
	become("none");
	assert_key("open", "x", "pub/x", 604800);
}

/* Ask with our own kind of link to `key`, good until `expires`. */
static enum error ask_link(const char *key, int64_t expires, const char *asked)
{
	static char text[4096];
	struct link_signer signer;
	struct keyed keyed;
	char *query;

	keyed_begin(&keyed, (struct slice)SLICE(SECRET));
	links_signed_begin(&signer, &keyed);
	text[links_signed_make(&signer, slice_text(key), expires, text)] = '\0';
	query = strchr(text, '?');
	assert_non_null(query);
	subject = (struct subject){ .kind = SUBJECT_NOBODY };
	return ask("link", slice_text(asked), query + 1, METHOD_GET);
}

static void test_links(void **state)
{
	(void)state;
	assert_int_equal(ask_link("a/b", NOW + 9, "a/b"), ERROR_NONE);
	assert_true(slice_is(right.key, "pub/a/b"));
	assert_true(right.by_link);
	assert_true(right.expires == NOW + 9);
	assert_int_equal(right.ttl, 3600);
	assert_int_equal(ask_link("a/b", NOW, "a/b"), ERROR_NONE);
	assert_int_equal(ask_link("a/b", NOW - 1, "a/b"), ERROR_LINK_OVER);
	assert_int_equal(ask_link("a/b", NOW + 9, "a/c"), ERROR_ACCESS_DENIED);
	/* Only who holds the key's own link learns that its time is over. */
	assert_int_equal(ask_link("a/b", NOW - 1, "a/c"), ERROR_ACCESS_DENIED);
	assert_int_equal(ask_link("a/", NOW + 9, "a/"), ERROR_NO_ROUTE);
	/* Without a link nobody gets in, whoever it is. */
	become("wide");
	assert_refused("link", "a/b", ERROR_ACCESS_DENIED);
	assert_refused("link", "", ERROR_ACCESS_DENIED);
}

static void test_link_with_code(void **state)
{
	(void)state;
	subject = (struct subject){ .kind = SUBJECT_NOBODY };
	assert_int_equal(ask("link", slice_text(CODE "/a/b"), NULL, METHOD_GET),
			 ERROR_NONE);
	/* The code is no part of the key. */
	assert_true(slice_is(right.key, "pub/a/b"));
	assert_true(right.by_link);
	assert_true(right.expires == 0);
	assert_refused("link", CODE "/a/c", ERROR_ACCESS_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wider_and_narrower),
		cmocka_unit_test(test_without_right),
		cmocka_unit_test(test_user_folders),
		cmocka_unit_test(test_folders),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_long_users),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_everyone),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_link_with_code),
	};
	int failed;

	unit_file_write("link.secret", SECRET "\n");
	unit_service_begin(config_text);
	failed = UNIT_RUN(tests);
	(void)unlink(unit_file("link.secret"));
	unit_service_end();
	return failed;
}
