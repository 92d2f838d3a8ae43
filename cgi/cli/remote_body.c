#include "remote_body.h"

#include "cgi/upstream/cloudflare.h"

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

bool remote_body_fields(struct buffer *body, const struct cli_fields *asked)
{
	const struct fields *fields = &asked->fields;

	return buffer_add(body, "{", 1) &&
	       add_text(body, field_names[FIELD_BUCKET], fields->bucket) &&
	       add_text(body, field_names[FIELD_PARENT],
			slice_text(asked->parent)) &&
	       add_text(body, field_names[FIELD_FORMAT], fields->format) &&
	       add_text(body, field_names[FIELD_METHOD],
			slice_text(method_names[fields->method])) &&
	       add_text(body, field_names[FIELD_SIGN],
			slice_text(fields->sign == SIGN_PARENT ?
					   NULL :
					   fields_sign_names[fields->sign])) &&
	       add_text(body, field_names[FIELD_DOWNLOAD], fields->download) &&
	       add_text(body, field_names[FIELD_ON_ERROR],
			slice_text(fields->on_error == ON_ERROR_REPORT ?
					   "report" :
					   NULL)) &&
	       add_scope(body, &fields->scope);
}

static bool is_plain(const struct entry *entry)
{
	return !entry->own_scope && !entry->method &&
	       entry->filename.length == 0 && entry->content_type.length == 0 &&
	       entry->content_length.length == 0 && entry->sha256.length == 0;
}

bool remote_body_entry(struct buffer *body, const struct entry *entry)
{
	if (is_plain(entry))
		return cloudflare_quote(body, entry->key);
	if (!buffer_add(body, "{", 1) || !add_scope(body, &entry->scope) ||
	    !add_text(body, "method",
		      slice_text(method_names[entry->method])) ||
	    !add_text(body, "filename", entry->filename) ||
	    !add_text(body, "contentType", entry->content_type) ||
	    !add_text(body, "sha256", entry->sha256))
		return false;
	if (entry->content_length.length > 0 &&
	    !buffer_format(body, "\"contentLength\":%.*s,",
			   (int)entry->content_length.length,
			   entry->content_length.data))
		return false;
	return buffer_format(body, "\"key\":") &&
	       cloudflare_quote(body, entry->key) && buffer_add(body, "}", 1);
}
