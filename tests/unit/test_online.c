/*
 * online, checking, trial: what `mintage check --online` says of each answer.
 * The calls to elsewhere are answered by the test.
 */
#include "answered.h"

#include <errno.h>
#include <sys/random.h>

#include "lib/base/clock.h"

static bool no_random, no_clock;

static ssize_t draw(void *bytes, size_t size, unsigned flags)
{
	if (no_random)
		errno = ENOSYS;
	return no_random ? -1 : getrandom(bytes, size, flags);
}

static enum error look(struct timespec *now, struct problem *problem)
{
	return no_clock ?
		       problem_set(problem, ERROR_INTERNAL, NULL, "no clock") :
		       clock_read(now, problem);
}

#define upstream_ask ask
#define getrandom draw
#define clock_read look
#include "cgi/cli/checking.c"
#include "cgi/cli/online.c"
#include "cgi/cli/trial.c"
#undef upstream_ask
#undef getrandom
#undef clock_read

#include "lib/base/keyed.h"
#include "spoken.h"

#define WRONG "parent portal, %s: WRONG: %s\n"
#define ONE "a credential for one object"
#define TOKEN "API token"

static char path_of_secret[] = "/tmp/mintage-secret-XXXXXX";
static char key_id[] = "b2f1a3c4d5e6f708192a3b4c5d6e7f80";
static struct config *config;

/* A configuration with one parent, that is signed for as `signer` says. */
static void load(const char *signer)
{
	char text[2048];
	struct problem problem;

	config_free(config);
	snprintf(text, sizeof(text),
		 "[mintage]\naudit-log = /tmp/none.jsonl\n"
		 "[account main]\nid = 023e105f4ecef8ad9ca31a8372d0c353\n"
		 "[parent portal]\naccount = main\naccess-key-id = %s\n%s%s\n"
		 "permission = object-read-write\nbuckets = shared\n",
		 key_id, signer, path_of_secret);
	if (config_load_text(&config, "test.conf", slice_text(text), &problem))
		fail_msg("%s", problem.message);
}

static void load_local(void)
{
	load("secret-access-key-file = ");
}

static void load_remote(void)
{
	load("signer = cloudflare\napi-token-file = ");
}

/* Let `check` look at the parent, and compare what it says. */
static void assert_says(void (*check)(struct checking *checking),
			const struct reply *answers, size_t count,
			const char *wanted)
{
	static struct checking checking;
	const char *said;

	memset(&checking, 0, sizeof(checking));
	checking.config = config;
	checking.parent = config->parents;
	checking.clock_known = true;
	replies = answers;
	reply_count = count;
	spoken_begin();
	cli_output_begin(&checking.output);
	check(&checking);
	assert_int_equal(cli_output_end(&checking.output), CLI_DONE);
	said = spoken_end();
	assert_string_equal(said, wanted);
	assert_int_equal(checking.wrong, strstr(wanted, "WRONG") != NULL);
	assert_int_equal(reply_count, 0);
}

/* Assert that the check tells of one thing that is wrong, and of its remedy. */
static void assert_wrong(void (*check)(struct checking *checking),
			 const struct reply *answer, const char *what,
			 const char *remedy)
{
	char line[512];

	snprintf(line, sizeof(line), WRONG, what, remedy);
	assert_says(check, answer, answer != NULL, line);
}

static void look_at_bucket(struct checking *checking)
{
	check_bucket(checking, checking->parent->buckets.list[0]);
}

static void test_bucket(void **state)
{
	static const struct {
		struct reply reply;
		const char *remedy;
	} table[] = {
		{ { .status = 400 },
		  "answered 400: check endpoint and jurisdiction of the "
		  "account" },
		{ { .status = 301 },
		  "answered with a redirect: check the account's endpoint" },
		{ { .status = 500 },
		  "answered with an error: try again later" },
		{ { .status = 418 },
		  "answered with an error: try again later" },
		{ { .is_lost = true }, "no helper" },
	};
	static const struct reply good = { .status = 204 };

	(void)state;
	load_local();
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_wrong(look_at_bucket, &table[i].reply, "bucket shared",
			     table[i].remedy);
	assert_says(look_at_bucket, &good, 1,
		    "parent portal, bucket shared: ok\n");
}

