/*
 * upstream: what is made of a helper that answers, refuses, talks nonsense, is
 * silent or has ended. The helper is this test, at the other end of the socket.
 */
#include "helped.h"

static const struct upstream_batch batch = { .token = SLICE("s3cr3t"),
					     .seconds = 10,
					     .calls = 1 };
static const struct upstream_call call = {
	.method = "GET",
	.url = SLICE("https://api.example.com/"),
	.flags = CALL_BEARER,
};

static void must_begin(void)
{
	say(FRAME_READY);
	assert_int_equal(upstream_begin(&upstream, &batch, &problem),
			 ERROR_NONE);
}

/* The helper counts as ended: it is stopped, and the message says so. */
static void assert_gone(enum error error)
{
	assert_int_equal(error, ERROR_UNAVAILABLE);
	assert_non_null(strstr(problem.message, "ended; try again"));
	assert_int_equal(upstream.helper, 0);
	assert_false(upstream.begun);
	problem = (struct problem){ .error = ERROR_NONE };
}

/* Two batches of one helper, though signals come and its socket is slow. */
static void test_batches(void **state)
{
	struct upstream_answer answer;

	(void)state;
	world.sends_slowly = true;
	for (int i = 0; i < 2; i++) {
		world.signals = 4;
		must_begin();
		assert_sent("1");
		assert_int_equal(upstream_call(&upstream, 5, &call, &problem),
				 ERROR_NONE);
		assert_sent("2");
		say_answer(5, 200, "A: b\n", "body");
		assert_int_equal(upstream_answer(&upstream, &answer, &problem),
				 ERROR_NONE);
		assert_true(answer.tag == 5);
		assert_int_equal(answer.status, 200);
		assert_int_equal(answer.retry_after, 9);
		assert_true(slice_is(answer.failure, "why"));
		assert_true(slice_is(answer.headers, "A: b\n"));
		assert_true(slice_is(answer.body, "body"));
		/* An answer that comes late is dropped. */
		say_answer(6, 200, "", "late");
		say(FRAME_DONE);
		upstream_end(&upstream);
		assert_sent("3");
		assert_int_equal(upstream.in.bytes.length, 0);
		assert_int_equal(upstream.helper, HELPER);
	}
	assert_int_equal(world.started, 1);
	/* To end what has not begun does nothing. */
	upstream_end(&upstream);
	assert_sent("");
	upstream_stop(&upstream);
	assert_int_equal(world.stopped, 1);
}

/* A signal ends a wait early, and the helper has said nothing yet: then it is
 * waited for again, and not read from, which would wait without an end. */
static void test_interrupted(void **state)
{
	struct upstream_answer answer;

	(void)state;
	must_begin();
	say_answer(1, 200, "", "");
	world.signals = 3;
	assert_int_equal(upstream_answer(&upstream, &answer, &problem),
			 ERROR_NONE);
	assert_int_equal(world.signals, 0);
	world.signals = -1;
	world.clock_runs = true;
	assert_gone(upstream_answer(&upstream, &answer, &problem));
}

static void test_refused(void **state)
{
	(void)state;
	say_why(FRAME_BUSY, 17, "too many");
	assert_int_equal(upstream_begin(&upstream, &batch, &problem),
			 ERROR_TOO_MANY_REQUESTS);
	assert_string_equal(problem.message, "too many");
	assert_int_equal(problem.retry_after, 17);
	assert_false(upstream.begun);
	say_why(FRAME_UNABLE, 0, "no file");
	assert_int_equal(upstream_begin(&upstream, &batch, &problem),
			 ERROR_UNAVAILABLE);
	assert_string_equal(problem.message, "no file");
	assert_int_equal(problem.retry_after, 0);
	assert_int_equal(world.started, 1);
	assert_gone(upstream_call(&upstream, 0, &call, &problem));
}

