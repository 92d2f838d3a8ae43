/* Settling what was asked for, and what a scope allows. */
#include "unit.h"

#include "lib/sign/scope.h"

#define BIT(i) (UINT32_C(1) << (i))

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
#define UPLOAD                                                             \
	"PutObject CreateMultipartUpload UploadPart AbortMultipartUpload " \
	"CompleteMultipartUpload"

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
	/* Actions narrow the permission beside them. */
	scope = (struct scope){ PERMISSION_OBJECT_READ_WRITE,
				set_of("GetObject"), 1 };
	assert_int_equal(scope_abilities(&scope), set_of("GetObject"));
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
		cmocka_unit_test(test_settle),
		cmocka_unit_test(test_settle_write_only),
		cmocka_unit_test(test_settle_refuses),
		cmocka_unit_test(test_abilities),
		cmocka_unit_test(test_text),
	};

	return UNIT_RUN(tests);
}
