/*
 * token create, token roll, token list: what becomes of a token where
 * Cloudflare answers something else than it should, and what is printed to be
 * pasted. The answers are the test's.
 */
#include "unit.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgi/cli/api.h"
#include "lib/config/file.h"

/* What each call is answered: a result, or the reason why there is no answer. */
struct reply {
	unsigned status;
	const char *result, *lost;
};

static const struct reply *replies;
static size_t reply_count;
static char last_method[8];

static enum error ask(struct upstream *upstream,
		      const struct upstream_batch *batch,
		      const struct upstream_call *call,
		      struct upstream_answer *answer, struct problem *problem)
{
	static char body[1024];
	const struct reply *reply = replies;

	(void)upstream;
	(void)batch;
	assert_true(reply_count > 0);
	replies++;
	reply_count--;
	snprintf(last_method, sizeof(last_method), "%s", call->method);
	if (reply->lost)
		return problem_set(problem, ERROR_UNAVAILABLE, NULL, "%s",
				   reply->lost);
	snprintf(body, sizeof(body), "{\"success\":%s,\"result\":%s}",
		 reply->status == 200 ? "true" : "false", reply->result);
	*answer = (struct upstream_answer){ .status = reply->status,
					    .body = slice_text(body) };
	return ERROR_NONE;
}

/* So many texts more can be added to the body of a request. */
static int texts_left = 1000;

__attribute__((format(printf, 2, 3))) static bool format(struct buffer *to,
							 const char *text, ...)
{
	char made[256];
	va_list list;
	int length;

	va_start(list, text);
	length = vsnprintf(made, sizeof(made), text, list);
	va_end(list);
	assert_in_range(length, 0, sizeof(made) - 1);
	return texts_left-- > 0 && buffer_add(to, made, (size_t)length);
}

static bool is_full;

#define upstream_ask ask
#include "cgi/cli/api.c"
#undef upstream_ask
#define buffer_format format
#include "cgi/cli/token_making.c"
#undef buffer_format

static enum cli_status fill(int file, const char *path, struct slice secret)
{
	if (!is_full)
		return cli_secret_fill(file, path, secret);
	close(file);
	return cli_complain("%s: the disk is full", path);
}

#define cli_secret_fill fill
#include "cgi/cli/token_create.c"
#undef cli_secret_fill

#include "cgi/cli/token_create.h"
#include "cgi/cli/token_list.h"
#include "cgi/cli/token_roll.h"
#include "spoken.h"

#define ID "0123456789abcdef0123456789abcdef"
#define OTHER_ACCOUNT "55555555555555555555555555555555"
#define PORTAL "b2f1a3c4d5e6f708192a3b4c5d6e7f80"
#define GROUPS_RESULT                                                 \
	"[{\"id\":\"" PORTAL "\",\"name\":\"Another\"},{\"id\":\"" ID \
	"\",\"name\":\"Workers R2 Storage Bucket Item Read\"}]"
#define MADE "{\"id\":\"" ID "\",\"value\":\"Value-0123456789-0123456789\"}"
#define MAYBE_MADE                                                          \
	"mintage: a token may have been made all the same: 'mintage token " \
	"list' shows it as \"mintage fresh\"; revoke it\n"

static char folder[] = "/tmp/mintage-token-XXXXXX";
static char conf[64], api_token[64], secret[64], fresh[64];

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(chmod(path, 0600), 0);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* A configuration whose account has this name, and a parent. */
static void write_config(const char *account)
{
	char text[1024];

	snprintf(text, sizeof(text),
		 "[mintage]\naudit-log = %s/log\n"
		 "[account %s]\nid = 023e105f4ecef8ad9ca31a8372d0c353\n"
		 "[parent portal]\naccount = %s\n"
		 "access-key-id = " PORTAL "\n"
		 "secret-access-key-file = %s\n"
		 "permission = object-read-write\nbuckets = shared\n",
		 folder, account, account, secret);
	write_file(conf, text);
}

/* Run the command with these words, and tell all that it wrote. */
static const char *run_words(const struct command *command,
			     enum cli_status wanted, const char *const *words,
			     const struct reply *answers, size_t count)
{
	char copies[16][64], *arguments[17] = { NULL };
	enum cli_status status;
	const char *said;
	int length = 0;

	for (; words[length]; length++) {
		snprintf(copies[length], sizeof(copies[0]), "%s",
			 words[length]);
		arguments[length] = copies[length];
	}
	replies = answers;
	reply_count = count;
	optind = 0; /* getopt begins anew */
	spoken_begin();
	status = command->run(command, length, arguments);
	said = spoken_end();
	assert_int_equal(status, wanted);
	assert_int_equal(reply_count, 0);
	return said;
}

