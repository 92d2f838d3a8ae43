/*
 * own: memory that is out at each place while an administrator's formats are
 * read. It is told, and what was read before is still the caller's to free.
 */
#include "unit.h"

#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

/* The call for memory at which it is out; 0 for none. */
static int out_at, asked;

static bool is_out(void)
{
	if (++asked != out_at)
		return false;
	errno = ENOMEM;
	return true;
}

#define calloc(...) (is_out() ? NULL : calloc(__VA_ARGS__))
#define reallocarray(...) (is_out() ? NULL : reallocarray(__VA_ARGS__))
#define strdup(...) (is_out() ? NULL : strdup(__VA_ARGS__))
#include "lib/render/own.c"
#undef calloc
#undef reallocarray
#undef strdup

static char folder[] = "/tmp/mintage-own-XXXXXX";
static const char *const files[] = { "one.tmpl", "two.tmpl" };

static const char *path_of(const char *name)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void free_all(struct own *own)
{
	for (size_t i = 0; i < own->count; i++) {
		template_free(own->templates[i]);
		free(own->texts[i]);
	}
}

static void test_no_memory(void **state)
{
	static struct format formats[OWN_FORMATS_MAX];
	struct template *templates[OWN_FORMATS_MAX] = { NULL };
	char *texts[OWN_FORMATS_MAX] = { NULL };
	struct own own = { formats, templates, texts, 0 };
	struct problem problem;

	(void)state;
	for (out_at = 1; out_at < 100; out_at++) {
		asked = 0;
		own.count = 0;
		memset(templates, 0, sizeof(templates));
		if (own_load(&own, folder, NULL, 0, &problem) == ERROR_NONE)
			break;
		if (!strstr(problem.message, "out of memory") &&
		    !strstr(problem.message, strerror(ENOMEM)))
			fail_msg("call %d: %s", out_at, problem.message);
		assert_in_range(own.count, 0, 1);
		free_all(&own);
	}
	/* Two for each name, and one for each format. */
	assert_int_equal(out_at, 7);
	assert_int_equal(own.count, 2);
	assert_string_equal(formats[0].name, "one");
	assert_string_equal(formats[1].content_type, "text/x-a");
	free_all(&own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_memory),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	for (size_t i = 0; i < 2; i++) {
		FILE *file = fopen(path_of(files[i]), "w");

		if (!file ||
		    fputs("{{! format: type=text/x-a escape=line for=links }}",
			  file) < 0 ||
		    fclose(file) != 0)
			return 1;
	}
	failed = UNIT_RUN(tests);
	for (size_t i = 0; i < 2; i++)
		(void)unlink(path_of(files[i]));
	return rmdir(folder) != 0 || failed;
}