static void test_not_started(void **state)
{
	(void)state;
	world.no_start = true;
	assert_int_equal(upstream_begin(&upstream, &batch, &problem),
			 ERROR_UNAVAILABLE);
	assert_string_equal(problem.message, "no start");
	upstream.start = start_elsewhere;
	upstream.context = &world;
	assert_int_equal(upstream_begin(&upstream, &batch, &problem),
			 ERROR_UNAVAILABLE);
	assert_int_equal(upstream.helper, 0);
	/* One that is somebody else's child ends with its socket alone. */
	world.no_start = false;
	must_begin();
	assert_int_equal(upstream.helper, -1);
	upstream_stop(&upstream);
	assert_int_equal(world.stopped, 0);
	assert_ptr_equal(upstream.start, start_elsewhere);
	assert_ptr_equal(upstream.context, &world);
}

/* One that has ended between batches is replaced, even at the last moment. */
static void test_replaced(void **state)
{
	(void)state;
	must_begin();
	say(FRAME_DONE);
	upstream_end(&upstream);
	helper_ends();
	must_begin();
	say(FRAME_DONE);
	upstream_end(&upstream);
	assert_int_equal(world.started, 2);
	world.ends_at_once = true;
	must_begin();
	assert_int_equal(world.started, 3);
	upstream_stop(&upstream);
	/* A new one that ends at once is not replaced. */
	world.ends_at_once = true;
	assert_gone(upstream_begin(&upstream, &batch, &problem));
	assert_int_equal(world.started, 4);
	assert_int_equal(world.stopped, 4);
}

static void test_no_memory(void **state)
{
	(void)state;
	world.no_memory = true;
	assert_gone(upstream_begin(&upstream, &batch, &problem));
	world.no_memory = false;
	must_begin();
	world.no_memory = true;
	assert_int_equal(upstream_call(&upstream, 0, &call, &problem),
			 ERROR_UNAVAILABLE);
	assert_string_equal(problem.message, "no memory for a call");
	/* A batch that can't be ended ends with its helper. */
	assert_int_equal(world.stopped, 1);
	upstream_end(&upstream);
	assert_int_equal(world.stopped, 2);
}

/* It says nothing in time, or says it too late, or does not say it whole. */
static void test_silent(void **state)
{
	struct upstream_answer answer;

	(void)state;
	assert_gone(upstream_begin(&upstream, &batch, &problem));
	must_begin();
	assert_gone(upstream_answer(&upstream, &answer, &problem));
	must_begin();
	say_answer(1, 200, "", "");
	world.ticks += 20000;
	assert_gone(upstream_answer(&upstream, &answer, &problem));
	script.length = 0;
	must_begin();
	say_answer(1, 200, "", "");
	script.length--;
	assert_gone(upstream_answer(&upstream, &answer, &problem));
	must_begin();
	upstream_end(&upstream);
	assert_int_equal(upstream.helper, 0);
	assert_int_equal(world.stopped, 5);
}

/* What is no answer, or not the one that was waited for. */
static void test_nonsense(void **state)
{
	static const char noise[64] = { 1 };
	struct upstream_answer answer;

	(void)state;
	assert_gone(upstream_answer(&upstream, &answer, &problem));
	must_begin();
	say(FRAME_DONE);
	assert_gone(upstream_answer(&upstream, &answer, &problem));
	must_begin();
	say(FRAME_ANSWER);
	assert_gone(upstream_answer(&upstream, &answer, &problem));
	must_begin();
	assert_true(buffer_add(&script, noise, sizeof(noise)));
	assert_gone(upstream_answer(&upstream, &answer, &problem));
	/* Something that nobody asked for: it is not the helper any more. */
	must_begin();
	say(FRAME_DONE);
	upstream_end(&upstream);
	assert_int_equal(write(world.other_end, "x", 1), 1);
	assert_false(is_alive(&upstream));
	must_begin();
	assert_int_equal(world.started, 5);
}

