/*
 * token_creation, secret: what `mintage token create` takes on its command line,
 * and what of a secret's files is left where the new one can't be put in place.
 */
#include "unit.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/clock.h"

#define NOW 1800000000 /* 2027-01-15T08:00:00Z */

static bool no_clock, no_rename;

static enum error look(struct timespec *now, struct problem *problem)
{
	*now = (struct timespec){ .tv_sec = NOW };
	return no_clock ?
		       problem_set(problem, ERROR_INTERNAL, NULL, "no clock") :
		       ERROR_NONE;
}

static int move(const char *from, const char *to)
{
	if (no_rename)
		errno = EROFS;
	return no_rename ? -1 : rename(from, to);
}

#define clock_read look
#define rename move
#include "cgi/cli/secret.c"
#include "cgi/cli/token_creation.c"
#undef clock_read
#undef rename

#include "spoken.h"

static char folder[] = "/tmp/mintage-creation-XXXXXX";

/* Read a command line with these values, either of which may be NULL; *said is
 * the complaint, and *expires what the API is told. */
static enum cli_status read_with(const char *expires, const char *address,
				 const char **said, char when[21])
{
	const char *buckets[] = { "shared" }, *addresses[] = { address };
	struct token_request request = {
		.buckets = { .list = buckets, .count = 1 },
		.addresses = { .list = addresses, .count = address != NULL },
		.permission = "object-read-only",
		.expires = expires,
	};
	struct creation creation = { .request = &request };
	enum cli_status status;

	spoken_begin();
	status = token_creation_read(&creation);
	*said = spoken_end();
	memcpy(when, creation.expires, sizeof(creation.expires));
	token_creation_free(&creation);
	return status;
}

static void test_expires(void **state)
{
	static const struct {
		const char *text, *when; /* NULL: it is refused */
	} table[] = {
		{ "1s", "2027-01-15T08:00:01Z" },
		{ "12h", "2027-01-15T20:00:00Z" },
		{ "36500d", "2126-12-22T08:00:00Z" },
		{ "36501d", NULL },
		{ "2027-01-16", "2027-01-16T00:00:00Z" },
		{ "2027-01-15", NULL },
		{ "2027-01-15T08:00:01Z", "2027-01-15T08:00:01Z" },
		{ "2027-01-15T08:00:00Z", NULL },
		{ "2027-01-16 ", NULL },
		{ "2028", NULL },
		{ "", NULL },
	};
	const char *said;
	char when[21];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		enum cli_status status =
			read_with(table[i].text, NULL, &said, when);

		if (!table[i].when) {
			assert_int_equal(status, CLI_USAGE);
			assert_memory_equal(said, "mintage: --expires: ", 20);
			continue;
		}
		assert_string_equal(said, "");
		assert_int_equal(status, CLI_DONE);
		assert_string_equal(when, table[i].when);
	}
	no_clock = true;
	assert_int_equal(read_with("12h", NULL, &said, when), CLI_FAILED);
	assert_string_equal(said, "mintage: no clock\n");
	no_clock = false;
}

static void test_addresses(void **state)
{
	static const char *const good[] = {
		"192.0.2.1",
		"192.0.2.0/24",
		"192.0.2.0/0",
		"2001:db8::1",
		"2001:db8::/128",
		"abcd:abcd:abcd:abcd:abcd:abcd:255.255.255.255",
	};
	static const char *const bad[] = {
		"",
		"192.0.2.0/33",
		"2001:db8::/129",
		"192.0.2.0/",
		"192.0.2.0/-1",
		"/24",
		"example.org",
		"abcd:abcd:abcd:abcd:abcd:abcd:255.255.255.2550",
		"0000000000000000000000000000000000000000000000000000192.0.2.1",
	};
	const char *said;
	char when[21];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(read_with(NULL, good[i], &said, when),
				 CLI_DONE);
		assert_string_equal(said, "");
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(read_with(NULL, bad[i], &said, when),
				 CLI_USAGE);
		assert_memory_equal(said, "mintage: --ip: write an address",
				    31);
	}
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void assert_holds(const char *path, const char *wanted)
{
	char found[64];
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	found[fread(found, 1, sizeof(found) - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(found, wanted);
}

/* Where the new secret can't take the place of the old one, both files are
 * kept, and the service still reads the old secret. */
static void test_replace(void **state)
{
	char path[64], fresh[80], previous[80], wanted[128];
	enum cli_status status;

	(void)state;
	snprintf(path, sizeof(path), "%s/secret", folder);
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	snprintf(previous, sizeof(previous), "%s.previous", path);
	snprintf(wanted, sizeof(wanted), "mintage: %s: %s\n", path,
		 strerror(EROFS));
	write_file(path, "old");
	write_file(fresh, "new");
	no_rename = true;
	spoken_begin();
	status = cli_secret_replace(path, fresh, previous);
	assert_string_equal(spoken_end(), wanted);
	assert_int_equal(status, CLI_FAILED);
	assert_holds(path, "old");
	assert_holds(fresh, "new");
	assert_holds(previous, "old");
	no_rename = false;
	assert_int_equal(unlink(previous), 0);
	assert_int_equal(cli_secret_replace(path, fresh, previous), CLI_DONE);
	assert_holds(path, "new");
	assert_holds(previous, "old");
	assert_int_equal(access(fresh, F_OK), -1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(unlink(previous), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expires),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_replace),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	failed = UNIT_RUN(tests);
	return rmdir(folder) != 0 || failed;
}
