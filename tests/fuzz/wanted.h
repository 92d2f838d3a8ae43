/*
 * wanted - what a request in JSON asks for, entry by entry: which path, what
 * may be done with it and for how long. What is issued is just that. Requests
 * in other writings, or with fields that change what others mean, are left to
 * asked.h.
 */
#ifndef MINTAGE_FUZZ_WANTED_H
#define MINTAGE_FUZZ_WANTED_H

#include "granted.h"

static struct {
	json_object *root; /* NULL: not known */
	size_t next;       /* of its entries, all lists together */
} wanted_from;

static inline bool wanted_has(json_object *object, const char *name)
{
	return json_object_object_get_ex(object, name, NULL);
}

/* Are all of the body's bytes the JSON of a request? */
static inline bool wanted_is_json(void)
{
	const char *type = site_variable("CONTENT_TYPE");
	const char *length = site_variable("CONTENT_LENGTH");
	const char *query = site_variable("QUERY_STRING");
	const char *uri = site_variable("REQUEST_URI");

	return type && strcasecmp(type, "application/json") == 0 && length &&
	       strtoull(length, NULL, 10) == site.body.length &&
	       (!query || !*query) && (!uri || !strchr(uri, '?'));
}

static inline void wanted_begin(void)
{
	json_tokener *tokener;

	wanted_from.root = NULL;
	wanted_from.next = 0;
	/* Where entries failed, the next one is not the next that was asked
	 * for. */
	if (granted.issues == 0 || granted.failed > 0 || !wanted_is_json())
		return;
	tokener = json_tokener_new_ex(16);
	CHECK(tokener != NULL);
	wanted_from.root = json_tokener_parse_ex(tokener, site.body.data,
						 (int)site.body.length);
	json_tokener_free(tokener);
	if (json_object_is_type(wanted_from.root, json_type_object) &&
	    !wanted_has(wanted_from.root, "keyName"))
		return;
	json_object_put(wanted_from.root);
	wanted_from.root = NULL;
}

/* ---- the terms of an entry ------------------------------------------------ */

/* What the entry says, or else the request; NULL where nobody does. */
static inline json_object *wanted_term(json_object *entry, const char *name)
{
	json_object *found = NULL;

	if (json_object_is_type(entry, json_type_object))
		(void)json_object_object_get_ex(entry, name, &found);
	if (!found)
		(void)json_object_object_get_ex(wanted_from.root, name, &found);
	return found;
}

/* Actions name what may be done; without them a permission does. An entry with
 * a permission leaves the request's actions behind. */
static inline uint32_t wanted_may(json_object *entry)
{
	json_object *permission = wanted_term(entry, "permission");
	json_object *actions = wanted_term(entry, "actions");
	char unused[512];

	if (json_object_is_type(entry, json_type_object) &&
	    wanted_has(entry, "permission") && !wanted_has(entry, "actions"))
		actions = NULL;
	if (actions)
		return granted_actions(actions, unused);
	return permission ? rules_may(json_object_get_string(permission),
				      (size_t)json_object_get_string_len(
					      permission)) :
			    0;
}

/* A number of seconds is what was asked for; asked.h knows other writings. */
static inline void wanted_check_ttl(json_object *entry, int64_t ttl)
{
	json_object *found = wanted_term(entry, "ttlSeconds");

	CHECK(!json_object_is_type(found, json_type_int) ||
	      json_object_get_int64(found) == ttl);
}

/* ---- entries -------------------------------------------------------------- */

static inline bool wanted_is_path(json_object *entry, struct slice path)
{
	json_object *key = entry;

	if (json_object_is_type(entry, json_type_object) &&
	    !json_object_object_get_ex(entry, "key", &key))
		return false;
	return slice_equal(path,
			   slice_of(json_object_get_string(key),
				    (size_t)json_object_get_string_len(key)));
}

/* The next entry, whose list is then *list: "objects" or "prefixes", in the
 * order in which they are written. NULL behind the last one. */
static inline json_object *wanted_entry(const char **list)
{
	size_t before = 0;

	json_object_object_foreach(wanted_from.root, name, member)
	{
		size_t count;

		if (strcmp(name, "objects") != 0 &&
		    strcmp(name, "prefixes") != 0)
			continue;
		count = json_object_array_length(member);
		*list = name;
		if (wanted_from.next < before + count)
			return json_object_array_get_idx(
				member, wanted_from.next++ - before);
		before += count;
	}
	return NULL;
}

/* The paths of one credential are those of the list, in their order. */
static inline void wanted_check_list(const char *name, json_object *paths)
{
	size_t count = paths ? json_object_array_length(paths) : 0;
	json_object *list = wanted_term(NULL, name);

	CHECK(count == (list ? json_object_array_length(list) : 0));
	for (size_t i = 0; i < count; i++) {
		json_object *one = json_object_array_get_idx(paths, i);

		CHECK(wanted_is_path(
			json_object_array_get_idx(list, i),
			slice_of(json_object_get_string(one),
				 (size_t)json_object_get_string_len(one))));
	}
}

static inline void wanted_single(const struct issued *issued)
{
	wanted_check_list("objects", issued->objects);
	wanted_check_list("prefixes", issued->prefixes);
	CHECK(issued->may == wanted_may(NULL));
	wanted_check_ttl(NULL, issued->ttl);
}

static inline void wanted_token(const struct issued *issued)
{
	json_object *entry, *paths;
	const char *list;

	if (!wanted_from.root)
		return;
	if (!strstr(site_variable("PATH_INFO"), "/batch")) {
		wanted_single(issued);
		return;
	}
	entry = wanted_entry(&list);
	CHECK(entry != NULL);
	paths = strcmp(list, "objects") == 0 ? issued->objects :
					       issued->prefixes;
	CHECK(paths && json_object_array_length(paths) == 1);
	paths = json_object_array_get_idx(paths, 0);
	CHECK(wanted_is_path(
		entry, slice_of(json_object_get_string(paths),
				(size_t)json_object_get_string_len(paths))));
	CHECK(issued->may == wanted_may(entry));
	wanted_check_ttl(entry, issued->ttl);
}

/* `is_known`: issued->method is. */
static inline void wanted_link(const struct issued *issued, bool is_known)
{
	json_object *entry, *method;
	const char *list;

	if (!wanted_from.root)
		return;
	entry = wanted_entry(&list);
	CHECK(entry != NULL && strcmp(list, "objects") == 0);
	CHECK(wanted_is_path(entry, slice_of(issued->key, issued->key_length)));
	wanted_check_ttl(entry, issued->ttl);
	method = wanted_term(entry, "method");
	CHECK(!is_known ||
	      strcasecmp(issued->method,
			 method ? json_object_get_string(method) : "GET") == 0);
}

/* Nothing is left. */
static inline void wanted_end(void)
{
	const char *list;
	bool is_single;

	if (!wanted_from.root)
		return;
	is_single = granted.tokens == 1 &&
		    !strstr(site_variable("PATH_INFO"), "/batch");
	CHECK(is_single || wanted_entry(&list) == NULL);
	json_object_put(wanted_from.root);
	wanted_from.root = NULL;
}

#endif
