#include "secret.h"

#include <stdlib.h>

#include "lib/base/hex.h"
#include "lib/sign/secret.h"
#include "text.h"

static char **file_of(const struct config_row *row, void *target)
{
	return (void *)((char *)target + row->file);
}

static bool is_secret_itself(struct slice text)
{
	uint8_t bytes[DIGEST_SIZE];
	bool is = text.length == HEX_LENGTH(sizeof(bytes)) &&
		  hex_decode(bytes, text.data, text.length);

	explicit_bzero(bytes, sizeof(bytes));
	return is;
}

typedef enum error load_fn(struct secret *secret, const char *path,
			   struct problem *problem);

_Static_assert(SECRET_MAX <= KEYED_TEXT_MAX, "any secret must fit");

static enum error keep(const struct config_place *place, struct keyed **member,
		       const struct secret *secret)
{
	struct keyed *keyed =
		locked_take(place->config->locked, sizeof(*keyed));

	if (!keyed)
		return config_place_no_memory(place);
	keyed_begin(keyed, slice_of(secret->text, secret->length));
	*member = keyed;
	return ERROR_NONE;
}

static enum error read_file(const struct config_place *place,
			    const struct config_row *row, void *target,
			    load_fn *load)
{
	const struct config_value *value = config_place_value(place, row);
	char **file = file_of(row, target);
	struct problem reason;
	struct secret secret;
	enum error error;

	if (!value)
		return ERROR_NONE;
	/* Whoever wrote the secret here by mistake must not find it in a log
	 * as well. */
	if (is_secret_itself(slice_text(value->text)))
		return CONFIG_FAIL(place, value,
				   "'%s' looks like the secret itself; put "
				   "that into a file of mode 600 and name the "
				   "file here",
				   row->name);
	error = config_text_path_read(place, row, file);
	if (!error && load(&secret, *file, &reason))
		error = CONFIG_FAIL(place, value, "%s", reason.message);
	if (!error)
		error = keep(place, config_member(row, target), &secret);
	secret_wipe(&secret);
	return error;
}

static enum error read_sent(const struct config_place *place,
			    const struct config_row *row, void *target)
{
	return read_file(place, row, target, secret_load);
}

static enum error read_secret(const struct config_place *place,
			      const struct config_row *row, void *target)
{
	struct keyed **member = config_member(row, target);
	enum error error = read_sent(place, row, target);

	if (!error && *member)
		keyed_drop_text(*member);
	return error;
}

static enum error read_text(const struct config_place *place,
			    const struct config_row *row, void *target)
{
	return read_file(place, row, target, secret_load_text);
}

static void release_secret(const struct config_row *row, void *target)
{
	struct keyed **member = config_member(row, target);

	/* Its pages are wiped and unmapped by config_free. */
	*member = NULL;
	free(*file_of(row, target));
	*file_of(row, target) = NULL;
}

const struct config_kind config_secret = {
	.read = read_secret,
	.release = release_secret,
};

const struct config_kind config_secret_sent = {
	.read = read_sent,
	.release = release_secret,
};

const struct config_kind config_secret_text = {
	.read = read_text,
	.release = release_secret,
};
