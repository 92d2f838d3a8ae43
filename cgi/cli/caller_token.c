#include "caller_token.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "stream.h"

static bool random_bytes(uint8_t *bytes, size_t count)
{
	while (count > 0) {
		ssize_t got = getrandom(bytes, count, 0);

		if (got < 0 && errno != EINTR)
			return false;
		if (got > 0) {
			bytes += got;
			count -= (size_t)got;
		}
	}
	return true;
}

enum cli_status caller_token_make(struct caller_token *token)
{
	uint8_t bytes[CALLER_TOKEN_BYTES];
	uint8_t hash[DIGEST_SIZE];

	if (!random_bytes(bytes, sizeof(bytes)))
		return cli_complain("no random numbers: %s", strerror(errno));
	base64_url_encode(token->text, bytes, sizeof(bytes));
	digest_sha256(token->text, sizeof(token->text), hash);
	hex_encode(token->hash, hash, sizeof(hash));
	explicit_bzero(bytes, sizeof(bytes));
	return CLI_DONE;
}

enum cli_status caller_token_place(int section)
{
	int terminal;

	if (!stream_is_null(STDERR_FILENO) &&
	    !stream_are_one(STDERR_FILENO, section))
		return CLI_DONE;
	terminal = open("/dev/tty", O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (terminal >= 0) {
		(void)dup2(terminal, STDERR_FILENO);
		close(terminal);
		return CLI_DONE;
	}
	/* What reads the section takes this line as a comment. */
	fputs("; ", stderr);
	return cli_complain("no token was made, because there is no place to "
			    "show it: standard error is /dev/null, or goes "
			    "where the section goes; send it elsewhere");
}

enum cli_status caller_token_show(const struct caller_token *token,
				  const char *name)
{
	char line[CALLER_TOKEN_LENGTH + 1];
	int failure;

	fprintf(stderr,
		"mintage: this is the token of caller '%s', which is shown "
		"only now:\n",
		name);
	memcpy(line, token->text, CALLER_TOKEN_LENGTH);
	line[CALLER_TOKEN_LENGTH] = '\n';
	failure = io_write_all(STDERR_FILENO, line, sizeof(line));
	explicit_bzero(line, sizeof(line));
	if (!failure)
		return CLI_DONE;
	return cli_complain("the token of caller '%s' could not be shown (%s), "
			    "and nobody has it: remove the section, and make "
			    "another",
			    name, strerror(failure));
}
