/* Permissions: their names, and which actions each allows. */
#include "unit.h"

#include "lib/sign/method.h"
#include "lib/sign/permission.h"

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

/* A link of each method does one thing, and one of none does nothing. */
static void test_method_abilities(void **state)
{
	(void)state;
	assert_int_equal(method_abilities(METHOD_NONE), 0);
	assert_int_equal(method_abilities(METHOD_GET), set_of("GetObject"));
	assert_int_equal(method_abilities(METHOD_HEAD), set_of("HeadObject"));
	assert_int_equal(method_abilities(METHOD_PUT), set_of("PutObject"));
	assert_int_equal(method_abilities(METHOD_DELETE),
			 set_of("DeleteObject"));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_permission_abilities),
		cmocka_unit_test(test_method_abilities),
		cmocka_unit_test(test_permission_within),
		cmocka_unit_test(test_permission_names),
		cmocka_unit_test(test_permission_did_you_mean),
	};

	return UNIT_RUN(tests);
}
