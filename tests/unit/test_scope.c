/* What each permission holds, what names are, and what scopes become. */
#include "unit.h"

#include "lib/sign/bucket.h"
#include "lib/sign/key.h"
#include "lib/sign/scope.h"

#define BIT(i) (UINT32_C(1) << (i))

#define NAME_62      \
	"a123456789" \
	"0123456789" \
	"0123456789" \
	"0123456789" \
	"0123456789" \
	"0123456789" \
	"bc"
#define NAME_63 NAME_62 "z"

static struct problem problem;

/* A set from names, so that the tests don't lean on the bits' order. */
static abilities set_of(const char *names)
{
	struct slice rest = slice_text(names), name;
	abilities set = 0;

	while (slice_split(&rest, ' ', &name))
		assert_int_equal(action_parse(name, "", &set, &problem), 0);
	return set;
}

#define READ                                                                  \
	"HeadObject GetObject GetBucketLocation ListObjectsV1 ListObjectsV2 " \
	"ListMultipartUploads ListParts"
#define WRITE "PutObject DeleteObject DeleteObjects CopyObject"
#define MULTIPART                                          \
	"CreateMultipartUpload UploadPart UploadPartCopy " \
	"AbortMultipartUpload CompleteMultipartUpload"
#define UPLOAD                                                             \
	"PutObject CreateMultipartUpload UploadPart AbortMultipartUpload " \
	"CompleteMultipartUpload"

static void assert_says(const char *text)
{
	if (!strstr(problem.message, text))
		fail_msg("'%s' is not in '%s'", text, problem.message);
}

static void test_permission_abilities(void **state)
{
	abilities all = set_of(READ " " WRITE " " MULTIPART);

	(void)state;
	assert_int_equal(all, BIT(ACTION_COUNT) - 1);
	assert_int_equal(permission_abilities(PERMISSION_NONE), 0);
	assert_int_equal(permission_abilities(PERMISSION_OBJECT_READ_ONLY),
			 set_of(READ));
	assert_int_equal(permission_abilities(PERMISSION_OBJECT_READ_WRITE),
			 all);
	assert_int_equal(permission_abilities(PERMISSION_OBJECT_WRITE_ONLY),
			 set_of(UPLOAD));
	assert_int_equal(permission_abilities(PERMISSION_ADMIN_READ_ONLY),
			 set_of(READ) | ABILITY_ADMIN_READ);
	assert_int_equal(permission_abilities(PERMISSION_ADMIN_READ_WRITE),
			 all | ABILITY_ADMIN_READ | ABILITY_ADMIN_WRITE);
}

static bool within(enum permission inner, enum permission outer)
{
	return abilities_within(permission_abilities(inner),
				permission_abilities(outer));
}

static void test_permission_within(void **state)
{
	(void)state;
	assert_true(within(PERMISSION_OBJECT_READ_ONLY,
			   PERMISSION_OBJECT_READ_WRITE));
	assert_true(within(PERMISSION_OBJECT_READ_WRITE,
			   PERMISSION_ADMIN_READ_WRITE));
	assert_true(within(PERMISSION_OBJECT_WRITE_ONLY,
			   PERMISSION_OBJECT_READ_WRITE));
	assert_false(within(PERMISSION_OBJECT_WRITE_ONLY,
			    PERMISSION_OBJECT_READ_ONLY));
	assert_false(within(PERMISSION_ADMIN_READ_ONLY,
			    PERMISSION_OBJECT_READ_WRITE));
	assert_false(within(PERMISSION_ADMIN_READ_WRITE,
			    PERMISSION_ADMIN_READ_ONLY));
	assert_false(within(PERMISSION_OBJECT_READ_WRITE,
			    PERMISSION_ADMIN_READ_ONLY));
}

