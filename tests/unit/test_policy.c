/* Who is who, which parent signs, and where a grant ends. */
#include "unit.h"

#include <fcntl.h>
#include <unistd.h>

#include "lib/policy/grant.h"

#define SECRET \
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
/* SHA-256 of "foo", "bar" and "baz", which FIPS 180-4 programs confirm. */
#define FOO "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
#define BAR "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9"
#define BAZ "baa5a0964d3320fbc0c6a922140453c8513ea24ab8fd0577034804a967248096"

#define PARENT(name, account, permission, buckets)                          \
	"[parent " name "]\naccount = " account "\naccess-key-id = id" name \
	"\nsecret-access-key-file = secret\npermission = " permission       \
	"\nbuckets = " buckets "\n"

/* "shared" is in two parents of one account; ro may only read. */
static const char text[] =
	"[mintage]\nmax-entries = 500\n"
	"[account main]\nid = aa\n"
	"[account other]\nid = bb\n"
	"[account hidden]\nid = cc\n" PARENT(
		"rw", "main", "object-read-write",
		"uploads shared") PARENT("ro", "main", "object-read-only",
					 "downloads shared")
		PARENT("bb", "other", "admin-read-write", "uploads") PARENT(
			"cc", "hidden", "object-read-write", "private")

			"[caller foo]\nbearer-sha256 = " FOO "\n"
			"parents = rw ro bb\nbuckets = uploads downloads shared nowhere\n"
			"permissions = object-read-only object-write-only\n"
			"prefixes = public/ users/ann/ raw\nmax-ttl = 3600\nmax-entries = 7\n"

			"[caller bar]\nbearer-sha256 = " BAR "\n"
			"parents = rw\nbuckets = uploads\npermissions = admin-read-write\n"
			"prefixes = *\nmax-entries = 1000\n"

			"[caller baz]\nbearer-sha256 = " BAZ "\n"
			"parents = rw\nbuckets = uploads\npermissions = object-read-write\n"
			"whole-bucket = yes\nprefixes = a/\n"

			"[caller any]\nremote-user = *\n"
			"parents = rw\nbuckets = uploads\npermissions = object-read-only\n"
			"prefixes = public/ users/{user}/ {user}-{user}\n"

			"[caller ann]\nremote-user = ann\n"

			"[caller free]\nremote-user = a/b\nparents = rw\nbuckets = uploads\n"
			"permissions = object-read-only\nprefixes = * {user}/\n"

			"[caller local]\nanonymous = yes\n";

static char folder[] = "/tmp/mintage-policy-XXXXXX";
static struct config *config;
static struct problem problem;
static struct grant grant;

static const abilities reads = 0x7f; /* the first seven actions */
static const abilities writes = 0x80;

static const char *name_of(const struct caller *caller)
{
	return caller ? caller->name : "nobody";
}

static void assert_says(const char *says)
{
	if (!strstr(problem.message, says))
		fail_msg("'%s' is not in '%s'", says, problem.message);
}

static struct subject bearer(const char *token)
{
	return (struct subject){
		.kind = SUBJECT_BEARER,
		.caller = subject_bearer(config, slice_text(token)),
	};
}

static struct subject user(const char *name)
{
	struct subject subject = {
		.kind = SUBJECT_USER,
		.caller = subject_user(config, slice_text(name)),
	};

	snprintf(subject.user, sizeof(subject.user), "%s", name);
	return subject;
}

static const struct subject owner = { .kind = SUBJECT_OWNER };

static enum error begin(const struct subject *subject, const char *account,
			const char *bucket, const char *id, abilities wanted)
{
	struct want want = {
		.account_id = slice_text(account),
		.bucket = slice_text(bucket),
		.access_key_id = slice_text(id),
		.abilities = wanted,
	};

	grant_free(&grant);
	return grant_begin(&grant, config, subject, &want, &problem);
}

/* ---- who is asking ------------------------------------------------------- */

static void test_bearer(void **state)
{
	(void)state;
	assert_string_equal(name_of(subject_bearer(config, slice_text("foo"))),
			    "foo");
	assert_string_equal(name_of(subject_bearer(config, slice_text("bar"))),
			    "bar");
	assert_string_equal(name_of(subject_bearer(config, slice_text("baz"))),
			    "baz");
	assert_null(subject_bearer(config, slice_text("Foo")));
	assert_null(subject_bearer(config, slice_text("foo ")));
	assert_null(subject_bearer(config, slice_of("foo", 2)));
	assert_null(subject_bearer(config, slice_text("")));
	assert_null(subject_bearer(config, slice_of(NULL, 0)));
	/* The stored hash is no token. */
	assert_null(subject_bearer(config, slice_text(FOO)));
}

