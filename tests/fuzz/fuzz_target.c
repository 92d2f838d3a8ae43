/* Which key an address names, whatever a client and a web server say. */
#include "cgi/download/target.h"
#include "check.h"
#include "lib/base/percent.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct slice target_line(struct slice *rest)
{
	struct slice found = slice_of(NULL, 0);

	(void)slice_split(rest, '\n', &found);
	return found;
}

/* What was read is a path that a key may be a part of, and is what was sent. */
static void check_target(const struct download_target *target)
{
	char text[DOWNLOAD_TARGET_MAX];
	struct slice decoded, sent, again;

	CHECK(target->path.length == 0 || target->path.data[0] == '/');
	CHECK(unicode_valid(target->path) == target->path.length);
	CHECK(!key_has_dot_segment(target->path));
	CHECK(target->path.length == 0 ||
	      !memchr(target->path.data, '\0', target->path.length));
	for (size_t i = 0; i <= target->path.length; i++) {
		download_target_below(target, i, &decoded, &sent);
		if (!target->sent.data) {
			CHECK(slice_equal(sent, decoded));
			continue;
		}
		CHECK(percent_decode(text, sent, &again));
		CHECK(slice_equal(again, decoded));
	}
}

/* Three lines: REQUEST_URI, SCRIPT_NAME and PATH_INFO. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = slice_of((const char *)data, size);
	struct download_address address = { .is_rewritten = size % 2 == 0 };
	struct download_target target;
	struct problem problem;

	address.request_uri = target_line(&rest);
	address.script = target_line(&rest);
	address.path_info = rest;
	/* A web server's variables end where a NUL is. */
	if (memchr(data, '\0', size))
		return 0;
	if (download_target_read(&target, &address, &problem))
		check_problem(&problem);
	else
		check_target(&target);
	return 0;
}
