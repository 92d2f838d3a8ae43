#include "bucket.h"

#include "key.h"

static bool is_bucket_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

enum error bucket_check(struct slice name, const char *pointer,
			struct problem *problem)
{
	char quoted[KEY_QUOTE_MAX];

	key_quote(quoted, name);
	if (name.length < 3 || name.length > 63)
		return problem_set(problem, ERROR_BUCKET_NAME, pointer,
				   "'%s' has %zu characters; a bucket's name "
				   "has 3 to 63",
				   quoted, name.length);
	for (size_t i = 0; i < name.length; i++) {
		if (is_bucket_alphanumeric(name.data[i]) || name.data[i] == '-')
			continue;
		return problem_set(problem, ERROR_BUCKET_NAME, pointer,
				   "'%s' isn't a bucket's name, which has "
				   "only a-z, 0-9 and '-'",
				   quoted);
	}
	if (name.data[0] == '-' || name.data[name.length - 1] == '-')
		return problem_set(problem, ERROR_BUCKET_NAME, pointer,
				   "'%s' begins or ends with '-'; a bucket's "
				   "name does so with a-z or 0-9",
				   quoted);
	return ERROR_NONE;
}