/* A caller without a hash is not one whose hash is all zero, or of nothing. */
static void test_bearer_needs_a_hash(void **state)
{
	struct caller caller = { .anonymous = true };
	struct config bare = { .callers = &caller };

	(void)state;
	digest_sha256("foo", 3, caller.bearer_sha256);
	assert_null(subject_bearer(&bare, slice_text("foo")));
	caller.has_bearer = true;
	assert_ptr_equal(subject_bearer(&bare, slice_text("foo")), &caller);
	digest_sha256("", 0, caller.bearer_sha256);
	assert_null(subject_bearer(&bare, slice_text("")));
}

/* Each byte of the hash counts: a token whose hash has all but one of them is
 * another token. */
static void test_bearer_is_its_whole_hash(void **state)
{
	struct caller caller = { .has_bearer = true };
	struct config one = { .callers = &caller };

	(void)state;
	digest_sha256("foo", 3, caller.bearer_sha256);
	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		caller.bearer_sha256[i] ^= 1;
		assert_null(subject_bearer(&one, slice_text("foo")));
		caller.bearer_sha256[i] ^= 1;
	}
	assert_ptr_equal(subject_bearer(&one, slice_text("foo")), &caller);
}

static void test_user(void **state)
{
	char name[USER_MAX + 2];

	(void)state;
	/* The section for "*" comes first in the file. */
	assert_string_equal(name_of(subject_user(config, slice_text("ann"))),
			    "ann");
	assert_string_equal(name_of(subject_user(config, slice_text("Ann"))),
			    "any");
	/* Who has more or less of a name than a section has is another. */
	assert_string_equal(name_of(subject_user(config, slice_text("anna"))),
			    "any");
	assert_string_equal(name_of(subject_user(config, slice_text("an"))),
			    "any");
	assert_string_equal(name_of(subject_user(config, slice_text("ann "))),
			    "any");
	assert_string_equal(name_of(subject_user(config, slice_text("a/b"))),
			    "free");
	assert_null(subject_user(config, slice_text("")));
	assert_null(subject_user(config, slice_of("an\0n", 4)));
	assert_null(subject_user(config, slice_text("ann\n")));
	assert_null(subject_user(config, slice_text("ann\x7f")));
	assert_null(subject_user(config, slice_text("ann\xff")));
	memset(name, 'n', sizeof(name));
	assert_non_null(subject_user(config, slice_of(name, USER_MAX)));
	assert_null(subject_user(config, slice_of(name, USER_MAX + 1)));
}

static void test_anonymous(void **state)
{
	struct config none = { 0 };

	(void)state;
	assert_string_equal(name_of(subject_anonymous(config)), "local");
	assert_null(subject_anonymous(&none));
	assert_null(subject_user(&none, slice_text("ann")));
	assert_null(subject_bearer(&none, slice_text("foo")));
}

/* ---- which parent signs -------------------------------------------------- */

static void test_parent_chosen(void **state)
{
	struct subject foo = bearer("foo");

	(void)state;
	/* By bucket, by account, by what it may do, by name. */
	assert_int_equal(begin(&foo, "aa", "uploads", "", reads), 0);
	assert_string_equal(grant.parent->key.name, "rw");
	assert_int_equal(begin(&foo, "bb", "uploads", "", reads), 0);
	assert_string_equal(grant.parent->key.name, "bb");
	assert_int_equal(begin(&foo, "aa", "downloads", "", reads), 0);
	assert_string_equal(grant.parent->key.name, "ro");
	assert_int_equal(begin(&foo, "aa", "shared", "", writes), 0);
	assert_string_equal(grant.parent->key.name, "rw");
	assert_int_equal(begin(&foo, "aa", "shared", "idro", reads), 0);
	assert_string_equal(grant.parent->key.name, "ro");
}

static void test_parent_ambiguous(void **state)
{
	struct subject foo = bearer("foo");

	(void)state;
	assert_int_equal(begin(&foo, "aa", "shared", "", reads),
			 ERROR_AMBIGUOUS);
	assert_string_equal(problem.pointer, "/parentAccessKeyId");
	assert_says("2 parents fit, 'idrw' and 'idro'; name one");
	assert_null(grant.parent);
}

