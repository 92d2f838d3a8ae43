#include "value.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/hex.h"
#include "lib/sign/key.h"

const char *config_key_name(const struct config_place *place, size_t key)
{
	return place->section->kind->keys[key].name;
}

enum error config_find_text(const struct config_place *place, size_t key,
			    const struct config_value **value)
{
	*value = config_value(place, key);
	if (!*value || (*value)->text[0] != '\0')
		return ERROR_NONE;
	return CONFIG_FAIL(place, *value,
			   "'%s' is empty; give it a value or remove the line",
			   config_key_name(place, key));
}

enum error config_need(const struct config_place *place, size_t key)
{
	const struct config_section *section = place->section;

	if (config_value(place, key))
		return ERROR_NONE;
	return CONFIG_FAIL(place, section, "[%s %s] has no '%s'; add it",
			   section->kind->name, section->name,
			   config_key_name(place, key));
}

enum error config_replace(const struct config_place *place, char **out,
			  char *text)
{
	if (!text)
		return config_no_memory(place);
	free(*out);
	*out = text;
	return ERROR_NONE;
}

enum error config_text(const struct config_place *place, size_t key, char **out)
{
	const struct config_value *value;
	enum error error = config_find_text(place, key, &value);

	if (error || !value)
		return error;
	return config_replace(place, out, strdup(value->text));
}

enum error config_path(const struct config_place *place, size_t key, char **out)
{
	const char *slash = strrchr(place->path, '/');
	const struct config_value *value;
	enum error error = config_find_text(place, key, &value);
	char *text;

	if (error || !value)
		return error;
	if (value->text[0] == '/' || !slash)
		return config_replace(place, out, strdup(value->text));
	if (asprintf(&text, "%.*s%s", (int)(slash + 1 - place->path),
		     place->path, value->text) < 0)
		text = NULL;
	return config_replace(place, out, text);
}

enum error config_bool(const struct config_place *place, size_t key, bool *out)
{
	static const struct {
		const char *name;
		bool value;
	} words[] = {
		{ "yes", true }, { "on", true },   { "true", true },
		{ "no", false }, { "off", false }, { "false", false },
	};
	char quoted[KEY_QUOTE_MAX];
	const struct config_value *value;
	enum error error = config_find_text(place, key, &value);

	if (error || !value)
		return error;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(value->text, words[i].name) == 0) {
			*out = words[i].value;
			return ERROR_NONE;
		}
	}
	return CONFIG_FAIL(place, value, "'%s' is '%s'; write yes or no",
			   config_key_name(place, key),
			   key_quote(quoted, slice_text(value->text)));
}

static enum error fail_number(const struct config_place *place, size_t key,
			      const struct config_value *value, uint64_t max,
			      const char *units)
{
	char quoted[KEY_QUOTE_MAX];

	return CONFIG_FAIL(place, value,
			   "'%s' is '%s'; write a whole number from 1 to "
			   "%llu%s",
			   config_key_name(place, key),
			   key_quote(quoted, slice_text(value->text)),
			   (unsigned long long)max, units);
}

enum error config_number(const struct config_place *place, size_t key,
			 uint64_t max, uint64_t *out)
{
	const struct config_value *value;
	enum error error = config_find_text(place, key, &value);
	uint64_t number;

	if (error || !value)
		return error;
	if (!slice_number(slice_text(value->text), max, &number) || number == 0)
		return fail_number(place, key, value, max, "");
	*out = number;
	return ERROR_NONE;
}

enum error config_size(const struct config_place *place, size_t key,
		       uint64_t max, uint64_t *out)
{
	const struct config_value *value;
	enum error error = config_find_text(place, key, &value);
	struct slice digits;
	unsigned shift = 0;
	uint64_t number;

	if (error || !value)
		return error;
	digits = slice_text(value->text);
	switch (digits.data[digits.length - 1]) {
	case 'G':
		shift += 10;
		/* fall through */
	case 'M':
		shift += 10;
		/* fall through */
	case 'K':
		shift += 10;
		digits.length--;
		break;
	default:
		break;
	}
	if (!slice_number(digits, max >> shift, &number) || number == 0)
		return fail_number(place, key, value, max,
				   ", or with K, M or G behind it");
	*out = number << shift;
	return ERROR_NONE;
}

enum error config_choice(const struct config_place *place, size_t key,
			 const char *const names[], size_t count, size_t *out)
{
	char quoted[KEY_QUOTE_MAX], list[128] = "";
	const struct config_value *value;
	enum error error = config_find_text(place, key, &value);
	size_t length = 0;

	if (error || !value)
		return error;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(value->text, names[i]) == 0) {
			*out = i;
			return ERROR_NONE;
		}
		length += (size_t)snprintf(list + length, sizeof(list) - length,
					   "%s%s", i == 0 ? "" : ", ",
					   names[i]);
		if (length >= sizeof(list))
			length = sizeof(list) - 1;
	}
	return CONFIG_FAIL(place, value, "'%s' is '%s'; write one of %s",
			   config_key_name(place, key),
			   key_quote(quoted, slice_text(value->text)), list);
}

/* ---- lists --------------------------------------------------------------- */

enum word { WORD, WORD_NONE, WORD_BAD_QUOTE, WORD_COMMENT };

