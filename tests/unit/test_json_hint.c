/* json_hint: what is found in a document that is broken behind it. */
#include "unit.h"

#include "lib/manifest/json_hint.h"

static void test_broken(void **state)
{
	static const struct {
		const char *text, *array, *key;
	} rows[] = {
		{ "[{\"path\":\"a\"}]", "", "path" },
		{ "{\"files\":[{\"size\":1,\"path\":\"a\"}]}", "files",
		  "path" },
		/* A value that is none, or breaks off, ends the object. */
		{ "[{\"path\":\"a\",\"b\":c}]", "", "path" },
		{ "[{\"path\":\"a\",\"b\":[1,}]", "", "path" },
		{ "[{\"path\":\"a\",\"b\":{\"c\"", "", "path" },
		{ "{\"files\":[{\"path\":\"a\",", "files", "path" },
	};
	static const char *const none[] = {
		"",
		"1",
		"[1]",
		"[{\"path\":a}]",
		"[{\"path\":1}]",
		"[{\"b\":[1,},\"path\":\"a\"}]",
		"{\"files\":{,\"more\":[{\"path\":\"a\"}]}",
	};
	struct json_hint hint;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!json_hint_find(slice_text(rows[i].text), &hint))
			fail_msg("%s: nothing", rows[i].text);
		assert_string_equal(hint.array, rows[i].array);
		assert_string_equal(hint.key, rows[i].key);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		if (json_hint_find(slice_text(none[i]), &hint))
			fail_msg("%s: '%s'", none[i], hint.key);
	}
}

/* A text that is not a JSON object has no members. */
static void test_no_object(void **state)
{
	struct manifest_names names = { 0 };

	(void)state;
	json_hint_members(slice_text("[\"path\"]"), &names);
	json_hint_members(slice_text(""), &names);
	assert_int_equal(names.count, 0);
	json_hint_members(slice_text("{\"path\":\"a\"}"), &names);
	assert_int_equal(names.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_no_object),
	};

	return UNIT_RUN(tests);
}
