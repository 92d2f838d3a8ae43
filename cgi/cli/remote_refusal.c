#include "remote_refusal.h"

#include <stdio.h>

#include "cgi/input/fields.h"
#include "cli.h"
#include "lib/base/json.h"
#include "lib/base/json_text.h"
#include "lib/base/problems.h"

/* Write the pointer under which we know what the service calls `pointer`. The
 * service counts the entries of one request, we count those of all, and to us
 * they are one list. */
static void set_place(char *place, size_t size, uint64_t first,
		      struct slice pointer)
{
	struct slice rest = pointer, part;
	uint64_t number;

	if (slice_split(&rest, '/', &part) && slice_split(&rest, '/', &part) &&
	    (slice_is(part, field_names[FIELD_OBJECTS]) ||
	     slice_is(part, field_names[FIELD_PREFIXES])) &&
	    slice_split(&rest, '/', &part) &&
	    slice_number(part, UINT32_MAX, &number))
		snprintf(place, size, MANIFEST_DOCUMENT "/%ju%s%.*s",
			 (uintmax_t)(first + number),
			 rest.length > 0 ? "/" : "", (int)rest.length,
			 rest.length > 0 ? rest.data : "");
	else
		snprintf(place, size, "%.*s", (int)pointer.length,
			 pointer.length > 0 ? pointer.data : "");
}

/* Add the message of one element of errors[], and the pointer where it has one,
 * to `problems`. False when the element can't be read. */
static bool add_error(struct problems *problems, uint64_t first,
		      struct json *json)
{
	struct slice message = slice_of(NULL, 0), pointer = message;
	char message_text[1024], pointer_text[128], place[128];
	unsigned depth = json->depth;
	enum json_token token;

	while ((token = json_next(json)) != JSON_BAD && json->depth >= depth) {
		bool is_message = token == JSON_NAME &&
				  slice_is(json->text, "message");
		bool is_pointer = token == JSON_NAME &&
				  slice_is(json->text, "pointer");

		if (!is_message && !is_pointer)
			continue;
		if (json_next(json) != JSON_STRING)
			return false;
		if (is_message &&
		    json_text_unescape(json, message_text, sizeof(message_text),
				       &message) != ERROR_NONE)
			return false;
		if (is_pointer &&
		    json_text_unescape(json, pointer_text, sizeof(pointer_text),
				       &pointer) != ERROR_NONE)
			return false;
	}
	set_place(place, sizeof(place), first, pointer);
	problems_add(problems, ERROR_UPSTREAM, place, "%.*s",
		     (int)message.length, message.length ? message.data : "");
	return token != JSON_BAD;
}

enum cli_status remote_refusal_print(const struct upstream_answer *answer,
				     const char *url, uint64_t first)
{
	struct problems problems = { 0 };
	enum json_token token;
	struct json json;

	json_begin(&json, answer->body);
	if (json_next(&json) == JSON_OBJECT) {
		while ((token = json_next(&json)) == JSON_NAME) {
			if (!slice_is(json.text, "errors")) {
				if (!json_skip(&json, token))
					break;
				continue;
			}
			if (json_next(&json) != JSON_ARRAY)
				break;
			while (json_next(&json) == JSON_OBJECT &&
			       add_error(&problems, first, &json))
				;
		}
	}
	cli_problems(&problems);
	if (problems.count == 0)
		cli_complain("%s: answered %u, and not as Mintage does", url,
			     answer->status);
	problems_free(&problems);
	return CLI_FAILED;
}