static void test_account_not_ours(void **state)
{
	struct subject foo = bearer("foo");
	char first[PROBLEM_MESSAGE_MAX];

	(void)state;
	assert_int_equal(begin(&foo, "dd", "uploads", "", reads),
			 ERROR_NO_ROUTE);
	snprintf(first, sizeof(first), "%s", problem.message);
	/* One that is there, but for others, looks the same. */
	assert_int_equal(begin(&foo, "cc", "uploads", "", reads),
			 ERROR_NO_ROUTE);
	memcpy(strstr(first, "dd"), "cc", 2);
	assert_string_equal(problem.message, first);
	assert_int_equal(begin(&foo, "", "uploads", "", reads), ERROR_NO_ROUTE);
	assert_int_equal(begin(&owner, "dd", "uploads", "", reads),
			 ERROR_NO_ROUTE);
}

static void assert_denied(const char *pointer, const char *message)
{
	assert_int_equal(problem.error, ERROR_ACCESS_DENIED);
	assert_string_equal(problem.pointer, pointer);
	assert_string_equal(problem.message, message);
	assert_null(grant.parent);
}

/* What is refused reads the same whether it is there or not. */
static void test_parent_denied(void **state)
{
	struct subject foo = bearer("foo");

	(void)state;
	assert_int_equal(begin(&foo, "aa", "uploads", "idcc", reads),
			 ERROR_ACCESS_DENIED);
	assert_denied("/parentAccessKeyId",
		      "this caller may not use the parent 'idcc'");
	assert_int_equal(begin(&foo, "aa", "uploads", "idxx", reads),
			 ERROR_ACCESS_DENIED);
	assert_denied("/parentAccessKeyId",
		      "this caller may not use the parent 'idxx'");
	/* Its own, but of another account. */
	assert_int_equal(begin(&foo, "aa", "uploads", "idbb", reads),
			 ERROR_ACCESS_DENIED);

	assert_int_equal(begin(&foo, "aa", "private", "", reads),
			 ERROR_ACCESS_DENIED);
	assert_denied("/bucket", "this caller may not use bucket 'private'");
	assert_int_equal(begin(&foo, "aa", "unheard-of", "", reads),
			 ERROR_ACCESS_DENIED);
	assert_denied("/bucket", "this caller may not use bucket 'unheard-of'");
	/* In its list, and in no parent's. */
	assert_int_equal(begin(&foo, "aa", "nowhere", "", reads),
			 ERROR_ACCESS_DENIED);
	assert_denied("/bucket", "this caller may not use bucket 'nowhere'");
	assert_int_equal(begin(&foo, "aa", "downloads", "idrw", reads),
			 ERROR_ACCESS_DENIED);
}

/* The parent has the bucket, but the caller's list doesn't. */
static void test_bucket_of_parent_alone(void **state)
{
	struct subject bar = bearer("bar");

	(void)state;
	assert_int_equal(begin(&bar, "aa", "shared", "", reads),
			 ERROR_ACCESS_DENIED);
	assert_denied("/bucket", "this caller may not use bucket 'shared'");
}

static void test_permission_denied(void **state)
{
	struct subject foo = bearer("foo"), bar = bearer("bar");

	(void)state;
	/* More than the parent may. */
	assert_int_equal(begin(&foo, "aa", "downloads", "", writes),
			 ERROR_ACCESS_DENIED);
	assert_string_equal(problem.pointer, "/permission");
	assert_int_equal(begin(&bar, "aa", "uploads", "", ABILITY_ADMIN_READ),
			 ERROR_ACCESS_DENIED);
	/* More than the caller may: two of its permissions don't add up. */
	assert_int_equal(begin(&foo, "aa", "uploads", "", reads), 0);
	assert_int_equal(begin(&foo, "aa", "uploads", "", writes), 0);
	assert_int_equal(begin(&foo, "aa", "uploads", "", reads | writes),
			 ERROR_ACCESS_DENIED);
	assert_denied("/permission", "this caller may not do this "
				     "in bucket 'uploads'; it may have "
				     "object-read-only or object-write-only");
}

static void test_nobody(void **state)
{
	struct subject nobody = { .kind = SUBJECT_NOBODY };
	struct subject lost = { .kind = SUBJECT_BEARER };
	struct subject ann = user("ann");

	(void)state;
	assert_int_equal(begin(&nobody, "aa", "uploads", "", reads),
			 ERROR_UNAUTHORIZED);
	assert_int_equal(begin(&lost, "aa", "uploads", "", reads),
			 ERROR_UNAUTHORIZED);
	/* A section that names nothing grants nothing. */
	assert_int_equal(begin(&ann, "aa", "uploads", "", reads),
			 ERROR_NO_ROUTE);
}

