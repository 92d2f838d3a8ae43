#include "secret.h"

#include <stdlib.h>

#include "lib/base/hex.h"
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

static enum error read_file(const struct config_place *place,
			    const struct config_row *row, void *target,
			    load_fn *load)
{
	const struct config_value *value = config_place_value(place, row);
	char **file = file_of(row, target);
	struct problem reason;
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
	if (!error && load(config_member(row, target), *file, &reason))
		error = CONFIG_FAIL(place, value, "%s", reason.message);
	return error;
}

static enum error read_secret(const struct config_place *place,
			      const struct config_row *row, void *target)
{
	return read_file(place, row, target, secret_load);
}

static enum error read_text(const struct config_place *place,
			    const struct config_row *row, void *target)
{
	return read_file(place, row, target, secret_load_text);
}

static void release_secret(const struct config_row *row, void *target)
{
	secret_wipe(config_member(row, target));
	free(*file_of(row, target));
	*file_of(row, target) = NULL;
}

const struct config_kind config_secret = {
	.read = read_secret,
	.release = release_secret,
};

const struct config_kind config_secret_text = {
	.read = read_text,
	.release = release_secret,
};
