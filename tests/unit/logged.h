/*
 * logged - a log in a folder of the test's own, what is recorded there, and its
 * lines as they are read back. For the tests of the audit log.
 */
#ifndef MINTAGE_TESTS_UNIT_LOGGED_H
#define MINTAGE_TESTS_UNIT_LOGGED_H

#include <json-c/json.h>

#include "lib/audit/audit.h"

static char directory[] = "/tmp/mintage-audit-XXXXXX";
static char log_path[sizeof(directory) + 16];

static struct audit_request who = {
	.id = "0123456789abcdef0123456789abcdef",
	.caller = "web",
	.user = "ann \"\x01\xff",
	.remote = "192.0.2.1",
	.route = "batch",
};

static struct audit_issue record = {
	.account_id = SLICE("0123"),
	.access_key_id = SLICE("abcd"),
	.bucket = SLICE("bucket-1"),
	.scope = { PERMISSION_OBJECT_READ_ONLY, 0, 900 },
	.count = 3,
};

/* The log's line number `line`, parsed; the caller puts it. */
static struct json_object *line_of_log(int line)
{
	static char text[65536];
	FILE *file = fopen(log_path, "r");
	struct json_object *parsed;

	assert_non_null(file);
	for (int i = 0; i <= line; i++)
		assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	parsed = json_tokener_parse(text);
	assert_non_null(parsed);
	return parsed;
}

static const char *text_of(struct json_object *object, const char *name)
{
	struct json_object *member = NULL;

	assert_true(json_object_object_get_ex(object, name, &member));
	return json_object_get_string(member);
}

#endif
