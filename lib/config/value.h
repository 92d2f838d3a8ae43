/*
 * config_value - the texts of a configuration as what they mean.
 *
 * Each function reads one key of one section. A key that isn't there leaves
 * *out as it was and is no error; one that can't be used is ERROR_CONFIG,
 * "FILE:LINE: reason; remedy". Values that may be secrets are never quoted.
 */
#ifndef MINTAGE_LIB_CONFIG_VALUE_H
#define MINTAGE_LIB_CONFIG_VALUE_H

#include "config.h"
#include "ini.h"

/* A section that is being read. */
struct config_place {
	const char *path;
	const struct config_section *section;
	struct problem *problem;
};

/* At the line of `thing`, a section or a value. */
#define CONFIG_FAIL(place, thing, ...) \
	config_fail((place)->problem, (place)->path, (thing)->line, __VA_ARGS__)

static inline enum error config_no_memory(const struct config_place *place)
{
	return config_fail(place->problem, place->path, 0, "out of memory");
}

/* The key's first line, NULL when it isn't there. */
static inline const struct config_value *
config_value(const struct config_place *place, size_t key)
{
	return config_ini_find(place->section, key);
}

/* For those that read values: the key's name; its first line in *value (NULL
 * when it isn't there; empty fails); *out freed and replaced by `text`, which
 * it owns from then on (NULL: memory was out). */
const char *config_key_name(const struct config_place *place, size_t key);
enum error config_find_text(const struct config_place *place, size_t key,
			    const struct config_value **value) MUST_CHECK;
enum error config_replace(const struct config_place *place, char **out,
			  char *text) MUST_CHECK;

/* ERROR_CONFIG when it isn't there. */
enum error config_need(const struct config_place *place, size_t key) MUST_CHECK;

/* Replaces *out, which is NULL or owned; the caller frees it. Not empty. */
enum error config_text(const struct config_place *place, size_t key,
		       char **out) MUST_CHECK;
/* The same; relative to the folder of the configuration. */
enum error config_path(const struct config_place *place, size_t key,
		       char **out) MUST_CHECK;

/* yes, no, on, off, true, false. */
enum error config_bool(const struct config_place *place, size_t key,
		       bool *out) MUST_CHECK;
/* From 1 to `max`. */
enum error config_number(const struct config_place *place, size_t key,
			 uint64_t max, uint64_t *out) MUST_CHECK;
/* Bytes, from 1 to `max`; with K, M or G behind it, times 1024. */
enum error config_size(const struct config_place *place, size_t key,
		       uint64_t max, uint64_t *out) MUST_CHECK;
/* The place of the word among `names`. */
enum error config_choice(const struct config_place *place, size_t key,
			 const char *const names[], size_t count,
			 size_t *out) MUST_CHECK;

/*
 * Call `take` for each word of a list, which must have one at least. Words are
 * separated by blanks; "..." makes one of what holds blanks. `take` fails with
 * its reason in *problem, which then gets the key and the line.
 */
typedef enum error config_word_fn(void *context, struct slice word,
				  struct problem *problem);
enum error config_each_word(const struct config_place *place, size_t key,
			    config_word_fn *take, void *context) MUST_CHECK;

/* All words; each passes `check`. Ends with config_words_free either way. */
enum error config_words(const struct config_place *place, size_t key,
			enum error (*check)(struct slice word,
					    const char *pointer,
					    struct problem *problem),
			struct words *out) MUST_CHECK;
void config_words_free(struct words *words);

/*
 * http(s)://HOST[:PORT], and a path behind it where `with_path`. Replaces *url
 * (without slashes at its end) and *host ("HOST[:PORT]"; `host` may be NULL).
 * `https_only`: plain http is for this machine alone.
 */
enum error config_url(const struct config_place *place, size_t key,
		      bool with_path, bool https_only, char **url,
		      char **host) MUST_CHECK;

/* The secret in the file that the key names, and that file's path, which
 * replaces *file. */
enum error config_secret(const struct config_place *place, size_t key,
			 struct secret *secret, char **file) MUST_CHECK;

#endif