static void test_permission_names(void **state)
{
	static const char *const wrong[] = {
		"",     "Object-Read-Only",  "object-read-only ", "object-read",
		"read", "object-read-onlyx",
	};
	enum permission permission;

	(void)state;
	for (size_t i = 1; i < PERMISSION_COUNT; i++) {
		assert_int_equal(
			permission_parse(slice_text(permission_names[i]), "/p",
					 &permission, &problem),
			ERROR_NONE);
		assert_int_equal(permission, i);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(permission_parse(slice_text(wrong[i]), "/p",
						  &permission, &problem),
				 ERROR_BAD_VALUE);
		assert_string_equal(problem.pointer, "/p");
	}
}

static void test_permission_did_you_mean(void **state)
{
	enum permission permission;

	(void)state;
	assert_int_equal(permission_parse(slice_text("object-raed-only"), "",
					  &permission, &problem),
			 ERROR_BAD_VALUE);
	assert_says("did you mean 'object-read-only'?");
	assert_int_equal(permission_parse(slice_text("everything"), "",
					  &permission, &problem),
			 ERROR_BAD_VALUE);
	assert_says("object-write-only");
}

static void test_action_names(void **state)
{
	abilities set = 0;

	(void)state;
	for (size_t i = 0; i < ACTION_COUNT; i++) {
		set = BIT(5);
		if (i == 5)
			continue;
		assert_int_equal(action_parse(slice_text(action_names[i]), "",
					      &set, &problem),
				 ERROR_NONE);
		assert_int_equal(set, BIT(5) | BIT(i));
	}
	set = 0;
	assert_int_equal(action_parse(slice_text("getObject"), "/actions/0",
				      &set, &problem),
			 ERROR_BAD_VALUE);
	assert_says("did you mean 'GetObject'?");
	assert_string_equal(problem.pointer, "/actions/0");
	assert_int_equal(action_parse(slice_text(""), "", &set, &problem),
			 ERROR_BAD_VALUE);
	assert_int_equal(set, 0);
}

static void test_action_twice(void **state)
{
	abilities set = set_of("GetObject PutObject");

	(void)state;
	assert_int_equal(action_parse(slice_text("GetObject"), "/actions/2",
				      &set, &problem),
			 ERROR_DUPLICATE_FIELD);
	assert_says("GetObject");
	assert_string_equal(problem.pointer, "/actions/2");
	assert_int_equal(set, set_of("GetObject PutObject"));
}

static void test_bucket_names(void **state)
{
	static const char *const good[] = {
		"abc", "a-b", "0a9", "portal-uploads", NAME_63,
	};
	static const struct {
		const char *name, *says;
	} bad[] = {
		{ "", "0 characters" },
		{ "ab", "2 characters" },
		{ "a12345678901234567890123456789012345678901234567890123456"
		  "789bcde",
		  "64 characters" },
		{ "My_Bucket", "a-z, 0-9" },
		{ "my_bucket", "a-z, 0-9" },
		{ "a.b.c", "a-z, 0-9" },
		{ "a b", "a-z, 0-9" },
		{ "b\xc3\xbc"
		  "cher",
		  "a-z, 0-9" },
		{ "-abc", "begins or ends with '-'" },
		{ "abc-", "begins or ends with '-'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(bucket_check(slice_text(good[i]), "/bucket",
					      &problem),
				 ERROR_NONE);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(bucket_check(slice_text(bad[i].name),
					      "/bucket", &problem),
				 ERROR_BUCKET_NAME);
		assert_string_equal(problem.pointer, "/bucket");
		assert_says(bad[i].says);
	}
	assert_int_equal(bucket_check(slice_of("ab\0c", 4), "", &problem),
			 ERROR_BUCKET_NAME);
}

static void test_key_length(void **state)
{
	char key[KEY_MAX + 1];

	(void)state;
	memset(key, 'k', sizeof(key));
	assert_int_equal(key_check(slice_of(key, 1), "", &problem), ERROR_NONE);
	assert_int_equal(key_check(slice_of(key, KEY_MAX), "", &problem),
			 ERROR_NONE);
	assert_int_equal(key_check(slice_of(key, KEY_MAX + 1), "/objects/3",
				   &problem),
			 ERROR_OBJECT_NAME);
	assert_string_equal(problem.message,
			    "1025 bytes; a key is at most 1024");
	assert_string_equal(problem.pointer, "/objects/3");
	assert_int_equal(key_check(slice_of(key, 0), "", &problem),
			 ERROR_OBJECT_NAME);
	assert_says("empty");
	assert_int_equal(key_check(slice_of(NULL, 0), "", &problem),
			 ERROR_OBJECT_NAME);
}

