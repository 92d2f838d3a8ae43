/*
 * spawn COUNT INPUT PROGRAM [ARGUMENT]... - run a program so many times, one
 * after the other, with the environment as it is here.
 *
 * INPUT is a file that goes to its standard input by a pipe (it must fit into
 * one), or "-" for none. Its standard output is a pipe that is read to the end.
 * One line a run: seconds from before the process was made until it was gone,
 * and how many bytes it wrote. An exit status that isn't 0 ends it all.
 */
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

extern char **environ;

struct ends {
	int read;
	int write;
};

static struct ends make_pipe(void)
{
	int files[2];

	if (pipe2(files, O_CLOEXEC) < 0)
		fail("no pipe");
	return (struct ends){ files[0], files[1] };
}

static int input_of(struct slice input)
{
	struct ends ends = make_pipe();

	if (input.length > 0 && write(ends.write, input.data, input.length) !=
					(ssize_t)input.length)
		fail("INPUT does not fit into a pipe");
	close(ends.write);
	return ends.read;
}

static pid_t start(char **command, int input, int output)
{
	posix_spawn_file_actions_t files;
	pid_t child;

	if (posix_spawn_file_actions_init(&files) ||
	    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO) ||
	    posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO) ||
	    posix_spawn(&child, command[0], &files, NULL, command, environ))
		fail("%s can't be started", command[0]);
	posix_spawn_file_actions_destroy(&files);
	return child;
}

static size_t drain(int file)
{
	static char waste[1 << 16];
	size_t length = 0;
	ssize_t got;

	while ((got = read(file, waste, sizeof(waste))) > 0)
		length += (size_t)got;
	return length;
}

static void run(char **command, struct slice input)
{
	int given = input_of(input), status;
	struct ends output = make_pipe();
	double before = seconds();
	pid_t child = start(command, given, output.write);
	size_t length;

	close(output.write);
	length = drain(output.read);
	if (waitpid(child, &status, 0) != child || status != 0)
		fail("%s failed (status %#x)", command[0], (unsigned)status);
	printf("%.9f %zu\n", seconds() - before, length);
	close(output.read);
	close(given);
}

int main(int argc, char **argv)
{
	struct slice input = { NULL, 0 };

	if (argc < 4)
		fail("spawn COUNT INPUT PROGRAM [ARGUMENT]...");
	if (strcmp(argv[2], "-") != 0)
		input = map_file(argv[2]);
	for (size_t i = 0, count = number(argv[1]); i < count; i++)
		run(argv + 3, input);
	return 0;
}