static void test_ended(void **state)
{
	struct upstream_answer answer;

	(void)state;
	must_begin();
	helper_ends();
	assert_gone(upstream_call(&upstream, 0, &call, &problem));
	must_begin();
	helper_ends();
	assert_gone(upstream_answer(&upstream, &answer, &problem));
	must_begin();
	helper_ends();
	upstream_end(&upstream);
	assert_int_equal(world.stopped, 3);
	must_begin();
	assert_int_equal(shutdown(world.other_end, SHUT_WR), 0);
	upstream_end(&upstream);
	assert_int_equal(world.stopped, 4);
}

static void test_ask(void **state)
{
	struct upstream_answer answer;

	(void)state;
	say(FRAME_READY);
	say_answer(0, 204, "", "");
	assert_int_equal(upstream_ask(&upstream, &batch, &call, &answer,
				      &problem),
			 ERROR_NONE);
	assert_int_equal(answer.status, 204);
	upstream_stop(&upstream);
	world.no_start = true;
	assert_int_equal(upstream_ask(&upstream, &batch, &call, &answer,
				      &problem),
			 ERROR_UNAVAILABLE);
}

static void test_header(void **state)
{
	const struct upstream_answer answer = {
		.headers =
			SLICE("HTTP/2 200\nETag:  \"x\" \nempty:\ncf-ray: 1:2\n"
			      "etag: y\n"),
	};

	(void)state;
	assert_true(slice_is(upstream_header(&answer, "etag"), "\"x\""));
	assert_true(slice_is(upstream_header(&answer, "CF-RAY"), "1:2"));
	assert_int_equal(upstream_header(&answer, "empty").length, 0);
	assert_int_equal(upstream_header(&answer, "HTTP/2 200").length, 0);
	assert_int_equal(upstream_header(&answer, "tag").length, 0);
}

/* Where are calls counted? */
static const char *counted_in(void)
{
	static const struct config config = { .api_concurrency = 3,
					      .api_deadline = 21 };
	struct upstream_batch found;

	upstream_prepare(&config);
	upstream_settings(&found, &config, slice_text("t"));
	assert_int_equal(found.concurrency, 3);
	assert_int_equal(found.seconds, 21);
	assert_true(found.calls == 1);
	assert_true(slice_is(found.token, "t"));
	return found.state_dir;
}

static void test_folder(void **state)
{
	char folder[] = "/tmp/mintage-upstream-XXXXXX", own[64];
	struct stat made;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(own, sizeof(own), "%s/mintage", folder);
	assert_int_equal(setenv("XDG_RUNTIME_DIR", folder, 1), 0);
	world.shared = "/shared";
	assert_string_equal(counted_in(), "/shared");
	world.shared = NULL;
	world.beside = world.writable = "/beside";
	assert_string_equal(counted_in(), "/beside");
	assert_int_equal(access(own, F_OK), -1);
	/* The person's own folder is made, and is nobody else's. */
	world.writable = NULL;
	assert_string_equal(counted_in(), own);
	assert_int_equal(stat(own, &made), 0);
	assert_int_equal(made.st_mode & 07777, 0700);
	world.beside = NULL;
	assert_string_equal(counted_in(), own);
	assert_int_equal(setenv("XDG_RUNTIME_DIR", "run", 1), 0);
	assert_string_equal(counted_in(), CONFIG_STATE_USUAL);
	assert_int_equal(unsetenv("XDG_RUNTIME_DIR"), 0);
	assert_string_equal(counted_in(), CONFIG_STATE_USUAL);
	assert_int_equal(rmdir(own), 0);
	assert_int_equal(rmdir(folder), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_batches),     TEST(test_refused),
		TEST(test_not_started), TEST(test_replaced),
		TEST(test_no_memory),   TEST(test_silent),
		TEST(test_nonsense),    TEST(test_ended),
		TEST(test_ask),         TEST(test_header),
		TEST(test_folder),      TEST(test_interrupted),
	};

	return UNIT_RUN(tests);
}
