#include "remote_refusal.h"

#include <stdio.h>

#include "cgi/input/fields.h"
#include "cli.h"
#include "lib/base/json.h"
#include "lib/base/json_text.h"

/* Begin a complaint. A pointer such as "/objects/17/ttlSeconds" becomes the
 * number that the entry has among all entries; any other is printed as it is. */
static void print_place(uint64_t first, struct slice pointer)
{
	struct slice rest = pointer, part;
	uint64_t number;

	if (slice_split(&rest, '/', &part) && slice_split(&rest, '/', &part) &&
	    (slice_is(part, field_names[FIELD_OBJECTS]) ||
	     slice_is(part, field_names[FIELD_PREFIXES])) &&
	    slice_split(&rest, '/', &part) &&
	    slice_number(part, UINT32_MAX, &number))
		fprintf(stderr,
			"mintage: entry %ju: ", (uintmax_t)(first + number));
	else if (pointer.length > 0)
		fprintf(stderr, "mintage: %.*s: ", (int)pointer.length,
			pointer.data);
	else
		fputs("mintage: ", stderr);
}

/* Print the message of one element of errors[], and the pointer where it has
 * one. False when the element can't be read. */
static bool print_error(uint64_t first, struct json *json)
{
	struct slice message = slice_of(NULL, 0), pointer = message;
	char message_text[1024], pointer_text[128], place[128];
	unsigned depth = json->depth;
	enum json_token token;
	struct problem tidy;

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
	snprintf(place, sizeof(place), "%.*s", (int)pointer.length,
		 pointer.length ? pointer.data : "");
	problem_set(&tidy, ERROR_UPSTREAM, place, "%.*s", (int)message.length,
		    message.length ? message.data : "");
	print_place(first, slice_text(tidy.pointer));
	fprintf(stderr, "%s\n", tidy.message);
	return token != JSON_BAD;
}

enum cli_status remote_refusal_print(const struct upstream_answer *answer,
				     const char *url, uint64_t first)
{
	enum json_token token;
	struct json json;
	size_t count = 0;

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
			       print_error(first, &json))
				count++;
		}
	}
	if (count == 0)
		cli_complain("%s: answered %u, and not as Mintage does", url,
			     answer->status);
	return CLI_FAILED;
}