static void test_key_bytes(void **state)
{
	(void)state;
	/* Anything else that is text can be a key. */
	assert_int_equal(key_check(slice_text("\n\x7f \xf0\x9f\x98\x80"), "",
				   &problem),
			 ERROR_NONE);
	assert_int_equal(key_check(slice_of("ab\0c", 4), "", &problem),
			 ERROR_OBJECT_NAME);
	assert_says("NUL at byte offset 2");
	assert_int_equal(key_check(slice_text("abc\xff"), "", &problem),
			 ERROR_OBJECT_NAME);
	assert_says("not UTF-8 at byte offset 3 (0xff)");
	/* A surrogate, an overlong slash, a sequence that was cut. */
	assert_int_equal(key_check(slice_text("\xed\xa0\x80"), "", &problem),
			 ERROR_OBJECT_NAME);
	assert_int_equal(key_check(slice_text("a\xc0\xaf"), "", &problem),
			 ERROR_OBJECT_NAME);
	assert_int_equal(key_check(slice_text("a\xc3"), "", &problem),
			 ERROR_OBJECT_NAME);
}

static void test_dot_segments(void **state)
{
	static const char *const with[] = { ".",     "..",     "./a",
					    "../a",  "a/.",    "a/..",
					    "a/./b", "a/../b", "/.." };
	static const char *const without[] = { "",     "a",    "...",
					       ".a",   "a/.b", "a../b",
					       "a//b", "/",    "a/.../b" };

	(void)state;
	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++)
		assert_true(key_has_dot_segment(slice_text(with[i])));
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		assert_false(key_has_dot_segment(slice_text(without[i])));
}

static void test_quote(void **state)
{
	char quoted[KEY_QUOTE_MAX], text[200];

	(void)state;
	assert_string_equal(key_quote(quoted, slice_text("f\xc3\xbcr")),
			    "f\xc3\xbcr");
	assert_string_equal(key_quote(quoted, slice_of(NULL, 0)), "");
	assert_string_equal(key_quote(quoted, slice_of("a\0\n\x7f\xff\xc3", 6)),
			    "a?????");
	memset(text, 'x', sizeof(text));
	assert_int_equal(strlen(key_quote(quoted, slice_of(text, 60))), 60);
	key_quote(quoted, slice_of(text, 61));
	assert_int_equal(strlen(quoted), 63);
	assert_string_equal(quoted + 60, "...");
	/* Cut where a character begins, wherever that is. */
	for (size_t i = 56; i <= 60; i++) {
		memset(text, 'x', sizeof(text));
		memcpy(text + i, "\xf0\x9f\x98\x80", 4);
		key_quote(quoted, slice_of(text, sizeof(text)));
		assert_null(strchr(quoted, '?'));
		assert_non_null(strstr(quoted, "..."));
		assert_int_equal(strlen(quoted), i == 56 ? 63 : i + 3);
	}
	/* No beginning of a character in sight. */
	memset(text, '\x80', sizeof(text));
	assert_true(strlen(key_quote(quoted, slice_of(text, 200))) < 64);
}

static enum error settle(enum permission permission, abilities actions,
			 struct scope *scope)
{
	*scope = (struct scope){ permission, actions, 900 };
	return scope_settle(scope, "/objects/7", &problem);
}

