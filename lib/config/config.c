#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "fail.h"
#include "file.h"
#include "ini.h"
#include "rows.h"

#define KIND(kind) &config_##kind##_section,
static const struct config_section_kind *const kinds[] = { CONFIG_SECTIONS(
	KIND) };

#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

/* ---- lists of structs that the kinds describe ---------------------------- */

static char *member_at(void *target, size_t offset)
{
	return (char *)target + offset;
}

/* The members that point to structs have types of their own: memcpy reads and
 * writes each as what it is. */
static void *pointer_at(void *target, size_t offset)
{
	void *pointer;

	memcpy(&pointer, member_at(target, offset), sizeof(pointer));
	return pointer;
}

/* Put `last` behind the last struct of the list. */
static void link_last(struct config *config,
		      const struct config_section_kind *kind, void *last)
{
	void *target = config, *next;
	size_t offset = kind->list;

	while ((next = pointer_at(target, offset))) {
		target = next;
		offset = kind->next;
	}
	memcpy(member_at(target, offset), &last, sizeof(last));
}

/* Append a struct for the section. It is in the list before it is filled, so
 * that config_free finds what it owns whenever something fails. */
static void *append(struct config *config, const struct config_section *section)
{
	const struct config_section_kind *kind = section->kind;
	void *target = calloc(1, kind->size);

	if (!target)
		return NULL;
	link_last(config, kind, target);
	snprintf(member_at(target, kind->title), CONFIG_NAME_MAX + 1, "%s",
		 section->name);
	memcpy(member_at(target, kind->line), &section->line,
	       sizeof(section->line));
	return config_rows_start(kind, target) ? target : NULL;
}

static void free_list(const struct config_section_kind *kind, void *target)
{
	while (target) {
		void *next = pointer_at(target, kind->next);

		config_rows_release(kind, target);
		free(target);
		target = next;
	}
}

/* ---- loading ------------------------------------------------------------- */

static enum error load_section(struct config *config,
			       const struct config_place *at)
{
	void *target = config;

	if (at->section->kind->size > 0)
		target = append(config, at->section);
	if (!target)
		return config_place_no_memory(at);
	return config_rows_read(at, target);
}

static enum error load_sections(struct config *config,
				const struct config_parsed *parsed,
				struct problem *problem)
{
	struct config_place at = {
		.path = parsed->path,
		.config = config,
		.problem = problem,
	};
	enum error error = ERROR_NONE;

	for (size_t i = 0; i < KIND_COUNT; i++) {
		for (at.section = parsed->sections; at.section && !error;
		     at.section = at.section->next) {
			if (at.section->kind == kinds[i])
				error = load_section(config, &at);
		}
	}
	return error;
}

static struct config *create(const char *path)
{
	struct config *config = calloc(1, sizeof(*config));
	bool complete;

	if (!config)
		return NULL;
	config->path = strdup(path);
	config->locked = locked_new();
	complete = config->path && config->locked;
	for (size_t i = 0; i < KIND_COUNT && complete; i++)
		complete = kinds[i]->size > 0 ||
			   config_rows_start(kinds[i], config);
	if (complete)
		return config;
	config_free(config);
	return NULL;
}

enum error config_load_text(struct config **config, const char *path,
			    struct slice text, struct problem *problem)
{
	struct config *loaded = create(path);
	struct config_parsed parsed = { 0 };
	enum error error;

	*config = NULL;
	if (!loaded)
		return config_fail(problem, path, 0, "out of memory");
	error = config_ini_parse(&parsed, path, text, kinds, KIND_COUNT,
				 problem);
	if (!error)
		error = load_sections(loaded, &parsed, problem);
	config_parsed_free(&parsed);
	if (error)
		config_free(loaded);
	else
		*config = loaded;
	return error;
}

enum error config_load(struct config **config, const char *path,
		       struct problem *problem)
{
	struct buffer text = { 0 };
	enum error error = config_file_read(&text, path, problem);

	*config = NULL;
	if (!error)
		error = config_load_text(config, path, buffer_slice(&text),
					 problem);
	buffer_free(&text);
	return error;
}

void config_free(struct config *config)
{
	if (!config)
		return;
	for (size_t i = 0; i < KIND_COUNT; i++) {
		if (kinds[i]->size > 0)
			free_list(kinds[i], pointer_at(config, kinds[i]->list));
		else
			config_rows_release(kinds[i], config);
	}
	locked_free(config->locked);
	free(config->path);
	free(config);
}

bool config_serves_nobody(const struct config *config)
{
	const struct download *download = config->downloads;

	while (download && download->open_to == OPEN_TO_CALLERS)
		download = download->next;
	return !config->callers && !download;
}

/* ---- finding things ------------------------------------------------------ */

const struct account *config_account(const struct config *config,
				     struct slice id)
{
	const struct account *account = config->accounts;

	while (account && !slice_is(id, account->id))
		account = account->next;
	return account;
}

const struct parent *config_parent(const struct config *config,
				   struct slice access_key_id)
{
	const struct parent *parent = config->parents;

	while (parent && !slice_is(access_key_id, parent->key.access_key_id))
		parent = parent->next;
	return parent;
}

const struct parent *config_parent_named(const struct config *config,
					 const char *name)
{
	const struct parent *parent = config->parents;

	while (parent && strcmp(parent->key.name, name) != 0)
		parent = parent->next;
	return parent;
}

const struct caller *config_caller_named(const struct config *config,
					 struct slice name)
{
	const struct caller *caller = config->callers;

	while (caller && !slice_is(name, caller->name))
		caller = caller->next;
	return caller;
}
