/*
 * spoken - what a part of the command writes to standard output and to standard
 * error, both of which go to a file meanwhile.
 */
#ifndef MINTAGE_TESTS_UNIT_SPOKEN_H
#define MINTAGE_TESTS_UNIT_SPOKEN_H

#include <unistd.h>

static int spoken_file = -1, spoken_streams[2];

/* Keep what is written from now on. */
static void spoken_begin(void)
{
	char path[] = "/tmp/mintage-spoken-XXXXXX";

	(void)fflush(stdout);
	spoken_file = mkstemp(path);
	assert_true(spoken_file >= 0);
	assert_int_equal(unlink(path), 0);
	for (int i = 0; i < 2; i++) {
		spoken_streams[i] = dup(STDOUT_FILENO + i);
		assert_true(spoken_streams[i] >= 0);
		assert_true(dup2(spoken_file, STDOUT_FILENO + i) >= 0);
	}
}

/* The text that was written since spoken_begin; it stands until the next call.
 * Standard output and standard error lead where they led before. */
static const char *spoken_end(void)
{
	static char text[16384];
	ssize_t length;

	(void)fflush(stdout);
	for (int i = 0; i < 2; i++) {
		(void)dup2(spoken_streams[i], STDOUT_FILENO + i);
		close(spoken_streams[i]);
	}
	length = pread(spoken_file, text, sizeof(text) - 1, 0);
	close(spoken_file);
	assert_true(length >= 0);
	text[length] = '\0';
	return text;
}

#endif
