/* auth: who is asking. It fails closed: a token that is wrong makes nobody of a
 * user or of a program on this machine. */
#include "unit_service.h"

#include "cgi/web/auth.h"

/* Of "foo bar", which is no token of RFC 6750: a header can't be taken for
 * several, whatever a configuration says. */
#define HASH_OF_TWO \
	"fbc1a9f858ea9e177916964bd88c3d37b91a1e84412765e29950777f265c4b75"

#define CALLERS(head)                                          \
	head "[caller foo]\nbearer-sha256 = " HASH_OF_FOO "\n" \
	     "[caller two]\nbearer-sha256 = " HASH_OF_TWO "\n" \
	     "[caller ann]\nremote-user = ann\n"               \
	     "[caller local]\nanonymous = yes\n"

static struct config *config, *https_config, *any_config;

/* What the web server passed on. */
struct asked {
	const char *authorization;
	const char *user;
	bool is_far;   /* from another machine */
	bool is_named; /* on this machine, but by another's name */
	bool https;
	bool needs_token; /* a GET that issues something */
};

static struct subject subject;
static struct problem problem;

/* The caller's section, or "nobody". */
static const char *who_is(const struct config *settings, struct asked asked)
{
	struct request request = {
		.authorization = slice_text(asked.authorization),
		.remote_user = slice_text(asked.user),
	};
	struct client client = {
		.loopback = !asked.is_far,
		.loopback_host = !asked.is_named,
		.https = asked.https,
	};
	enum error error;

	/* Of whoever asked before, nothing may be left. */
	memset(&subject, 0xa5, sizeof(subject));
	problem = (struct problem){ .error = ERROR_NONE };
	error = (asked.needs_token ? auth_bearer : auth_subject)(
		settings, &request, &client, &subject, &problem);
	assert_int_equal(problem.error, error);
	if (error) {
		assert_int_equal(subject.kind, SUBJECT_NOBODY);
		assert_null(subject.caller);
		assert_string_equal(subject.user, "");
		return "nobody";
	}
	assert_non_null(subject.caller);
	return subject.caller->name;
}

#define ASKED(...) ((struct asked){ __VA_ARGS__ })

static void test_bearer(void **state)
{
	static const char *const good[] = { "Bearer foo", "bearer foo",
					    "BEARER foo", "Bearer   foo",
					    "Bearer foo " };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_string_equal(
			who_is(config,
			       ASKED(.authorization = good[i], .is_far = true)),
			"foo");
		assert_int_equal(subject.kind, SUBJECT_BEARER);
		assert_string_equal(subject.user, "");
	}
}

/* Though the web server vouches for a user, and this machine asks. */
static void test_wrong_token_is_nobody(void **state)
{
	static const char *const bad[] = {
		"Bearer",         "Bearer ",           "Bearer  ",
		"Bearer Foo",     "Bearer fo",         "Bearer foo2",
		"Bearer foo bar", "Bearer foo,foo",    "Bearer f\too",
		"Bearer f\xc3",   "bearer fo\x7f",     "Bearer \"foo\"",
		"Bearer *",       "Bearer ann",        "Bearer local",
		"Bearer bar",     "Bearer Bearer foo", ("Bearer " HASH_OF_FOO),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *found = who_is(
			config, ASKED(.authorization = bad[i], .user = "ann"));

		if (strcmp(found, "nobody") != 0)
			fail_msg("'%s' is %s", bad[i], found);
		assert_int_equal(problem.error, ERROR_UNAUTHORIZED);
		assert_string_equal(who_is(config,
					   ASKED(.authorization = bad[i])),
				    "nobody");
		/* What was sent may be nearly right: it isn't repeated. */
		assert_null(strstr(problem.message, "foo"));
	}
}

static void test_other_schemes(void **state)
{
	static const char *const other[] = { "Basic Zm9vOmZvbw==", "foo",
					     "Bearerfoo", "Bearer\tfoo",
					     "Token foo" };

	(void)state;
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		/* Of this machine, but whoever sends it expects to be known. */
		assert_string_equal(who_is(config,
					   ASKED(.authorization = other[i])),
				    "nobody");
		assert_int_equal(problem.error, ERROR_UNAUTHORIZED);
		/* The web server has looked at it, and vouches. */
		assert_string_equal(
			who_is(config,
			       ASKED(.authorization = other[i], .user = "ann")),
			"ann");
	}
}

