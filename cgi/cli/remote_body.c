#include "remote_body.h"

#include "cgi/upstream/cloudflare.h"
#include "lib/manifest/link_metadata.h"

static bool add_text(struct buffer *body, const char *name, struct slice text)
{
	return text.length == 0 ||
	       (buffer_format(body, "\"%s\":", name) &&
		cloudflare_quote(body, text) && buffer_add(body, ",", 1));
}

static bool add_scope(struct buffer *body, const struct scope *scope)
{
	if (!add_text(body, field_names[FIELD_PERMISSION],
		      slice_text(permission_names[scope->permission])))
		return false;
	if (scope->ttl &&
	    !buffer_format(body, "\"%s\":%lu,", field_names[FIELD_TTL],
			   (unsigned long)scope->ttl))
		return false;
	if (scope->actions == 0)
		return true;
	if (!buffer_format(body, "\"%s\":[", field_names[FIELD_ACTIONS]))
		return false;
	for (size_t i = 0; i < ACTION_COUNT; i++) {
		if ((scope->actions >> i & 1) &&
		    !buffer_format(body, "\"%s\",", action_names[i]))
			return false;
	}
	body->data[body->length - 1] = ']';
	return buffer_add(body, ",", 1);
}

/* Metadata is kept as lines of headers; here it is an object again. */
static bool add_metadata(struct buffer *body, struct slice lines)
{
	const size_t prefix = sizeof(LINK_METADATA_PREFIX) - 1;
	struct presign_pair pair;

	if (!buffer_add(body, "{", 1))
		return false;
	while (link_metadata_next(&lines, &pair)) {
		if (!buffer_format(
			    body, "\"%.*s\":", (int)(pair.name.length - prefix),
			    pair.name.data + prefix) ||
		    !cloudflare_quote(body, pair.value) ||
		    !buffer_add(body, ",", 1))
			return false;
	}
	body->data[body->length - 1] = '}';
	return true;
}

static bool add_term(struct buffer *body, const struct link_term_row *row,
		     struct slice text)
{
	if (text.length == 0)
		return true;
	if (row->type == JSON_STRING)
		return add_text(body, row->name, text);
	if (!buffer_format(body, "\"%s\":", row->name))
		return false;
	return (row->type == JSON_OBJECT ?
			add_metadata(body, text) :
			buffer_add(body, text.data, text.length)) &&
	       buffer_add(body, ",", 1);
}

static bool add_link(struct buffer *body, const struct link_terms *link)
{
	bool added = add_text(body, field_names[FIELD_METHOD],
			      slice_text(method_names[link->method]));

	for (size_t i = 0; added && i < LINK_TERM_COUNT; i++)
		added = add_term(body, &link_terms_table[i], link->text[i]);
	return added;
}

bool remote_body_fields(struct buffer *body, const struct cli_fields *asked)
{
	const struct fields *fields = &asked->fields;

	return buffer_add(body, "{", 1) &&
	       add_text(body, field_names[FIELD_BUCKET], fields->bucket) &&
	       add_text(body, field_names[FIELD_PARENT],
			slice_text(asked->parent)) &&
	       add_text(body, field_names[FIELD_FORMAT], fields->format) &&
	       add_text(body, field_names[FIELD_SIGN],
			slice_text(fields->sign == SIGN_PARENT ?
					   NULL :
					   fields_sign_names[fields->sign])) &&
	       add_text(body, field_names[FIELD_DOWNLOAD], fields->download) &&
	       add_text(body, field_names[FIELD_ON_ERROR],
			slice_text(fields->on_error == ON_ERROR_REPORT ?
					   "report" :
					   NULL)) &&
	       add_link(body, &fields->link) && add_scope(body, &fields->scope);
}

static bool is_plain(const struct entry *entry)
{
	return !entry->own_scope && !entry->link.method &&
	       !link_terms_has_text(&entry->link);
}

bool remote_body_entry(struct buffer *body, const struct entry *entry)
{
	if (is_plain(entry))
		return cloudflare_quote(body, entry->key);
	return buffer_add(body, "{", 1) && add_scope(body, &entry->scope) &&
	       add_link(body, &entry->link) &&
	       buffer_format(body, "\"key\":") &&
	       cloudflare_quote(body, entry->key) && buffer_add(body, "}", 1);
}
