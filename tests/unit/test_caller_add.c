/*
 * caller add: a section that can't be made whole is not printed, nor put into
 * the configuration, and then no token is shown.
 */
#include "unit.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/buffer.h"
#include "lib/config/config.h"

/* So many texts more can be added to a configuration. */
static int texts_left = 100;

static bool add_text(struct buffer *to, const char *data, size_t length)
{
	return texts_left-- > 0 && buffer_add(to, data, length);
}

/* The configurations that were freed, and whether one was freed again. */
static struct config *freed[8];
static size_t freed_count;
static bool was_freed_again;

/* They stay allocated until the command ends, so that no other one has the same
 * address. */
static void free_once(struct config *config)
{
	for (size_t i = 0; i < freed_count; i++)
		was_freed_again = was_freed_again || freed[i] == config;
	if (config && freed_count < 8)
		freed[freed_count++] = config;
}

/* How often the system gives one byte, or none because of a signal, or nothing
 * but an error. */
static int single_bytes, signals;
static bool no_random;
static uint8_t last_byte; /* the numbers are 1, 2, 3 ... */

static ssize_t draw(void *bytes, size_t size, unsigned flags)
{
	if (no_random || signals-- > 0) {
		errno = no_random ? ENOSYS : EINTR;
		return -1;
	}
	(void)flags;
	if (single_bytes-- > 0)
		size = 1;
	for (size_t i = 0; i < size; i++)
		((uint8_t *)bytes)[i] = ++last_byte;
	return (ssize_t)size;
}

#define getrandom draw
#include "cgi/cli/caller_token.c"
#undef getrandom
#define buffer_add add_text
#define config_free free_once
#include "cgi/cli/caller_add.c"
#undef buffer_add
#undef config_free

#include "spoken.h"

#define TEXT "[mintage]\naudit-log = /var/log/one\n"

static char folder[] = "/tmp/mintage-caller-XXXXXX";
static char path[64];

static void write_config(void)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(TEXT, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void assert_unchanged(void)
{
	char found[4096];
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	found[fread(found, 1, sizeof(found) - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(found, TEXT);
}

/* Run the command with this option, and tell all that it wrote. */
static const char *add(const char *option, enum cli_status wanted)
{
	char name[] = "add", caller[] = "fresh", given[128], where[128];
	char *words[] = { name, caller, where, given, NULL };
	enum cli_status status;
	const char *said;

	snprintf(given, sizeof(given), "%s", option);
	snprintf(where, sizeof(where), "--config=%s", path);
	write_config();
	optind = 0; /* getopt begins anew */
	spoken_begin();
	status = caller_add_command.run(&caller_add_command, 4, words);
	said = spoken_end();
	while (!was_freed_again && freed_count > 0)
		config_free(freed[--freed_count]);
	assert_int_equal(status, wanted);
	assert_false(was_freed_again);
	return said;
}

static void test_no_memory(void **state)
{
	static const char *const ways[] = { "--append", "--anonymous" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (int count = 0; count < 2; count++) {
			texts_left = count;
			assert_string_equal(add(ways[i], CLI_FAILED),
					    "mintage: out of memory\n");
			assert_unchanged();
		}
	}
	texts_left = 2;
	assert_non_null(strstr(add("--anonymous", CLI_DONE),
			       "[caller fresh]\nanonymous = yes\n"));
	assert_unchanged();
	texts_left = 100;
}

static void test_no_random(void **state)
{
	char wanted[128];

	(void)state;
	snprintf(wanted, sizeof(wanted), "mintage: no random numbers: %s\n",
		 strerror(ENOSYS));
	no_random = true;
	assert_string_equal(add("--append", CLI_FAILED), wanted);
	assert_unchanged();
	no_random = false;
}

/* The token has every byte, and its hash is the one in the section, however the
 * system gives its numbers. */
static void test_random_in_parts(void **state)
{
	static const int parts[][2] = { { 0, 0 }, { 31, 2 }, { 3, 0 } };
	char text[CALLER_TOKEN_LENGTH], hash[CALLER_TOKEN_HASH_LENGTH];
	uint8_t bytes[CALLER_TOKEN_BYTES], digest[DIGEST_SIZE];
	struct caller_token made;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i + 1);
	base64_url_encode(text, bytes, sizeof(bytes));
	digest_sha256(text, sizeof(text), digest);
	hex_encode(hash, digest, sizeof(digest));
	for (size_t i = 0; i < 3; i++) {
		last_byte = 0;
		single_bytes = parts[i][0];
		signals = parts[i][1];
		assert_int_equal(caller_token_make(&made), CLI_DONE);
		assert_memory_equal(made.text, text, sizeof(text));
		assert_memory_equal(made.hash, hash, sizeof(hash));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_no_random),
		cmocka_unit_test(test_random_in_parts),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/mintage.conf", folder);
	failed = UNIT_RUN(tests);
	(void)unlink(path);
	return rmdir(folder) != 0 || failed;
}
