#include "part.h"

#include "lib/base/base64.h"
#include "lib/base/digest.h"
#include "lib/base/hex.h"

/* Is `text` the same as `wanted`, of `length` bytes? Wipes `wanted`. */
static bool is_wanted(struct slice text, char *wanted, size_t length)
{
	bool is_equal = text.length == length &&
			digest_equal(text.data, wanted, length);

	explicit_bzero(wanted, length);
	return is_equal;
}

bool links_part_is_hex(struct slice text, uint8_t *code, size_t size)
{
	char wanted[HEX_LENGTH(DIGEST_SIZE)];
	size_t length = hex_encode(wanted, code, size);

	explicit_bzero(code, size);
	return is_wanted(text, wanted, length);
}

bool links_part_is_base64(struct slice text, uint8_t *code, size_t size)
{
	char wanted[BASE64URL_LENGTH(DIGEST_SIZE)];
	size_t length = base64_url_encode(wanted, code, size);

	explicit_bzero(code, size);
	return is_wanted(text, wanted, length);
}

bool links_part_expires(struct slice text, int64_t *time)
{
	uint64_t number;

	if (text.length == 0 || text.length > LINK_EXPIRES_MAX ||
	    text.data[0] == '0' || !slice_number(text, INT64_MAX, &number))
		return false;
	*time = (int64_t)number;
	return true;
}

bool links_part_fixed_expires(struct slice text, int64_t *time)
{
	return text.length == LINK_EXPIRES_FIXED &&
	       links_part_expires(text, time);
}

bool links_part_time(struct slice text, int64_t *time)
{
	int64_t value = 0;

	if (text.length != LINK_TIME_DIGITS)
		return false;
	for (size_t i = 0; i < text.length; i++) {
		int digit = hex_digit_value(text.data[i]);

		if (digit < 0)
			return false;
		value = value * 16 + digit;
	}
	*time = value;
	return true;
}

bool links_part_segment(struct slice *path, size_t length,
			struct slice *segment)
{
	if (path->length <= length || path->data[length] != '/' ||
	    memchr(path->data, '/', length))
		return false;
	*segment = slice_of(path->data, length);
	*path = slice_of(path->data + length + 1, path->length - length - 1);
	return true;
}

bool links_part_argument(struct slice query, struct slice name,
			 struct slice *value)
{
	struct slice one, found_name;
	bool found = false;

	while (slice_split(&query, '&', &one)) {
		(void)slice_split(&one, '=', &found_name);
		if (!slice_equal(found_name, name))
			continue;
		if (found)
			return false;
		found = true;
		*value = one;
	}
	return found;
}
