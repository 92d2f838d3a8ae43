/*
 * config: wherever memory is out while a configuration is loaded, it is refused
 * and that is told; nothing of it is in force.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdbool.h>
#include <unistd.h>

#include "lib/base/buffer.h"
#include "lib/base/io.h"
#include "lib/base/locked.h"
#include "lib/config/config.h"

/* The call for memory at which it is out; 0 for none. */
static int out_at, asked;

static bool is_out(void)
{
	return ++asked == out_at;
}

#define asprintf(...) (is_out() ? -1 : asprintf(__VA_ARGS__))
#define buffer_reserve(...) (!is_out() && buffer_reserve(__VA_ARGS__))
#define calloc(...) (is_out() ? NULL : calloc(__VA_ARGS__))
#define ini_parse_stream(...) (is_out() ? -2 : ini_parse_stream(__VA_ARGS__))
#define io_read_all(...) (is_out() ? ENOMEM : io_read_all(__VA_ARGS__))
#define locked_take(...) (is_out() ? NULL : locked_take(__VA_ARGS__))
#define reallocarray(...) (is_out() ? NULL : reallocarray(__VA_ARGS__))
#define strdup(...) (is_out() ? NULL : strdup(__VA_ARGS__))
#define strndup(...) (is_out() ? NULL : strndup(__VA_ARGS__))
#include "lib/config/file.c"
#include "lib/config/ini.c"
#include "lib/config/networks.c"
#include "lib/config/text.c"
/* Each of the two has a function of that name. */
#define read_text read_text_of_secret
#include "lib/config/secret.c"
#undef asprintf
#undef buffer_reserve
#undef calloc
#undef ini_parse_stream
#undef io_read_all
#undef locked_take
#undef reallocarray
#undef strdup
#undef strndup

static const char text[] =
	"[mintage]\naudit-log = audit.jsonl\ntrusted-proxies = ::1 127.0.0.1\n"
	"[account main]\nid = 023e105f4ecef8ad9ca31a8372d0c353\n"
	"[parent portal]\naccount = main\naccess-key-id = b2f1\n"
	"secret-access-key-file = secret\npermission = object-read-write\n"
	"buckets = uploads\n"
	"[caller me]\nremote-user = me\nparents = portal\nbuckets = uploads\n"
	"permissions = object-read-only\nprefixes = *\n";

static char folder[] = "/tmp/mintage-memory-XXXXXX";
static char path[64], secret_path[64];

static void write_file(const char *name, const char *content)
{
	int file = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(file >= 0);
	assert_int_equal(write(file, content, strlen(content)),
			 strlen(content));
	assert_int_equal(close(file), 0);
}

static void test_load(void **state)
{
	struct config *config = NULL;
	struct problem problem;

	(void)state;
	write_file(path, text);
	write_file(secret_path, "9f86d081884c7d659a2feaa0c55ad015\n");
	for (out_at = 1; out_at < 1000; out_at++) {
		asked = 0;
		if (config_load(&config, path, &problem) == ERROR_NONE)
			break;
		assert_null(config);
		assert_int_equal(problem.error, ERROR_CONFIG);
		if (!strstr(problem.message, "out of memory") ||
		    strncmp(problem.message, path, strlen(path)) != 0)
			fail_msg("call %d: %s", out_at, problem.message);
	}
	assert_in_range(out_at, 30, 999);
	assert_int_equal(asked, out_at - 1);
	out_at = 0;
	assert_int_equal(config->trusted_proxies.count, 2);
	assert_non_null(strstr(config->audit_log, "/audit.jsonl"));
	assert_non_null(config->parents->key.secret);
	config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/conf", folder);
	snprintf(secret_path, sizeof(secret_path), "%s/secret", folder);
	failed = UNIT_RUN(tests);
	(void)unlink(path);
	(void)unlink(secret_path);
	return rmdir(folder) != 0 || failed;
}