/* ---- what a grant holds -------------------------------------------------- */

static void test_bounds(void **state)
{
	struct subject foo = bearer("foo"), bar = bearer("bar");
	struct subject baz = bearer("baz");

	(void)state;
	assert_int_equal(begin(&foo, "aa", "uploads", "", reads), 0);
	assert_ptr_equal(grant.caller, foo.caller);
	assert_int_equal(grant.max_ttl, 3600);
	assert_int_equal(grant.max_entries, 7);
	assert_false(grant.any_key);
	assert_false(grant.whole_bucket);
	assert_int_equal(grant.prefix_count, 3);
	assert_int_equal(begin(&bar, "aa", "uploads", "", reads), 0);
	assert_int_equal(grant.max_ttl, TTL_DEFAULT);
	/* Its own 1000 are over the service's. */
	assert_int_equal(grant.max_entries, 500);
	assert_true(grant.any_key);
	assert_false(grant.whole_bucket);
	assert_int_equal(begin(&baz, "aa", "uploads", "", reads), 0);
	assert_true(grant.any_key);
	assert_true(grant.whole_bucket);
}

static void test_owner(void **state)
{
	(void)state;
	assert_int_equal(begin(&owner, "cc", "private", "", reads), 0);
	assert_null(grant.caller);
	assert_string_equal(grant.parent->key.name, "cc");
	assert_true(grant.any_key);
	assert_true(grant.whole_bucket);
	assert_int_equal(grant.max_ttl, TTL_MAX);
	assert_true(grant.max_entries == UINT64_MAX);
	assert_int_equal(grant.choice_count, 1);
	assert_int_equal(grant.choices[0],
			 permission_abilities(PERMISSION_OBJECT_READ_WRITE));
	assert_int_equal(begin(&owner, "aa", "downloads", "", writes),
			 ERROR_ACCESS_DENIED);
	assert_int_equal(begin(&owner, "aa", "private", "", reads),
			 ERROR_ACCESS_DENIED);
	assert_int_equal(begin(&owner, "aa", "shared", "", reads),
			 ERROR_AMBIGUOUS);
}

static enum error may(enum permission permission, abilities actions,
		      uint32_t ttl)
{
	struct scope asked = { permission, actions, ttl };

	return grant_scope_check(&grant, &asked, "/objects/3", &problem);
}

static void test_check_scope(void **state)
{
	struct subject foo = bearer("foo");

	(void)state;
	assert_int_equal(begin(&foo, "aa", "uploads", "", reads), 0);
	assert_int_equal(may(PERMISSION_OBJECT_READ_ONLY, 0, 900), 0);
	assert_int_equal(may(PERMISSION_NONE, writes, 900), 0);
	assert_int_equal(may(PERMISSION_OBJECT_READ_WRITE, 0, 900),
			 ERROR_ACCESS_DENIED);
	assert_string_equal(problem.pointer, "/objects/3/permission");
	assert_says("this caller may not have object-read-write");
	assert_int_equal(may(PERMISSION_NONE, 1 | writes, 900),
			 ERROR_ACCESS_DENIED);
	assert_string_equal(problem.pointer, "/objects/3/actions");
	assert_says("HeadObject,PutObject");
	assert_int_equal(may(PERMISSION_NONE, 0, 900), ERROR_ACCESS_DENIED);
}

/* The default scope chose the parent; an entry's own may be more than it. */
static void test_check_scope_parent(void **state)
{
	struct subject foo = bearer("foo"), bar = bearer("bar");

	(void)state;
	assert_int_equal(begin(&foo, "aa", "downloads", "", reads), 0);
	assert_int_equal(may(PERMISSION_OBJECT_READ_ONLY, 0, 900), 0);
	assert_int_equal(may(PERMISSION_NONE, writes, 900),
			 ERROR_ACCESS_DENIED);
	assert_int_equal(may(PERMISSION_NONE,
			     permission_abilities(PERMISSION_OBJECT_WRITE_ONLY),
			     900),
			 ERROR_ACCESS_DENIED);
	assert_string_equal(problem.pointer, "/objects/3/permission");
	assert_int_equal(begin(&bar, "aa", "uploads", "", reads), 0);
	assert_int_equal(may(PERMISSION_OBJECT_READ_WRITE, 0, 900), 0);
	assert_int_equal(may(PERMISSION_ADMIN_READ_ONLY, 0, 900),
			 ERROR_ACCESS_DENIED);
}

