/*
 * ownership: whose groups are private. The files of users and groups are the
 * test's own.
 */
#include "unit.h"

#include <stdbool.h>

#include "lib/base/opener.h"

static const char *users, *groups;

/* A file of that text; NULL where it can't be opened. */
static FILE *fake_stream(const char *path)
{
	const char *text = strcmp(path, "/etc/passwd") == 0 ? users : groups;

	return text ? fmemopen((char *)(uintptr_t)text, strlen(text), "r") :
		      NULL;
}

#define opener_stream fake_stream
#include "lib/base/ownership.c"
#undef opener_stream

#define ROOT "root:x:0:0:::\n"
#define MINT "mint:x:990:990:::\n"
#define WEB "web:x:33:33:::\n"
#define ANN "ann:x:1000:1000:::\n"
#define ALL ROOT MINT WEB ANN

static void test_private_groups(void **state)
{
	static const struct {
		const char *users, *groups;
		bool is_private;
	} rows[] = {
		{ ALL, "mint:x:990:\n", true },
		{ ALL, "a:x:1:ann\nmint:x:990:\nb:x:2:ann\n", true },
		{ ALL, "mint:x:990:mint\n", true },
		{ ALL, "mint:x:990:mint,root\n", true },
		{ ALL, "mint:x:990:web\n", true },
		{ ALL, "mint:x:990:ann\n", false },
		{ ALL, "mint:x:990:mint,ann\n", false },
		{ ALL, "mint:x:990:ann,mint\n", false },
		/* A member whom nobody knows may be anyone. */
		{ ALL, "mint:x:990:gone\n", false },
		{ ALL, "mint:x:990:mint,gone\n", false },
		/* Two lines of one number are one group. */
		{ ALL, "mint:x:990:\nmint2:x:990:ann\n", false },
		{ ALL, "mint2:x:990:ann\nmint:x:990:\n", false },
		/* A user whose own group it is, is in it without being told. */
		{ ALL "eve:x:1001:990:::\n", "mint:x:990:\n", false },
		{ ROOT WEB, "mint:x:990:\n", true },
		/* Two users of one name: who is meant? */
		{ ALL "mint:x:1002:5:::\n", "mint:x:990:mint\n", false },
		/* What can't be known is not private. */
		{ ALL, "web:x:33:\n", false },
		{ ALL, NULL, false },
		{ NULL, "mint:x:990:\n", false },
		{ NULL, "mint:x:990:mint\n", false },
	};
	const struct ownership ours = { .user = 990, .other = 33 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		users = rows[i].users;
		groups = rows[i].groups;
		if (is_private_group(&ours, 990) != rows[i].is_private)
			fail_msg("row %zu: '%s' is wrong", i, groups);
	}
}

static void test_names(void **state)
{
	char name[64];

	(void)state;
	users = ALL;
	assert_string_equal(user_name(name, 33), "web");
	assert_string_equal(user_name(name, 0), "root");
	assert_string_equal(user_name(name, 77), "77");
	users = NULL;
	assert_string_equal(user_name(name, 33), "33");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_private_groups),
		cmocka_unit_test(test_names),
	};

	return UNIT_RUN(tests);
}
