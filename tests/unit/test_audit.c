/* audit: what the log's lines say. */
#include "unit.h"

#include <stdbool.h>
#include <unistd.h>

#include "lib/audit/line.h"
#include "lib/audit/request.h"

/* The call for memory at which it is out; 0 for none. */
static int out_at, asked;

static bool is_out(void)
{
	return ++asked == out_at;
}

#define buffer_add(...) (!is_out() && buffer_add(__VA_ARGS__))
#define buffer_reserve(...) (!is_out() && buffer_reserve(__VA_ARGS__))
#define buffer_format(...) (!is_out() && buffer_format(__VA_ARGS__))
#include "lib/audit/line.c"
#undef buffer_add
#undef buffer_reserve
#undef buffer_format

static bool id_or_not(struct audit_ids *ids, char *id);

#define audit_request_id id_or_not
#include "lib/audit/audit.c"
#undef audit_request_id

#include "logged.h"

/* Whether the system has no random numbers. */
static bool has_no_ids;

static bool id_or_not(struct audit_ids *ids, char *id)
{
	return !has_no_ids && audit_request_id(ids, id);
}

static void test_lines(void **state)
{
	struct problem problem = {
		.error = ERROR_ACCESS_DENIED,
		.pointer = "/bucket",
		.message = "quotes what was sent",
	};
	struct json_object *line;
	struct audit audit;

	(void)state;
	assert_int_equal(audit_open(&audit, log_path, true, &problem), 0);
	assert_int_equal(audit_issue(&audit, &who, &record), 0);
	assert_int_equal(audit_outcome(&audit, &who, "complete", 3, 1234), 0);
	problem.error = ERROR_ACCESS_DENIED;
	assert_int_equal(audit_refusal(&audit, &who, 403, &problem), 0);
	audit_close(&audit);

	line = line_of_log(0);
	assert_string_equal(text_of(line, "event"), "issue");
	assert_string_equal(text_of(line, "request"), who.id);
	assert_string_equal(text_of(line, "user"), "ann \"\x01\xef\xbf\xbd");
	assert_string_equal(text_of(line, "bucket"), "bucket-1");
	assert_string_equal(text_of(line, "permission"), "object-read-only");
	assert_string_equal(text_of(line, "count"), "3");
	assert_int_equal(strlen(text_of(line, "scopes")), 64);
	json_object_put(line);
	line = line_of_log(1);
	assert_string_equal(text_of(line, "result"), "complete");
	assert_string_equal(text_of(line, "bytes"), "1234");
	json_object_put(line);
	line = line_of_log(2);
	assert_string_equal(text_of(line, "status"), "403");
	assert_string_equal(text_of(line, "code"), "10003");
	assert_null(strstr(json_object_to_json_string(line), "quotes"));
	json_object_put(line);
}

/* One line for many refusals has an id of its own, or is not written. */
static void test_sum(void **state)
{
	const struct audit_refusals refusals = {
		.count = 7,
		.first = INT64_C(1770000000),
		.last = INT64_C(1770000059),
		.unauthorized = 4,
		.forbidden = 2,
	};
	struct problem problem;
	struct json_object *line;
	struct audit audit;

	(void)state;
	unlink(log_path);
	assert_int_equal(audit_open(&audit, log_path, false, &problem), 0);
	has_no_ids = true;
	assert_int_equal(audit_sum(&audit, &refusals), ERROR_UNAVAILABLE);
	has_no_ids = false;
	assert_int_equal(audit_sum(&audit, &refusals), 0);
	audit_close(&audit);
	line = line_of_log(0);
	assert_string_equal(text_of(line, "event"), "refusals");
	assert_int_equal(strlen(text_of(line, "request")), REQUEST_ID_LENGTH);
	assert_string_equal(text_of(line, "count"), "7");
	assert_string_equal(text_of(line, "first"), "2026-02-02T02:40:00Z");
	assert_string_equal(text_of(line, "last"), "2026-02-02T02:40:59Z");
	assert_string_equal(text_of(line, "status401"), "4");
	assert_string_equal(text_of(line, "status403"), "2");
	json_object_put(line);
}