static void test_user(void **state)
{
	char name[USER_MAX + 2];

	(void)state;
	assert_string_equal(
		who_is(config, ASKED(.user = "ann", .is_far = true)), "ann");
	assert_int_equal(subject.kind, SUBJECT_USER);
	assert_string_equal(subject.user, "ann");
	/* A user who is nobody's isn't anonymous either. */
	assert_string_equal(who_is(config, ASKED(.user = "bob")), "nobody");
	assert_int_equal(problem.error, ERROR_UNAUTHORIZED);
	assert_string_equal(who_is(config, ASKED(.user = "*")), "nobody");
	assert_string_equal(who_is(config, ASKED(.user = "Ann")), "nobody");
	assert_string_equal(who_is(config, ASKED(.user = "ann ")), "nobody");
	/* Where any name will do, it still has to be one. */
	memset(name, 'n', sizeof(name));
	name[USER_MAX + 1] = '\0';
	assert_string_equal(who_is(any_config, ASKED(.user = name)), "nobody");
	name[USER_MAX] = '\0';
	assert_string_equal(who_is(any_config, ASKED(.user = name)), "any");
	assert_string_equal(subject.user, name);
	assert_string_equal(who_is(any_config, ASKED(.user = "a\nb")),
			    "nobody");
	assert_string_equal(who_is(any_config, ASKED(.user = "a\xff")),
			    "nobody");
}

static void test_anonymous(void **state)
{
	(void)state;
	assert_string_equal(who_is(config, ASKED(.user = NULL)), "local");
	assert_int_equal(subject.kind, SUBJECT_LOOPBACK);
	/* Empty is as good as absent. */
	assert_string_equal(who_is(config,
				   ASKED(.user = "", .authorization = "")),
			    "local");
	assert_string_equal(who_is(config, ASKED(.is_far = true)), "nobody");
	assert_int_equal(problem.error, ERROR_UNAUTHORIZED);
	/* DNS that was rebound, or a proxy on this machine. */
	assert_string_equal(who_is(config, ASKED(.is_named = true)), "nobody");
	assert_int_equal(problem.error, ERROR_UNAUTHORIZED);
	/* Where no section is for it. */
	assert_string_equal(who_is(any_config, ASKED(.user = NULL)), "nobody");
}

static void test_https(void **state)
{
	static const struct asked far[] = {
		{ .is_far = true },
		{ .is_far = true, .user = "ann" },
		{ .is_far = true, .authorization = "Bearer foo" },
		{ .is_far = true, .authorization = "Bearer wrong" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		assert_string_equal(who_is(https_config, far[i]), "nobody");
		assert_int_equal(problem.error, ERROR_INSECURE);
	}
	assert_string_equal(who_is(https_config,
				   ASKED(.is_far = true, .https = true,
					 .authorization = "Bearer foo")),
			    "foo");
	/* Within this machine nothing is overheard. */
	assert_string_equal(who_is(https_config,
				   ASKED(.authorization = "Bearer foo")),
			    "foo");
	assert_string_equal(who_is(https_config, ASKED(.user = NULL)), "local");
	/* https alone makes nobody somebody. */
	assert_string_equal(who_is(https_config,
				   ASKED(.is_far = true, .https = true)),
			    "nobody");
	/* And where it isn't required, plain http will do. */
	assert_string_equal(
		who_is(config,
		       ASKED(.is_far = true, .authorization = "Bearer foo")),
		"foo");
}

/* By GET a token alone will do, and the refusal tells how an SDK sends it. */
static void test_token_alone(void **state)
{
	static const struct asked bad[] = {
		{ .user = "ann" },
		{ .authorization = "" },
		{ .authorization = "foo" },
		{ .authorization = "Bearerfoo" },
		{ .authorization = "Basic Zm9vOmZvbw==", .user = "ann" },
		{ .authorization = "Token foo" },
	};

	(void)state;
	assert_string_equal(who_is(config, ASKED(.authorization = "Bearer foo",
						 .needs_token = true)),
			    "foo");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct asked asked = bad[i];

		asked.needs_token = true;
		assert_string_equal(who_is(config, asked), "nobody");
		assert_int_equal(problem.error, ERROR_UNAUTHORIZED);
		assert_non_null(strstr(problem.message,
				       "AWS_CONTAINER_AUTHORIZATION_TOKEN"));
	}
	assert_string_equal(who_is(https_config,
				   ASKED(.authorization = "foo", .is_far = true,
					 .needs_token = true)),
			    "nobody");
	assert_int_equal(problem.error, ERROR_INSECURE);
}

static void load(struct config **loaded, const char *text)
{
	unit_file_write("mintage.conf", text);
	if (config_load(loaded, unit_file("mintage.conf"), &problem)) {
		fprintf(stderr, "%s\n", problem.message);
		abort();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bearer),
		cmocka_unit_test(test_wrong_token_is_nobody),
		cmocka_unit_test(test_other_schemes),
		cmocka_unit_test(test_user),
		cmocka_unit_test(test_anonymous),
		cmocka_unit_test(test_https),
		cmocka_unit_test(test_token_alone),
	};
	int failed;

	unit_service_begin(UNIT_HEAD(""));
	load(&config, CALLERS("[mintage]\nrequire-https = no\n"));
	load(&https_config, CALLERS("[mintage]\nrequire-https = yes\n"));
	load(&any_config, "[mintage]\nrequire-https = no\n"
			  "[caller any]\nremote-user = *\n");
	failed = UNIT_RUN(tests);
	config_free(config);
	config_free(https_config);
	config_free(any_config);
	unit_service_end();
	return failed;
}
