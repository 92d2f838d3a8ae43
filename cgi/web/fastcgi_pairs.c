#include "fastcgi_pairs.h"

#include <string.h>

enum pair_place {
	PLACE_NAME_LENGTH, /* 0: where a pair begins */
	PLACE_VALUE_LENGTH,
	PLACE_NAME,
	PLACE_VALUE,
};

bool fastcgi_pairs_is_between(const struct fastcgi_pairs *pairs)
{
	return pairs->place == PLACE_NAME_LENGTH && pairs->length_got == 0;
}

/* Take a length of one byte, or of four where the highest bit of the first is
 * set. False when not all of it is there. */
static bool take_length(struct fastcgi_pairs *pairs, struct slice *rest,
			uint32_t *length)
{
	const uint8_t *bytes = pairs->lengths;

	while (rest->length > 0) {
		pairs->lengths[pairs->length_got++] = (uint8_t)*rest->data;
		*rest = slice_of(rest->data + 1, rest->length - 1);
		if (bytes[0] < 0x80) {
			*length = bytes[0];
		} else if (pairs->length_got == sizeof(pairs->lengths)) {
			*length = (uint32_t)(bytes[0] & 0x7f) << 24 |
				  (uint32_t)bytes[1] << 16 |
				  (uint32_t)bytes[2] << 8 | bytes[3];
		} else {
			continue;
		}
		pairs->length_got = 0;
		return true;
	}
	return false;
}

/* Take what there is of the name or value. False when there is nothing. */
static bool take_part(struct fastcgi_pairs *pairs, struct slice *rest,
		      struct slice *part)
{
	size_t length = rest->length < pairs->left ? rest->length : pairs->left;

	*part = slice_of(rest->data, length);
	if (length == 0)
		return false;
	*rest = slice_of(rest->data + length, rest->length - length);
	pairs->left -= (uint32_t)length;
	return true;
}

enum fastcgi_pairs_step fastcgi_pairs_next(struct fastcgi_pairs *pairs,
					   struct slice *rest,
					   struct slice *part)
{
	switch (pairs->place) {
	case PLACE_NAME_LENGTH:
		if (!take_length(pairs, rest, &pairs->name_length))
			return FASTCGI_PAIRS_MORE;
		pairs->place = PLACE_VALUE_LENGTH;
		/* fall through */
	case PLACE_VALUE_LENGTH:
		if (!take_length(pairs, rest, &pairs->value_length))
			return FASTCGI_PAIRS_MORE;
		pairs->place = PLACE_NAME;
		pairs->left = pairs->name_length;
		return FASTCGI_PAIRS_LENGTHS;
	case PLACE_NAME:
		if (take_part(pairs, rest, part))
			return FASTCGI_PAIRS_NAME;
		if (pairs->left > 0)
			return FASTCGI_PAIRS_MORE;
		pairs->place = PLACE_VALUE;
		pairs->left = pairs->value_length;
		/* fall through */
	default:
		if (take_part(pairs, rest, part))
			return FASTCGI_PAIRS_VALUE;
		if (pairs->left > 0)
			return FASTCGI_PAIRS_MORE;
		pairs->place = PLACE_NAME_LENGTH;
		return FASTCGI_PAIRS_END;
	}
}