/* Take the first word from *rest. */
static enum word take_word(struct slice *rest, struct slice *word)
{
	struct slice text = slice_trim(*rest);
	size_t end = 0;

	if (text.length == 0)
		return WORD_NONE;
	if (text.data[0] == '"') {
		*rest = slice_of(text.data + 1, text.length - 1);
		if (!memchr(rest->data, '"', rest->length) ||
		    !slice_split(rest, '"', word))
			return WORD_BAD_QUOTE;
		if (rest->length > 0 && slice_trim(*rest).data == rest->data)
			return WORD_BAD_QUOTE;
		return WORD;
	}
	/* Elsewhere this begins a comment: no surprise here. */
	if (text.data[0] == '#' || text.data[0] == ';')
		return WORD_COMMENT;
	while (end < text.length && text.data[end] != ' ' &&
	       text.data[end] != '\t')
		end++;
	*word = slice_of(text.data, end);
	*rest = slice_of(text.data + end, text.length - end);
	return WORD;
}

static enum error fail_list(const struct config_place *place,
			    const struct config_value *value, enum word what)
{
	const char *key = config_key_name(place, value->key);

	if (what == WORD_BAD_QUOTE)
		return CONFIG_FAIL(place, value,
				   "'%s': a quote without an end, or with "
				   "something right behind it; write \"...\" "
				   "and a blank",
				   key);
	return CONFIG_FAIL(place, value,
			   "'%s': a word begins with # or ;, which looks like "
			   "a comment; begin one with a blank and ;, or quote "
			   "the word",
			   key);
}

static enum error fail_word(const struct config_place *place,
			    const struct config_value *value)
{
	struct problem reason = *place->problem;

	return CONFIG_FAIL(place, value, "'%s': %s",
			   config_key_name(place, value->key), reason.message);
}

enum error config_each_word(const struct config_place *place, size_t key,
			    config_word_fn *take, void *context)
{
	const struct config_value *first = config_value(place, key);
	const struct config_value *value;
	size_t count = 0;

	for (value = first; value && value->key == key; value = value->next) {
		struct slice rest = slice_text(value->text), word;
		enum word what;

		while ((what = take_word(&rest, &word)) == WORD) {
			if (take(context, word, place->problem))
				return fail_word(place, value);
			count++;
		}
		if (what != WORD_NONE)
			return fail_list(place, value, what);
	}
	if (first && count == 0)
		return CONFIG_FAIL(place, first,
				   "'%s' is empty; give it a value or remove "
				   "the line",
				   config_key_name(place, key));
	return ERROR_NONE;
}

struct collection {
	enum error (*check)(struct slice word, const char *pointer,
			    struct problem *problem);
	struct words *words;
	char *text; /* NULL: only count */
	size_t length;
};

static enum error collect_word(void *context, struct slice word,
			       struct problem *problem)
{
	struct collection *collection = context;
	struct words *words = collection->words;
	enum error error = collection->check(word, NULL, problem);

	if (error)
		return error;
	if (collection->text) {
		char *text = collection->text + collection->length;

		memcpy(text, word.data, word.length);
		words->list[words->count] = slice_of(text, word.length);
	}
	words->count++;
	collection->length += word.length;
	return ERROR_NONE;
}

enum error config_words(const struct config_place *place, size_t key,
			enum error (*check)(struct slice word,
					    const char *pointer,
					    struct problem *problem),
			struct words *out)
{
	struct words words = { 0 };
	struct collection collection = { .check = check, .words = &words };
	enum error error =
		config_each_word(place, key, collect_word, &collection);

	if (error || words.count == 0)
		return error;
	/* One block: the slices, and behind them what they point to. */
	words.list =
		malloc(words.count * sizeof(*words.list) + collection.length);
	if (!words.list)
		return config_no_memory(place);
	collection.text = (char *)(words.list + words.count);
	collection.length = 0;
	words.count = 0;
	error = config_each_word(place, key, collect_word, &collection);
	config_words_free(out);
	*out = words;
	return error;
}

void config_words_free(struct words *words)
{
	free(words->list);
	*words = (struct words){ 0 };
}

/* ---- secrets ------------------------------------------------------------- */

static bool is_secret_itself(struct slice text)
{
	uint8_t bytes[DIGEST_SIZE];
	bool is = text.length == HEX_LENGTH(sizeof(bytes)) &&
		  hex_decode(bytes, text.data, text.length);

	explicit_bzero(bytes, sizeof(bytes));
	return is;
}

enum error config_secret(const struct config_place *place, size_t key,
			 struct secret *secret, char **file)
{
	const struct config_value *value = config_value(place, key);
	struct problem reason;
	enum error error;

	if (!value)
		return ERROR_NONE;
	/* A slip that a message must not spread. */
	if (is_secret_itself(slice_text(value->text)))
		return CONFIG_FAIL(place, value,
				   "'%s' looks like the secret itself; put "
				   "that into a file of mode 600 and name the "
				   "file here",
				   config_key_name(place, key));
	error = config_path(place, key, file);
	if (!error && secret_load(secret, *file, &reason))
		error = CONFIG_FAIL(place, value, "%s", reason.message);
	return error;
}
