/* Pages for secrets: locked, out of dumps, between guards, wiped at the end. */
#include "unit.h"

#include <errno.h>
#include <stdalign.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void *map_or_not(void *place, size_t size, int access, int flags,
			int file, off_t at);

#define mmap map_or_not
#include "lib/base/locked.c"
#undef mmap

/* The flags of the calls for which memory is out; 0 of none. */
static int out_for;

static void *map_or_not(void *place, size_t size, int access, int flags,
			int file, off_t at)
{
	if (!(flags & out_for))
		return mmap(place, size, access, flags, file, at);
	errno = ENOMEM;
	return MAP_FAILED;
}

/* The line "VmFlags:" of the mapping that `place` lies in, or its access
 * rights, as "rw-p". */
static void look(const void *place, char flags[256], char access[8])
{
	FILE *maps = fopen("/proc/self/smaps", "r");
	unsigned long start, end, wanted = (unsigned long)(uintptr_t)place;
	bool inside = false;
	char line[250];

	flags[0] = access[0] = '\0';
	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps)) {
		char rights[8];

		if (sscanf(line, "%lx-%lx %7s", &start, &end, rights) == 3) {
			inside = wanted >= start && wanted < end;
			if (inside)
				snprintf(access, 8, "%s", rights);
		} else if (inside && strncmp(line, "VmFlags:", 8) == 0) {
			snprintf(flags, 256, "%s ", line);
		}
	}
	fclose(maps);
}

static void test_take(void **state)
{
	static const char zero[100];
	struct locked *locked = locked_new();
	char *first, *second;

	(void)state;
	assert_non_null(locked);
	first = locked_take(locked, 100);
	second = locked_take(locked, 100);
	assert_memory_equal(first, zero, 100);
	memset(first, 'a', 100);
	assert_memory_equal(second, zero, 100);
	assert_int_equal((uintptr_t)first % alignof(max_align_t), 0);
	assert_int_equal((uintptr_t)second % alignof(max_align_t), 0);
	locked_free(locked);
	locked_free(NULL);
}

/* More than one chunk, and a piece that is larger than any. */
static void test_many(void **state)
{
	struct locked *locked = locked_new();
	char *pieces[64];

	(void)state;
	for (size_t i = 0; i < 64; i++) {
		size_t size = i == 40 ? 100000 : 1000;

		pieces[i] = locked_take(locked, size);
		assert_non_null(pieces[i]);
		memset(pieces[i], (int)i, size);
	}
	for (size_t i = 0; i < 64; i++) {
		assert_int_equal(pieces[i][0], i);
		assert_int_equal(pieces[i][999], i);
	}
	locked_free(locked);
}

static void test_flags(void **state)
{
	struct locked *locked = locked_new();
	char flags[256], access[8];
	char *piece = locked_take(locked, 10);
	const char *page = (const char *)((uintptr_t)piece & ~(uintptr_t)4095);

	(void)state;
	look(piece, flags, access);
	assert_string_equal(access, "rw-p");
	assert_non_null(strstr(flags, " dd "));
	assert_true(!locked_is_locked(locked) || strstr(flags, " lo "));
	look(page - 1, flags, access);
	assert_string_equal(access, "---p");
	look(page + 8192, flags, access);
	assert_string_equal(access, "---p");
	locked_free(locked);
	look(piece, flags, access);
	assert_string_equal(access, "");
}

/* Where the system locks nothing more, the pages can be used all the same. */
static void test_refused(void **state)
{
	static const struct rlimit none = { 0, 0 };
	int status = 0;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		struct locked *locked;
		char *piece;

		/* Root may lock what it likes. */
		if (setrlimit(RLIMIT_MEMLOCK, &none) != 0 ||
		    (geteuid() == 0 && setuid(65534) != 0))
			_exit(2);
		locked = locked_new();
		piece = locked ? locked_take(locked, 20000) : NULL;
		if (!piece || locked_is_locked(locked))
			_exit(1);
		memset(piece, 1, 20000);
		locked_free(locked);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* How many mappings this process has. */
static int count_mappings(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	int count = 0, c;

	assert_non_null(maps);
	while ((c = fgetc(maps)) != EOF)
		count += c == '\n';
	fclose(maps);
	return count;
}

/* Memory is out for all of a chunk, or for the pages between its guards. */
static void test_no_memory(void **state)
{
	static const int flags[] = { MAP_ANONYMOUS, MAP_FIXED };
	struct locked *locked = locked_new();
	int before;

	(void)state;
	assert_non_null(locked);
	/* The list of mappings is read through a buffer, which may be one. */
	(void)count_mappings();
	before = count_mappings();
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		char *piece;

		out_for = flags[i];
		assert_null(locked_new());
		assert_null(locked_take(locked, 100000));
		assert_int_equal(count_mappings(), before);
		/* What there is can be used all the same. */
		piece = locked_take(locked, 100);
		assert_non_null(piece);
		memset(piece, 1, 100);
		out_for = 0;
	}
	assert_non_null(locked_take(locked, 100000));
	locked_free(locked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_take),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_memory),
	};

	return UNIT_RUN(tests);
}
