/*
 * block: a block is read and written as a whole, however much the system moves
 * at once, or not at all.
 */
#include "unit.h"

#include <errno.h>
#include <unistd.h>

static ssize_t read_some(int file, void *data, size_t size, off_t at);
static ssize_t write_some(int file, const void *data, size_t size, off_t at);

#define pread read_some
#define pwrite write_some
#include "lib/state/block.c"
#undef pread
#undef pwrite

static char path[] = "/tmp/mintage-block-XXXXXX";
static int file;
static char one[STATE_BLOCK_SIZE], other[STATE_BLOCK_SIZE];

/* What the calls do, in turn: 'i' is interrupted, 'h' moves half of it, '0'
 * nothing, 'f' fails. After that, all is moved. */
static const char *calls;

static char take_call(void)
{
	char now = *calls;

	calls += now != '\0';
	errno = now == 'i' ? EINTR : now == 'f' ? EIO : 0;
	return now;
}

static ssize_t read_some(int from, void *data, size_t size, off_t at)
{
	char now = take_call();

	if (now == 'i' || now == 'f')
		return -1;
	return pread(from, data, now == 'h' ? size / 2 : size, at);
}

static ssize_t write_some(int to, const void *data, size_t size, off_t at)
{
	char now = take_call();

	if (now == 'i' || now == 'f')
		return -1;
	return now == '0' ? 0 :
			    pwrite(to, data, now == 'h' ? size / 2 : size, at);
}

static bool put(const char *what)
{
	calls = what;
	return state_block_write(file, 3, one);
}

static bool get(const char *what)
{
	calls = what;
	memset(other, 0, sizeof(other));
	return state_block_read(file, 3, other);
}

static void test_write(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(one); i++)
		one[i] = (char)(i * 7 + i / 256);
	assert_true(put("ihihi"));
	assert_true(get(""));
	assert_memory_equal(one, other, sizeof(one));
	assert_int_equal(lseek(file, 0, SEEK_END), 4 * STATE_BLOCK_SIZE);
	assert_false(put("h0"));
	assert_int_equal(errno, ENOSPC);
	assert_false(put("ihf"));
	assert_int_equal(errno, EIO);
}

static void test_read(void **state)
{
	(void)state;
	assert_true(put(""));
	assert_true(get("ii"));
	assert_memory_equal(one, other, sizeof(one));
	assert_false(get("h"));
	assert_int_equal(errno, EBADMSG);
	assert_false(get("f"));
	assert_int_equal(errno, EIO);
	assert_int_equal(ftruncate(file, 4 * STATE_BLOCK_SIZE - 1), 0);
	assert_false(get(""));
	assert_int_equal(errno, EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_read),
	};

	file = mkstemp(path);
	if (file < 0 || unlink(path) != 0)
		return 1;
	return UNIT_RUN(tests);
}
