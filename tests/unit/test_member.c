/* manifest_member: each member has a name, and a number that is none is refused
 * without reading a table beyond its end. */
#include "unit.h"

#include "lib/manifest/member.h"

static void test_names(void **state)
{
	(void)state;
	for (int i = 0; i < MEMBER_COUNT; i++) {
		assert_int_equal(manifest_member_pointers[i][0], '/');
		assert_string_equal(manifest_member_pointers[i] + 1,
				    manifest_member_names[i]);
	}
}

static void test_no_member(void **state)
{
	static struct entry_scratch scratch;
	struct entry entry;
	struct problem problem;

	(void)state;
	memset(&entry, 0, sizeof(entry));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(manifest_member_set(&scratch, &entry,
						     (enum manifest_member)(
							     MEMBER_COUNT + i),
						     slice_text("a"), &problem),
				 ERROR_INTERNAL);
		assert_string_equal(problem.message,
				    "an entry has no such member");
	}
	assert_false(entry.own_scope);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_no_member),
	};

	return UNIT_RUN(tests);
}