static void test_check_ttl(void **state)
{
	struct subject foo = bearer("foo");

	(void)state;
	assert_int_equal(begin(&foo, "aa", "uploads", "", reads), 0);
	assert_int_equal(may(PERMISSION_OBJECT_READ_ONLY, 0, 1), 0);
	assert_int_equal(may(PERMISSION_OBJECT_READ_ONLY, 0, 3600), 0);
	assert_int_equal(may(PERMISSION_OBJECT_READ_ONLY, 0, 3601),
			 ERROR_ACCESS_DENIED);
	assert_string_equal(problem.pointer, "/objects/3/ttlSeconds");
	assert_string_equal(problem.message,
			    "3601 seconds; this caller may have 1 to 3600");
	assert_int_equal(may(PERMISSION_OBJECT_READ_ONLY, 0, 0),
			 ERROR_ACCESS_DENIED);
}

static enum error path(const char *key)
{
	return grant_path_check(&grant, slice_text(key), "/objects/17",
				&problem);
}

static void test_check_path(void **state)
{
	static const char *const within[] = {
		"public/",       "public/a", "public//a", "public/.a/..b",
		"users/ann/x y", "raw",      "rawer",     "raw/a",
	};
	static const char *const outside[] = {
		"public",       "Public/a", "/public/a",
		"users/ann",    "users/",   "users/bob/a",
		"users/anna/a", "",         "*",
	};
	struct subject foo = bearer("foo");

	(void)state;
	assert_int_equal(begin(&foo, "aa", "uploads", "", reads), 0);
	for (size_t i = 0; i < sizeof(within) / sizeof(within[0]); i++)
		assert_int_equal(path(within[i]), 0);
	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
		assert_int_equal(path(outside[i]), ERROR_ACCESS_DENIED);
		assert_string_equal(problem.pointer, "/objects/17");
	}
	/* R2 keeps keys in NFC, and "raw" does not begin one of these then. */
	assert_int_equal(path("raw\xcc\x81/a"), ERROR_ACCESS_DENIED);
	assert_int_equal(path("raw\xc3\xa9"), 0);
	assert_int_equal(path("public/e\xcc\x81"), 0);
	path("users/bob/a");
	assert_string_equal(problem.message,
			    "'users/bob/a' is not within this caller's reach: "
			    "keys must begin with public/, users/ann/ or raw");
	path("raw\xcc\x81/a");
	assert_says("is not in Unicode NFC");
}

static void test_check_path_dots(void **state)
{
	static const char *const dots[] = {
		"users/ann/../bob/a", "users/ann/..", "users/ann/.",
		"public/./a",         "../public/a",
	};
	struct subject foo = bearer("foo"), bar = bearer("bar");

	(void)state;
	assert_int_equal(begin(&foo, "aa", "uploads", "", reads), 0);
	for (size_t i = 0; i < sizeof(dots) / sizeof(dots[0]); i++) {
		assert_int_equal(path(dots[i]), ERROR_ACCESS_DENIED);
		assert_says("'.' or '..' segment");
	}
	/* Who may have any key has nowhere to escape to. */
	assert_int_equal(begin(&bar, "aa", "uploads", "", reads), 0);
	for (size_t i = 0; i < sizeof(dots) / sizeof(dots[0]); i++)
		assert_int_equal(path(dots[i]), 0);
	/* But any key is not the whole bucket. */
	assert_int_equal(path(""), ERROR_ACCESS_DENIED);
	assert_int_equal(begin(&owner, "bb", "uploads", "", reads), 0);
	assert_int_equal(path("a/../b"), 0);
	assert_int_equal(path(""), 0);
}

/* What is told of many prefixes fits a message, and ends with how many more
 * there are. */
static void test_check_path_many(void **state)
{
	char expected[PROBLEM_MESSAGE_MAX] =
		"'x' is not within this caller's reach: keys must begin with ";
	struct subject foo = bearer("foo");

	(void)state;
	assert_int_equal(begin(&foo, "aa", "uploads", "", reads), 0);
	grant.prefix_count = 0;
	for (size_t i = 0; i < GRANT_PREFIXES_MAX; i++)
		grant.prefixes[grant.prefix_count++] =
			slice_text("a/prefix/of/thirty/characters/");
	assert_int_equal(path("x"), ERROR_ACCESS_DENIED);
	for (size_t i = 0; i < 4; i++)
		snprintf(expected + strlen(expected),
			 sizeof(expected) - strlen(expected), "%s%s",
			 i ? ", " : "", "a/prefix/of/thirty/characters/");
	snprintf(expected + strlen(expected),
		 sizeof(expected) - strlen(expected), " or %d more",
		 GRANT_PREFIXES_MAX - 4);
	assert_string_equal(problem.message, expected);
}

