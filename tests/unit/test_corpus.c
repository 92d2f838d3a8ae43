/* The inputs that the fuzzers begin with, and any that once broke something,
 * read again with the same checks. */
#include "unit.h"

#include <dirent.h>

#include "../fuzz/check.h"
#include "../fuzz/check_fastcgi.h"
#include "../fuzz/check_links.h"
#include "lib/manifest/format.h"

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

/* Each file of corpus/`name`. */
static void replay(const char *name, void (*check)(const uint8_t *, size_t))
{
	char folder[4096], path[4096 + 256 + 1];
	size_t count = 0, size;
	struct dirent *found;
	uint8_t *data;
	char place[64];
	DIR *listing;

	snprintf(place, sizeof(place), "fuzz/corpus/%s", name);
	snprintf(folder, sizeof(folder), "%s", unit_path(place));
	listing = opendir(folder);
	assert_non_null(listing);
	while ((found = readdir(listing)) != NULL) {
		if (found->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, found->d_name);
		data = read_file(path, &size);
		check(data, size);
		free(data);
		count++;
	}
	closedir(listing);
	assert_true(count > 0);
}

/* Every corpus is read as what it is, and as what it isn't. */
static void check_all(const uint8_t *data, size_t size)
{
	check_manifest(NULL, data, size);
	check_keyed(NULL, "Path", data, size);
	check_keyed(NULL, "key", data, size);
	for (int i = 0; manifest_format_readers[i]; i++)
		check_manifest(manifest_format_readers[i], data, size);
	check_form(data, size);
	check_multipart(data, size);
}

#define REPLAY(name)                          \
	static void test_##name(void **state) \
	{                                     \
		(void)state;                  \
		replay(#name, check_all);     \
	}

REPLAY(config)
REPLAY(csv)
REPLAY(form)
REPLAY(guess)
REPLAY(json)
REPLAY(key_name)
REPLAY(lines)
REPLAY(multipart)
REPLAY(ndjson)
REPLAY(sha256sum)
REPLAY(template)
REPLAY(utf16)

static void test_fastcgi(void **state)
{
	(void)state;
	replay("fastcgi", check_fastcgi);
}

static void test_links(void **state)
{
	(void)state;
	replay("links", check_links);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_config),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_fastcgi),
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_guess),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_key_name),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_multipart),
		cmocka_unit_test(test_ndjson),
		cmocka_unit_test(test_sha256sum),
		cmocka_unit_test(test_template),
		cmocka_unit_test(test_utf16),
	};

	return UNIT_RUN(tests);
}