static const char *create_one(enum cli_status wanted, const char *bucket,
			      const struct reply *answers, size_t count)
{
	const char *const words[] = { "create",
				      "--config",
				      conf,
				      "--account",
				      OTHER_ACCOUNT,
				      "--bucket",
				      bucket,
				      "--permission",
				      "object-read-only",
				      "--name",
				      "fresh",
				      "--ip=192.0.2.1",
				      "--expires=90d",
				      "--api-token-file",
				      api_token,
				      NULL };

	return run_words(&token_create_command, wanted, words, answers, count);
}

static const char *roll_one(enum cli_status wanted, const char *option,
			    const struct reply *answers, size_t count)
{
	const char *const words[] = { "roll",    "--api-token-file",
				      api_token, "--config",
				      conf,      "portal",
				      option,    NULL };

	return run_words(&token_roll_command, wanted, words, answers, count);
}

/* ---- create --------------------------------------------------------------- */

/* The account of no section yet is printed too, and all can be pasted. */
static void test_new_account(void **state)
{
	static const struct reply good[] = { { 200, GROUPS_RESULT, NULL },
					     { 200, MADE, NULL } };
	static const struct {
		const char *there, *bucket, *name, *more;
	} table[] = {
		{ "other", "one:eu", "main", "jurisdiction = eu\n" },
		{ "other", "one", "main", "" },
		{ "main", "one", OTHER_ACCOUNT, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char wanted[1024];
		const char *said;
		struct problem problem;
		struct config *config;
		struct buffer all = { 0 };

		write_config(table[i].there);
		said = create_one(CLI_DONE, table[i].bucket, good, 2);
		snprintf(wanted, sizeof(wanted),
			 "[account %s]\nid = " OTHER_ACCOUNT "\n%s\n"
			 "[parent fresh]\naccount = %s\naccess-key-id = " ID
			 "\nsecret-access-key-file = %s\n"
			 "permission = object-read-only\nbuckets = one\n",
			 table[i].name, table[i].more, table[i].name, fresh);
		said = strstr(said, "[account");
		assert_non_null(said);
		assert_string_equal(said, wanted);
		assert_int_equal(config_file_read(&all, conf, &problem), 0);
		assert_true(buffer_add(&all, wanted, strlen(wanted)));
		assert_int_equal(config_load_text(&config, conf,
						  buffer_slice(&all), &problem),
				 ERROR_NONE);
		config_free(config);
		buffer_free(&all);
		assert_int_equal(unlink(fresh), 0);
	}
}

/* No file is left, and it is said what was. */
static void assert_fails(const struct reply *answers, size_t count,
			 const char *wanted)
{
	const char *said = create_one(CLI_FAILED, "one", answers, count);

	assert_string_equal(said, wanted);
	assert_int_equal(access(fresh, F_OK), -1);
}

static void test_groups(void **state)
{
	static const struct reply no_list = { 200, "{}", NULL };
	static const struct reply no_text = { 200, "[7]", NULL };
	static const struct reply none = {
		200, "[{\"id\":\"" ID "\",\"name\":\"Another\"}]", NULL
	};

	(void)state;
	write_config("main");
	assert_fails(&no_list, 1, "mintage: Cloudflare's answer is no list\n");
	assert_fails(&none, 1,
		     "mintage: Cloudflare names no permission group 'Workers "
		     "R2 Storage Bucket Item Read' to this API token\n");
	assert_true(strstr(create_one(CLI_FAILED, "one", &no_text, 1),
			   "mintage: ") != NULL);
}

/* Whatever comes back, unless it is a refusal: the token may be there. */
static void test_token_may_be_made(void **state)
{
	static const struct reply lost[] = {
		{ 200, GROUPS_RESULT, NULL }, { 0, NULL, "the helper is gone" }
	};
	static const struct reply short_value[] = {
		{ 200, GROUPS_RESULT, NULL },
		{ 200, "{\"id\":\"" ID "\",\"value\":\"short\"}", NULL }
	};
	static const struct reply no_object[] = { { 200, GROUPS_RESULT, NULL },
						  { 200, "[]", NULL } };
	static const struct reply refused[] = { { 200, GROUPS_RESULT, NULL },
						{ 400, "null", NULL } };
	const char *said;

	(void)state;
	write_config("main");
	assert_fails(lost, 2, MAYBE_MADE "mintage: the helper is gone\n");
	assert_fails(short_value, 2,
		     MAYBE_MADE "mintage: Cloudflare's answer holds no token; "
				"see 'mintage token list'\n");
	said = create_one(CLI_FAILED, "one", no_object, 2);
	assert_memory_equal(said, MAYBE_MADE, strlen(MAYBE_MADE));
	said = create_one(CLI_FAILED, "one", refused, 2);
	assert_null(strstr(said, "may have been made"));
	assert_int_equal(access(fresh, F_OK), -1);
}

/* Without memory for the whole request nothing is asked for. */
static void test_no_memory(void **state)
{
	static const struct reply good[] = { { 200, GROUPS_RESULT, NULL },
					     { 200, MADE, NULL } };
	int count = 0;

	(void)state;
	write_config("main");
	for (; count < 8; count++) {
		texts_left = count;
		assert_fails(good, 1, "mintage: out of memory\n");
		assert_string_equal(last_method, "GET");
	}
	texts_left = count;
	(void)create_one(CLI_DONE, "one", good, 2);
	assert_string_equal(last_method, "POST");
	assert_int_equal(texts_left, 0);
	texts_left = 1000;
	assert_int_equal(unlink(fresh), 0);
}

/* The secret can't be kept: the token is revoked, or named. */
static void test_taken_back(void **state)
{
	static const struct reply good[] = { { 200, GROUPS_RESULT, NULL },
					     { 200, MADE, NULL },
					     { 200, "{}", NULL } };
	static const struct reply lost[] = { { 200, GROUPS_RESULT, NULL },
					     { 200, MADE, NULL },
					     { 0, NULL, "gone" } };
	char text[256];

	(void)state;
	write_config("main");
	is_full = true;
	snprintf(text, sizeof(text), "mintage: %s: the disk is full\n", fresh);
	assert_fails(good, 3, text);
	assert_string_equal(last_method, "DELETE");
	snprintf(text, sizeof(text),
		 "mintage: %s: the disk is full\n"
		 "mintage: the token " ID " is left over: revoke it\n",
		 fresh);
	assert_fails(lost, 3, text);
	is_full = false;
}

/* ---- roll ----------------------------------------------------------------- */

static void test_roll_without_value(void **state)
{
	static const struct reply replies_of[] = {
		{ 200, "{}", NULL },
		{ 200, "\"short\"", NULL },
		{ 200, "\"\\ud800 0123456789-0123456789\"", NULL },
		{ 200, "7", NULL },
	};
	char text[512], new[80];

	(void)state;
	write_config("main");
	snprintf(text, sizeof(text),
		 "mintage: the token may have been rolled all the same, and "
		 "the secret in %s have ended: roll it again\n"
		 "mintage: Cloudflare's answer has no new value in it; roll "
		 "it again\n",
		 secret);
	snprintf(new, sizeof(new), "%s.new", secret);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(
			roll_one(CLI_FAILED, NULL, &replies_of[i], 1), text);
		assert_int_equal(access(new, F_OK), -1);
	}
}