/* A log that could not be written is found well again by a line that says no
 * more than that. */
static void test_retry(void **state)
{
	struct problem problem;
	struct json_object *line;
	struct audit audit;

	(void)state;
	unlink(log_path);
	assert_int_equal(audit_open(&audit, "/dev/full", false, &problem), 0);
	assert_int_equal(audit_retry(&audit, &who), ERROR_UNAVAILABLE);
	assert_true(audit.failed);
	assert_non_null(strstr(audit.why, "No space left"));
	audit.path = log_path;
	assert_int_equal(audit_reopen(&audit, &problem), 0);
	assert_int_equal(audit_retry(&audit, &who), 0);
	assert_false(audit.failed);
	audit_close(&audit);
	line = line_of_log(0);
	assert_string_equal(text_of(line, "event"), "retry");
	assert_string_equal(text_of(line, "request"), who.id);
	json_object_put(line);
}

/* Wherever memory is out, no line is written rather than a part of one. */
static void test_no_memory(void **state)
{
	struct problem problem;
	struct json_object *line;
	struct audit audit;

	(void)state;
	unlink(log_path);
	assert_int_equal(audit_open(&audit, log_path, false, &problem), 0);
	for (out_at = 1; out_at < 1000; out_at++) {
		asked = 0;
		if (audit_issue(&audit, &who, &record) == ERROR_NONE)
			break;
		assert_true(audit.failed);
		assert_non_null(strstr(audit.why, "memory is out"));
		/* Nothing is tried once it has failed. */
		assert_int_equal(asked, out_at);
		assert_int_equal(lseek(audit.file, 0, SEEK_END), 0);
	}
	assert_in_range(out_at, 20, 999);
	assert_int_equal(asked, out_at - 1);
	out_at = 0;
	audit_close(&audit);
	line = line_of_log(0);
	assert_string_equal(text_of(line, "event"), "issue");
	json_object_put(line);
}

static void test_scopes(void **state)
{
	static const char text[] =
		"bucket-1\tobject-read-only\t900\tobject\t\"a\\\"b\"\n"
		"bucket-1\tPutObject\t60\tprefix\t\"up/\"\n"
		"bucket-1\tobject-read-only\t900\tbucket\t\"\"\n";
	struct scope put = { PERMISSION_NONE, 0, 60 };
	struct audit_scopes scopes;
	struct problem problem;
	uint8_t ours[DIGEST_SIZE], expected[DIGEST_SIZE];

	(void)state;
	assert_int_equal(action_parse(slice_text("PutObject"), "", &put.actions,
				      &problem),
			 0);
	audit_scopes_begin(&scopes, record.bucket);
	audit_scopes_add(&scopes, &record.scope, "object", slice_text("a\"b"));
	audit_scopes_add(&scopes, &put, "prefix", slice_text("up/"));
	audit_scopes_add(&scopes, &record.scope, "bucket", slice_of("", 0));
	audit_scopes_end(&scopes, ours);
	digest_sha256(text, strlen(text), expected);
	assert_memory_equal(ours, expected, DIGEST_SIZE);
}

static void test_ids_differ(void **state)
{
	static char seen[100][REQUEST_ID_LENGTH + 1];
	struct audit_ids ids = { 0 };

	(void)state;
	for (size_t i = 0; i < 100; i++) {
		assert_true(audit_request_id(&ids, seen[i]));
		assert_int_equal(strspn(seen[i], "0123456789abcdef"),
				 REQUEST_ID_LENGTH);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(seen[i], seen[j]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_sum),
		cmocka_unit_test(test_retry),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_scopes),
		cmocka_unit_test(test_ids_differ),
	};
	int failed;

	if (!mkdtemp(directory)) {
		printf("Bail out! no temporary directory\n");
		return 1;
	}
	snprintf(log_path, sizeof(log_path), "%s/audit.jsonl", directory);
	failed = UNIT_RUN(tests);
	unlink(log_path);
	rmdir(directory);
	return failed;
}