/* ---- {user} -------------------------------------------------------------- */

static void test_user_prefixes(void **state)
{
	struct subject bob = user("bob");

	(void)state;
	assert_int_equal(begin(&bob, "aa", "uploads", "", reads), 0);
	assert_int_equal(grant.prefix_count, 3);
	assert_true(slice_is(grant.prefixes[0], "public/"));
	assert_true(slice_is(grant.prefixes[1], "users/bob/"));
	assert_true(slice_is(grant.prefixes[2], "bob-bob"));
	assert_int_equal(path("users/bob/a"), 0);
	assert_int_equal(path("users/bobby/a"), ERROR_ACCESS_DENIED);
	assert_int_equal(path("users/{user}/a"), ERROR_ACCESS_DENIED);
}

/* The text grows while prefixes are added: they must not be left behind. */
static void test_long_user(void **state)
{
	char name[USER_MAX + 1] = "", key[USER_MAX + 16];
	struct subject long_one;

	(void)state;
	memset(name, 'n', USER_MAX);
	long_one = user(name);
	assert_int_equal(begin(&long_one, "aa", "uploads", "", reads), 0);
	snprintf(key, sizeof(key), "users/%s/", name);
	assert_int_equal(path(key), 0);
	assert_int_equal(path("public/a"), 0);
}

static void test_user_refused(void **state)
{
	static const char *const bad[] = {
		"",       ".",    "..",    "a/b",   "/",
		"../bob", "a\nb", "a\x7f", "a\xff", "u\xcc\x88",
	};
	struct subject subject = user("bob");

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(subject.user, sizeof(subject.user), "%s", bad[i]);
		assert_int_equal(begin(&subject, "aa", "uploads", "", reads),
				 ERROR_ACCESS_DENIED);
		assert_says("the user's name");
	}
	/* Nobody vouched for this name. */
	subject = user("bob");
	subject.kind = SUBJECT_BEARER;
	assert_int_equal(begin(&subject, "aa", "uploads", "", reads),
			 ERROR_ACCESS_DENIED);
	/* Where it is part of no prefix it may be anything. */
	subject = user("a/b");
	assert_string_equal(subject.caller->name, "free");
	assert_int_equal(begin(&subject, "aa", "uploads", "", reads), 0);
}

static void write_file(const char *name, const char *content, char *path_out,
		       size_t size)
{
	int file;

	snprintf(path_out, size, "%s/%s", folder, name);
	file = open(path_out, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0 ||
	    write(file, content, strlen(content)) != (ssize_t)strlen(content))
		abort();
	close(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bearer),
		cmocka_unit_test(test_bearer_needs_a_hash),
		cmocka_unit_test(test_bearer_is_its_whole_hash),
		cmocka_unit_test(test_user),
		cmocka_unit_test(test_anonymous),
		cmocka_unit_test(test_parent_chosen),
		cmocka_unit_test(test_parent_ambiguous),
		cmocka_unit_test(test_account_not_ours),
		cmocka_unit_test(test_parent_denied),
		cmocka_unit_test(test_bucket_of_parent_alone),
		cmocka_unit_test(test_permission_denied),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_owner),
		cmocka_unit_test(test_check_scope),
		cmocka_unit_test(test_check_scope_parent),
		cmocka_unit_test(test_check_ttl),
		cmocka_unit_test(test_check_path),
		cmocka_unit_test(test_check_path_dots),
		cmocka_unit_test(test_check_path_many),
		cmocka_unit_test(test_user_prefixes),
		cmocka_unit_test(test_long_user),
		cmocka_unit_test(test_user_refused),
	};
	char conf[64], secret[64];
	int failed;

	if (!mkdtemp(folder))
		return 1;
	write_file("conf", text, conf, sizeof(conf));
	write_file("secret", SECRET, secret, sizeof(secret));
	if (config_load(&config, conf, &problem)) {
		printf("Bail out! %s\n", problem.message);
		failed = 1;
	} else {
		failed = UNIT_RUN(tests);
	}
	grant_free(&grant);
	config_free(config);
	unlink(conf);
	unlink(secret);
	rmdir(folder);
	return failed;
}