/* The secret's file is read anew, and may be gone by now. */
static void test_secret_is_gone(void **state)
{
	char hidden[sizeof(path_of_secret) + 8], remedy[256];

	(void)state;
	load_local();
	snprintf(hidden, sizeof(hidden), "%s.away", path_of_secret);
	assert_int_equal(rename(path_of_secret, hidden), 0);
	snprintf(remedy, sizeof(remedy), "%s: can't be opened: %s",
		 path_of_secret, strerror(ENOENT));
	assert_wrong(look_at_bucket, NULL, "bucket shared", remedy);
	assert_int_equal(rename(hidden, path_of_secret), 0);
}

static void test_token(void **state)
{
	static const struct reply active = {
		.status = 200,
		.body = "{\"success\":true,\"result\":{\"status\":\"active\"}}"
	};
	static const struct reply ended = {
		.status = 200,
		.body = "{\"success\":true,\"result\":{\"status\":"
			"\"disabled\"}}"
	};
	static const struct reply lost = { .is_lost = true };

	(void)state;
	load_remote();
	assert_says(check_token, &active, 1, "parent portal, " TOKEN ": ok\n");
	assert_wrong(check_token, &ended, TOKEN,
		     "it is no longer active: make another, and put it into "
		     "api-token-file");
	assert_wrong(check_token, &lost, TOKEN,
		     "no helper; check api-token-file");
}

static void test_trial_without_system(void **state)
{
	(void)state;
	load_local();
	no_random = true;
	assert_wrong(trial_check, NULL, ONE,
		     "the system gives no random numbers");
	no_random = false;
	no_clock = true;
	assert_wrong(trial_check, NULL, ONE, "no clock");
	no_clock = false;
}

static void test_trial_without_answer(void **state)
{
	static const struct reply lost = { .is_lost = true };

	(void)state;
	load_local();
	assert_wrong(trial_check, &lost, ONE, "no helper");
	load_remote();
	assert_wrong(trial_check, &lost, ONE, "no helper");
}

/* Is what tells of the credential's own object also said of another? */
static void test_trial_of_another(void **state)
{
	static const struct reply refused[] = { { .status = 404 },
						{ .status = 401 } };
	static const struct reply given[] = { { .status = 200 },
					      { .status = 404 } };
	static const struct reply lost[] = { { .status = 200 },
					     { .is_lost = true } };
	static const char own[] = "parent portal, " ONE ": ok\n";
	char text[512];

	(void)state;
	load_local();
	snprintf(text, sizeof(text), "%sparent portal, %s: ok\n", own,
		 "the same credential for another");
	assert_says(trial_check, refused, 2, text);
	snprintf(text, sizeof(text), "%s" WRONG, own,
		 "the same credential for another",
		 "answered 404, where it should be refused: this endpoint "
		 "does not hold to what a credential says; don't hand any out");
	assert_says(trial_check, given, 2, text);
	snprintf(text, sizeof(text), "%s" WRONG, own,
		 "the same credential for another", "no helper");
	assert_says(trial_check, lost, 2, text);
}

/* A date that can't be read tells nothing of the clock; the next one may. */
static void look_at_clock(struct checking *checking)
{
	struct problem problem;

	checking->clock_known = false;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(checking_ask(checking, "HEAD", "https://r2/",
					      slice_of(NULL, 0),
					      slice_of(NULL, 0), &problem),
				 ERROR_NONE);
		checking_clock(checking);
		assert_int_equal(checking->clock_known, i == 1);
	}
}

static void test_clock(void **state)
{
	char date[64] = "date: ";
	struct reply dates[] = { { .status = 200, .headers = "date: now\n" },
				 { .status = 200, .headers = date } };
	time_t now = time(NULL);
	struct tm parts;

	(void)state;
	load_local();
	strftime(date + 6, sizeof(date) - 6, "%a, %d %b %Y %H:%M:%S GMT\n",
		 gmtime_r(&now, &parts));
	assert_says(look_at_clock, dates, 2, "parent portal, clock: ok\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bucket),
		cmocka_unit_test(test_secret_is_gone),
		cmocka_unit_test(test_token),
		cmocka_unit_test(test_trial_without_system),
		cmocka_unit_test(test_trial_without_answer),
		cmocka_unit_test(test_trial_of_another),
		cmocka_unit_test(test_clock),
	};
	int file = mkstemp(path_of_secret), failed;

	if (file < 0 || dprintf(file, "%064d\n", 0) < 0)
		return 1;
	close(file);
	failed = UNIT_RUN(tests);
	config_free(config);
	return unlink(path_of_secret) != 0 || failed;
}