static void test_roll_forgets_nothing(void **state)
{
	char text[256];

	(void)state;
	write_config("main");
	snprintf(text, sizeof(text), "mintage: %s.previous: %s\n", secret,
		 strerror(ENOENT));
	assert_string_equal(roll_one(CLI_FAILED, "--forget-previous", NULL, 0),
			    text);
}

/* A file of the name is there already: nothing is asked. */
static void test_roll_over_nothing(void **state)
{
	char new[80], text[512];

	(void)state;
	write_config("main");
	snprintf(new, sizeof(new), "%s.new", secret);
	write_file(new, "precious");
	snprintf(text, sizeof(text),
		 "mintage: %s is there already, and no secret is ever written "
		 "over: name another file, or put this one away\n",
		 new);
	assert_string_equal(roll_one(CLI_FAILED, NULL, NULL, 0), text);
	assert_int_equal(unlink(new), 0);
}

/* ---- list ----------------------------------------------------------------- */

static void test_list(void **state)
{
	static const struct reply no_list = { 200, "{}", NULL };
	const char *const words[] = { "list",    "--config",
				      conf,      "--api-token-file",
				      api_token, NULL };

	(void)state;
	write_config("main");
	assert_string_equal(run_words(&token_list_command, CLI_FAILED, words,
				      &no_list, 1),
			    "mintage: Cloudflare's answer is no list\n");
}

static void set_paths(void)
{
	snprintf(conf, sizeof(conf), "%s/conf", folder);
	snprintf(api_token, sizeof(api_token), "%s/api", folder);
	snprintf(secret, sizeof(secret), "%s/secret", folder);
	snprintf(fresh, sizeof(fresh), "%s/fresh.secret", folder);
	write_file(api_token, "Api-0123456789-0123456789-0123456789\n");
	write_file(secret, ID ID "\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new_account),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_token_may_be_made),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_taken_back),
		cmocka_unit_test(test_roll_without_value),
		cmocka_unit_test(test_roll_forgets_nothing),
		cmocka_unit_test(test_roll_over_nothing),
		cmocka_unit_test(test_list),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	set_paths();
	failed = UNIT_RUN(tests);
	(void)unlink(conf);
	(void)unlink(api_token);
	(void)unlink(secret);
	return rmdir(folder) != 0 || failed;
}