static void test_settle(void **state)
{
	struct scope scope;

	(void)state;
	assert_int_equal(settle(PERMISSION_OBJECT_READ_ONLY, 0, &scope),
			 ERROR_NONE);
	assert_int_equal(scope.permission, PERMISSION_OBJECT_READ_ONLY);
	assert_int_equal(scope.actions, 0);

	assert_int_equal(settle(PERMISSION_NONE, set_of("PutObject"), &scope),
			 ERROR_NONE);
	assert_int_equal(scope.permission, PERMISSION_NONE);
	assert_int_equal(scope.actions, set_of("PutObject"));

	/* Never both: the narrower of the two is sent. */
	assert_int_equal(settle(PERMISSION_OBJECT_READ_WRITE,
				set_of("GetObject"), &scope),
			 ERROR_NONE);
	assert_int_equal(scope.permission, PERMISSION_NONE);
	assert_int_equal(scope.actions, set_of("GetObject"));
	assert_int_equal(scope.ttl, 900);
}

static void test_settle_write_only(void **state)
{
	struct scope scope;

	(void)state;
	assert_int_equal(settle(PERMISSION_OBJECT_WRITE_ONLY, 0, &scope),
			 ERROR_NONE);
	assert_int_equal(scope.permission, PERMISSION_NONE);
	assert_int_equal(scope.actions, set_of(UPLOAD));
	assert_int_equal(settle(PERMISSION_OBJECT_WRITE_ONLY,
				set_of("PutObject"), &scope),
			 ERROR_NONE);
	assert_int_equal(scope.actions, set_of("PutObject"));
	assert_int_equal(settle(PERMISSION_OBJECT_WRITE_ONLY,
				set_of("UploadPartCopy"), &scope),
			 ERROR_BAD_VALUE);
}

static void test_settle_refuses(void **state)
{
	struct scope scope;

	(void)state;
	assert_int_equal(settle(PERMISSION_OBJECT_READ_ONLY,
				set_of("GetObject DeleteObject"), &scope),
			 ERROR_BAD_VALUE);
	assert_string_equal(problem.message, "actions: DeleteObject isn't part "
					     "of object-read-only");
	assert_string_equal(problem.pointer, "/objects/7/actions");
	assert_int_equal(settle(PERMISSION_NONE, 0, &scope),
			 ERROR_MISSING_FIELD);
	assert_string_equal(problem.pointer, "/objects/7/permission");
}

static void test_abilities(void **state)
{
	struct scope scope = { PERMISSION_OBJECT_READ_ONLY, 0, 1 };

	(void)state;
	assert_int_equal(scope_abilities(&scope), set_of(READ));
	scope = (struct scope){ PERMISSION_NONE, set_of("PutObject"), 1 };
	assert_int_equal(scope_abilities(&scope), set_of("PutObject"));
	scope = (struct scope){ PERMISSION_NONE, 0, 1 };
	assert_int_equal(scope_abilities(&scope), 0);
}

static void test_text(void **state)
{
	struct scope scope = { PERMISSION_ADMIN_READ_ONLY, 0, 1 };
	char text[SCOPE_TEXT_MAX];

	(void)state;
	scope_text(&scope, text);
	assert_string_equal(text, "admin-read-only");
	scope = (struct scope){ PERMISSION_NONE, set_of("UploadPart PutObject"),
				1 };
	scope_text(&scope, text);
	assert_string_equal(text, "PutObject,UploadPart");
	scope.actions = BIT(ACTION_COUNT) - 1;
	scope_text(&scope, text);
	assert_true(strlen(text) < SCOPE_TEXT_MAX - 1);
	assert_non_null(strstr(text, ",CompleteMultipartUpload"));
	scope.actions = 0;
	scope_text(&scope, text);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_permission_abilities),
		cmocka_unit_test(test_permission_within),
		cmocka_unit_test(test_permission_names),
		cmocka_unit_test(test_permission_did_you_mean),
		cmocka_unit_test(test_action_names),
		cmocka_unit_test(test_action_twice),
		cmocka_unit_test(test_bucket_names),
		cmocka_unit_test(test_key_length),
		cmocka_unit_test(test_key_bytes),
		cmocka_unit_test(test_dot_segments),
		cmocka_unit_test(test_quote),
		cmocka_unit_test(test_settle),
		cmocka_unit_test(test_settle_write_only),
		cmocka_unit_test(test_settle_refuses),
		cmocka_unit_test(test_abilities),
		cmocka_unit_test(test_text),
	};

	return UNIT_RUN(tests);
}
