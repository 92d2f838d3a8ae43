#include "header.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/sign/key.h"

static bool is_name(struct slice name)
{
	for (size_t i = 0; i < name.length; i++) {
		char c = name.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '-' && c != '_' &&
		    c != '.' && c != '@')
			return false;
	}
	return true;
}

static bool has_names(const struct config_section_kind *kind)
{
	return kind->size > 0;
}

/* "[mintage], [account NAME] and [parent NAME]" */
static void list_kinds(const struct config_reading *reading, char *text,
		       size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < reading->kind_count && length < size; i++) {
		const char *before = i == 0                      ? "" :
				     i + 1 < reading->kind_count ? ", " :
								   " and ";

		length += (size_t)snprintf(
			text + length, size - length, "%s[%s%s]", before,
			reading->kinds[i]->name,
			has_names(reading->kinds[i]) ? " NAME" : "");
	}
}

static const struct config_section_kind *
find_kind(struct config_reading *reading, struct slice name)
{
	char quoted[KEY_QUOTE_MAX], list[PROBLEM_MESSAGE_MAX / 2];

	for (size_t i = 0; i < reading->kind_count; i++) {
		if (slice_is(name, reading->kinds[i]->name))
			return reading->kinds[i];
	}
	key_quote(quoted, name);
	for (size_t i = 0; i < reading->kind_count; i++) {
		if (slice_nearest(name, &reading->kinds[i]->name, 1)) {
			FAIL(reading,
			     "unknown section [%s]; did you mean [%s]?", quoted,
			     reading->kinds[i]->name);
			return NULL;
		}
	}
	list_kinds(reading, list, sizeof(list));
	FAIL(reading, "unknown section [%s]; there are %s", quoted, list);
	return NULL;
}

/* May a section of this kind have this name? Not when another has it. */
static bool may_have_name(struct config_reading *reading,
			  const struct config_section_kind *kind,
			  struct slice name)
{
	char quoted[KEY_QUOTE_MAX];

	key_quote(quoted, name);
	if (has_names(kind) && name.length == 0) {
		FAIL(reading, "the section has no name; write [%s NAME]",
		     kind->name);
		return false;
	}
	if (!has_names(kind) && name.length > 0) {
		FAIL(reading, "[%s] takes no name; write [%s]", kind->name,
		     kind->name);
		return false;
	}
	if (name.length > CONFIG_NAME_MAX || !is_name(name)) {
		FAIL(reading,
		     "'%s' can't be a section's name; use up to %d "
		     "letters, digits and . _ - @",
		     quoted, CONFIG_NAME_MAX);
		return false;
	}
	for (const struct config_section *other = reading->parsed->sections;
	     other; other = other->next) {
		if (other->kind != kind || !slice_is(name, other->name))
			continue;
		FAIL(reading,
		     "[%s%s%s] is given twice, first in line %d; put "
		     "its keys in one section",
		     kind->name, has_names(kind) ? " " : "", quoted,
		     other->line);
		return false;
	}
	return true;
}

/* Append an empty section and make it the current one. */
static void add_section(struct config_reading *reading,
			const struct config_section_kind *kind,
			struct slice name)
{
	struct config_section *section = calloc(1, sizeof(*section));

	if (section)
		section->name = strndup(name.data, name.length);
	if (!section || !section->name) {
		free(section);
		FAIL(reading, "out of memory");
		return;
	}
	section->kind = kind;
	section->line = reading->line;
	*reading->next_section = section;
	reading->next_section = &section->next;
	reading->next_value = &section->values;
	reading->section = section;
	reading->in_list = false;
}

void config_header_take(struct config_reading *reading)
{
	struct slice text = reading->text, word, name, rest;
	const char *end = memchr(text.data, ']', text.length);
	const struct config_section_kind *kind;

	if (!end) {
		FAIL(reading, "the section's ']' is missing; write it");
		return;
	}
	rest = slice_trim(
		slice_of(end + 1, text.length - (size_t)(end + 1 - text.data)));
	if (rest.length > 0 && rest.data[0] != ';' && rest.data[0] != '#') {
		FAIL(reading, "text after ']'; begin a new line for it");
		return;
	}
	text = slice_trim(
		slice_of(text.data + 1, (size_t)(end - text.data) - 1));
	word = slice_of(text.data, 0);
	while (word.length < text.length && text.data[word.length] != ' ' &&
	       text.data[word.length] != '\t')
		word.length++;
	name = slice_trim(
		slice_of(text.data + word.length, text.length - word.length));
	kind = find_kind(reading, word);
	if (kind && may_have_name(reading, kind, name))
		add_section(reading, kind, name);
}
