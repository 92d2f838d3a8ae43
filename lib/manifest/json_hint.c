#include "json_hint.h"

#include "json_value.h"

void json_hint_members(struct slice text, struct manifest_names *names)
{
	char scratch[JSON_VALUE_NAME_MAX];
	struct slice name;
	struct json json;
	enum json_token token;

	json_begin(&json, text);
	if (json_next(&json) != JSON_OBJECT)
		return;
	while (json_next(&json) == JSON_NAME) {
		name = json_value_name(&json, scratch);
		token = json_next(&json);
		if (token == JSON_BAD)
			return;
		manifest_names_add(names, name, token == JSON_STRING);
		if (!json_skip(&json, token))
			return;
	}
}

/* After the [ of an array: does an object with a likely key come first? */
static bool find_in_array(struct json json, struct json_hint *hint)
{
	struct manifest_names names = { 0 };
	const char *begin;

	if (json_next(&json) != JSON_OBJECT)
		return false;
	begin = json.next - 1;
	json_hint_members(slice_of(begin, (size_t)(json.end - begin)), &names);
	memcpy(hint->key, names.likely, sizeof(hint->key));
	return hint->key[0] != '\0';
}

bool json_hint_find(struct slice text, struct json_hint *hint)
{
	char scratch[JSON_VALUE_NAME_MAX];
	struct slice name;
	struct json json;
	enum json_token token;

	*hint = (struct json_hint){ 0 };
	json_begin(&json, text);
	token = json_next(&json);
	if (token == JSON_ARRAY)
		return find_in_array(json, hint);
	while (token == JSON_OBJECT && json_next(&json) == JSON_NAME) {
		enum json_token value;

		name = json_value_name(&json, scratch);
		key_quote(hint->array, name);
		value = json_next(&json);
		if (value == JSON_ARRAY && find_in_array(json, hint))
			return true;
		if (!json_skip(&json, value))
			return false;
	}
	return false;
}
