#include "words.h"

#include <stdlib.h>

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
	/* In other places these begin a comment, so whoever writes one here
	 * may mean a comment too. */
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
	if (what == WORD_BAD_QUOTE)
		return CONFIG_FAIL(place, value,
				   "'%s': a quote without an end, or with "
				   "something right behind it; write \"...\" "
				   "and a blank",
				   value->row->name);
	return CONFIG_FAIL(place, value,
			   "'%s': a word begins with # or ;, which looks like "
			   "a comment; begin one with a blank and ;, or quote "
			   "the word",
			   value->row->name);
}

static enum error fail_word(const struct config_place *place,
			    const struct config_value *value)
{
	struct problem reason = *place->problem;

	return CONFIG_FAIL(place, value, "'%s': %s", value->row->name,
			   reason.message);
}

static enum error each_word(const struct config_place *place,
			    const struct config_value *first,
			    config_words_fn *take, void *context)
{
	const struct config_value *value;
	size_t count = 0;

	for (value = first; value && value->row == first->row;
	     value = value->next) {
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
		return config_place_empty(place, first);
	return ERROR_NONE;
}

enum error config_words_each(const struct config_place *place, const char *name,
			     config_words_fn *take, void *context)
{
	return each_word(place, config_place_named(place, name), take, context);
}

struct collection {
	enum error (*check)(struct slice word, const char *pointer,
			    struct problem *problem);
	struct words *words;
	char *text; /* where texts go; NULL to count only */
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

static enum error read_words(const struct config_place *place,
			     const struct config_row *row, void *target)
{
	const struct config_value *value = config_place_value(place, row);
	struct words *words = config_member(row, target);
	struct collection collection = { .check = row->check, .words = words };
	enum error error = each_word(place, value, collect_word, &collection);
	size_t count = words->count;

	words->count = 0;
	if (error || count == 0)
		return error;
	/* One block holds the slices and, behind them, the texts that they
	 * point to. */
	words->list = malloc(count * sizeof(*words->list) + collection.length);
	if (!words->list)
		return config_place_no_memory(place);
	collection.text = (char *)(words->list + count);
	collection.length = 0;
	return each_word(place, value, collect_word, &collection);
}

static void release_words(const struct config_row *row, void *target)
{
	struct words *words = config_member(row, target);

	free(words->list);
	*words = (struct words){ 0 };
}

const struct config_kind config_words = {
	.list = true,
	.read = read_words,
	.release = release_words,
};

const struct config_kind config_words_custom = {
	.list = true,
};
