/* Every input that is kept in fuzz/corpus, read by every fuzz target: those
 * that the fuzzers begin with, and each that once broke something. No engine is
 * needed for that.
 *
 * With the name of a target and files as arguments it reads just these, for a
 * debugger. */
#include "unit.h"

#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#define LLVMFuzzerTestOneInput fuzz_accept
#include "../fuzz/fuzz_accept.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_config
#include "../fuzz/fuzz_config.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_csv
#include "../fuzz/fuzz_csv.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_download
#include "../fuzz/fuzz_download.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_fastcgi
#include "../fuzz/fuzz_fastcgi.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_form
#include "../fuzz/fuzz_form.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_guess
#include "../fuzz/fuzz_guess.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_inspect
#include "../fuzz/fuzz_inspect.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_json
#include "../fuzz/fuzz_json.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_key_name
#include "../fuzz/fuzz_key_name.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_lines
#include "../fuzz/fuzz_lines.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_links
#include "../fuzz/fuzz_links.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_multipart
#include "../fuzz/fuzz_multipart.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_ndjson
#include "../fuzz/fuzz_ndjson.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_number
#include "../fuzz/fuzz_number.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_request
#include "../fuzz/fuzz_request.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_sha256sum
#include "../fuzz/fuzz_sha256sum.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_target
#include "../fuzz/fuzz_target.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_template
#include "../fuzz/fuzz_template.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_text
#include "../fuzz/fuzz_text.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_utf16
#include "../fuzz/fuzz_utf16.c"
#undef LLVMFuzzerTestOneInput

typedef int corpus_target(const uint8_t *data, size_t size);

static const struct {
	const char *name;
	corpus_target *read;
} targets[] = {
	{ "accept", fuzz_accept },
	{ "config", fuzz_config },
	{ "csv", fuzz_csv },
	{ "download", fuzz_download },
	{ "fastcgi", fuzz_fastcgi },
	{ "form", fuzz_form },
	{ "guess", fuzz_guess },
	{ "inspect", fuzz_inspect },
	{ "json", fuzz_json },
	{ "key_name", fuzz_key_name },
	{ "lines", fuzz_lines },
	{ "links", fuzz_links },
	{ "multipart", fuzz_multipart },
	{ "ndjson", fuzz_ndjson },
	{ "number", fuzz_number },
	{ "request", fuzz_request },
	{ "sha256sum", fuzz_sha256sum },
	{ "target", fuzz_target },
	{ "template", fuzz_template },
	{ "text", fuzz_text },
	{ "utf16", fuzz_utf16 },
};

#define TARGET_COUNT (sizeof(targets) / sizeof(targets[0]))

static char corpus_path[4096];    /* of the input that is read */
static const char *corpus_reader; /* the target that reads it */

/* A check that does not hold aborts. Say for which input. */
static void tell(int signal)
{
	static const char text[] = "# by target, input: ";

	(void)signal;
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)!write(STDERR_FILENO, corpus_reader, strlen(corpus_reader));
	(void)!write(STDERR_FILENO, ", ", 2);
	(void)!write(STDERR_FILENO, corpus_path, strlen(corpus_path));
	(void)!write(STDERR_FILENO, "\n", 1);
}

/* The caller frees. */
static uint8_t *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data;
	long length;

	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	length = ftell(file);
	assert_true(length >= 0);
	rewind(file);
	*size = (size_t)length;
	/* Of its own size, so that a byte too far is seen. */
	data = malloc(*size ? *size : 1);
	assert_non_null(data);
	assert_int_equal(fread(data, 1, *size, file), *size);
	fclose(file);
	return data;
}

/* One input, by the target of that name, or by all. */
static void replay_file(const char *path, const char *only)
{
	size_t size;
	uint8_t *data = read_file(path, &size);

	snprintf(corpus_path, sizeof(corpus_path), "%s", path);
	for (size_t i = 0; i < TARGET_COUNT; i++) {
		if (only && strcmp(only, targets[i].name) != 0)
			continue;
		corpus_reader = targets[i].name;
		(void)targets[i].read(data, size);
	}
	free(data);
}

/* Call `use` with each file of tests/fuzz/`folder`, and return how many there
 * are. */
static size_t each_file(const char *folder, void (*use)(const char *path))
{
	char name[128], place[4096], path[sizeof(place) + 256 + 1];
	struct dirent *found;
	size_t count = 0;
	DIR *listing;

	snprintf(name, sizeof(name), "fuzz/%s", folder);
	snprintf(place, sizeof(place), "%s", unit_path(name));
	listing = opendir(place);
	assert_non_null(listing);
	while ((found = readdir(listing)) != NULL) {
		if (found->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", place, found->d_name);
		use(path);
		count++;
	}
	closedir(listing);
	return count;
}

static void replay_by_all(const char *path)
{
	replay_file(path, NULL);
}

static void test_corpora(void **state)
{
	char folder[100];

	(void)state;
	for (size_t i = 0; i < TARGET_COUNT; i++) {
		snprintf(folder, sizeof(folder), "corpus/%s", targets[i].name);
		assert_true(each_file(folder, replay_by_all) > 0);
	}
}

/* A target that is not in the list above is not replayed. */
static void check_listed(const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	bool found = strncmp(name, "fuzz_", 5) != 0;

	for (size_t i = 0; i < TARGET_COUNT && !found; i++)
		found = strncmp(name + 5, targets[i].name,
				strlen(targets[i].name)) == 0 &&
			strcmp(name + 5 + strlen(targets[i].name), ".c") == 0;
	if (!found)
		fail_msg("%s is not in the list of test_corpus.c", name);
}

static void test_all_are_listed(void **state)
{
	(void)state;
	assert_true(each_file("", check_listed) > 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_corpora),
		cmocka_unit_test(test_all_are_listed),
	};

	signal(SIGABRT, tell);
	for (int i = 2; i < argc; i++)
		replay_file(argv[i], argv[1]);
	return argc > 1 ? 0 : UNIT_RUN(tests);
}
