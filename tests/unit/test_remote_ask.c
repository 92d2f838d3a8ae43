/*
 * remote, remote_ask, remote_refusal: what `mintage mint --url` says where the
 * service can't be asked, or answers something else. The answers are the test's.
 */
#include "answered.h"

#include <sys/stat.h>

#include "cgi/cli/fields.h"

/* Which step of those that ask, counted from 0, finds something else. */
static int changed_at = -1;

static enum manifest_step step(struct manifest *manifest, struct entry *entry,
			       struct problem *problem)
{
	if (changed_at >= 0 && changed_at-- == 0) {
		problem_set(problem, ERROR_MALFORMED, NULL, "changed");
		return MANIFEST_BROKEN;
	}
	return manifest_next(manifest, entry, problem);
}

/* What was printed is not where it belongs. */
static bool is_lost_at_end;

static enum cli_status end(struct cli_output *output)
{
	enum cli_status status = cli_output_end(output);

	return is_lost_at_end ? CLI_FAILED : status;
}

#define cli_output_end end
#define upstream_ask ask
#define manifest_next step
#define send send_part
#include "cgi/cli/remote_ask.c"
#undef manifest_next
#include "cgi/cli/remote.c"
#include "cgi/cli/remote_refusal.c"
#undef cli_output_end
#undef upstream_ask
#undef send

#include "spoken.h"

#define URL "http://127.0.0.1/mint"
#define ACCOUNT "023e105f4ecef8ad9ca31a8372d0c353"

static char path_of_token[] = "/tmp/mintage-token-XXXXXX";

extern const struct command mint_command;

/* Run `mintage mint --url` for the objects "a" and "b" with two more words, and
 * tell all that was written. It must fail after as many calls as there are
 * answers. */
static const char *mint(const char *word, const char *other,
			const struct reply *answers, size_t count)
{
	const char *const given[] = { "mint",         "--url",       URL,
				      "--token-file", path_of_token, "--bucket",
				      "shared",       "--object",    "a",
				      "--object",     "b",           word,
				      other };
	char copies[13][64], *words[14] = { NULL };
	enum cli_status status;
	const char *said;

	replies = answers;
	reply_count = count;
	for (size_t i = 0; i < 13; i++) {
		snprintf(copies[i], sizeof(copies[i]), "%s", given[i]);
		words[i] = copies[i];
	}
	optind = 0; /* getopt begins anew */
	spoken_begin();
	status = mint_command.run(&mint_command, 13, words);
	said = spoken_end();
	assert_int_equal(status, CLI_FAILED);
	assert_int_equal(reply_count, 0);
	return said;
}

/* For whatever is asked first: for one credential, for one each, and for the
 * account that was not named. */
static void assert_fails(const struct reply *answer, const char *said)
{
	assert_string_equal(mint("--account", ACCOUNT, answer, 1), said);
	assert_string_equal(mint("--account=" ACCOUNT, "--each", answer, 1),
			    said);
	if (answer->status == 0)
		assert_string_equal(mint("--ttl", "60", answer, 1), said);
}

/* The account that was not named is the only one that the service tells of. */
static void test_which_account(void **state)
{
	static const struct reply none = { .status = 200,
					   .body = "{\"caller\":{}}" };
	static const struct reply several = {
		.status = 200,
		.body = "{\"caller\":{\"accounts\":[{\"id\":\"" ACCOUNT "\"},"
			"{\"id\":\"f9e8d7c6b5a4938271605f4e3d2c1b0a\"}]}}",
	};

	(void)state;
	assert_string_equal(
		mint("--ttl", "60", &none, 1),
		"mintage: " URL " tells of no account of yours: check that "
		"the token is a caller's there, and that Mintage is mounted "
		"at this address\n");
	assert_string_equal(mint("--ttl", "60", &several, 1),
			    "mintage: " URL " has several accounts: name one "
			    "by --account\n");
}

static void test_no_answer(void **state)
{
	static const struct reply lost = { .is_lost = true };
	static const struct reply failed = { .failure = "it hung up" };

	(void)state;
	assert_fails(&lost, "mintage: no helper\n");
	assert_fails(&failed, "mintage: " URL ": it hung up\n");
}

static void test_refusals(void **state)
{
	/* The messages that can be read are said, whatever follows. */
	static const struct {
		const char *body, *said;
	} table[] = {
		{ "{\"success\":false,\"errors\":[{\"code\":1,\"message\":"
		  "\"no such bucket\"}],\"messages\":[]}",
		  "mintage: no such bucket\n" },
		{ "{\"errors\":[{\"message\":\"first\"},{\"message\":7}]}",
		  "mintage: first\n" },
		{ "{\"errors\":[{\"message\":\"first\"},"
		  "{\"message\":\"\\ud800\"}]}",
		  "mintage: first\n" },
		{ "{\"errors\":[{\"message\":\"first\"},"
		  "{\"pointer\":\"/\\ud800\"}]}",
		  "mintage: first\n" },
		{ "{\"errors\":{\"message\":\"first\"}}", NULL },
		{ "{\"success\":[false],\"result\":{]", NULL },
		{ "{\"errors\":[{\"message\":\"first\"", "mintage: first\n" },
		{ "[]", NULL },
		{ "<html>", NULL },
		{ "", NULL },
	};
	static const char other[] = "mintage: " URL ": answered 403, and not "
				    "as Mintage does\n";

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct reply reply = { .status = 403, .body = table[i].body };

		assert_fails(&reply, table[i].said ? table[i].said : other);
	}
}

/* A manifest that is another one when it is read again is no longer trusted. */
static void test_changed_manifest(void **state)
{
	static const char said[] = "mintage: the manifest was changed while it "
				   "was read\n";

	(void)state;
	/* It is read twice: its requests are counted before any is sent. */
	for (int number = 0; number < 6; number++) {
		changed_at = number;
		assert_string_equal(
			mint("--account=" ACCOUNT, "--each", NULL, 0), said);
		assert_int_equal(changed_at, -1);
	}
}

/* An answer that could not be printed replaces no file. */
static void test_lost_output(void **state)
{
	static const struct reply good = { .status = 200, .body = "{}" };
	char path[] = "/tmp/mintage-output-XXXXXX", option[64], line[128];
	int file = mkstemp(path);
	struct stat before, after;

	(void)state;
	assert_true(file >= 0);
	snprintf(option, sizeof(option), "--output=%s", path);
	snprintf(line, sizeof(line),
		 "mintage: %s: nothing was written there, because the answer "
		 "is not whole\n",
		 path);
	is_lost_at_end = true;
	assert_string_equal(mint("--account=" ACCOUNT, option, &good, 1), line);
	is_lost_at_end = false;
	assert_int_equal(fstat(file, &before), 0);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_int_equal(after.st_size, 0);
	close(file);
	assert_int_equal(unlink(path), 0);
}

static void test_no_token(void **state)
{
	char said[256];

	(void)state;
	snprintf(said, sizeof(said),
		 "mintage: %s: can't be opened: No such file or directory\n",
		 path_of_token);
	assert_int_equal(unlink(path_of_token), 0);
	assert_string_equal(mint("--account", ACCOUNT, NULL, 0), said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_which_account),
		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_changed_manifest),
		cmocka_unit_test(test_lost_output),
		cmocka_unit_test(test_no_token),
	};
	int file = mkstemp(path_of_token), failed;

	if (file < 0 || dprintf(file, "Token-%032d\n", 0) < 0)
		return 1;
	close(file);
	failed = UNIT_RUN(tests);
	(void)unlink(path_of_token);
	return failed;
}
