#include "cloudflare.h"

#include <stdio.h>

#include "lib/base/escape.h"
#include "lib/base/json_text.h"

bool cloudflare_quote(struct buffer *body, struct slice text)
{
	if (!buffer_add(body, "\"", 1) ||
	    !buffer_reserve(body, ESCAPE_GROWTH * text.length + 1))
		return false;
	body->length +=
		escape_json(body->data + body->length, text.data, text.length);
	/* Within what was reserved. */
	return buffer_add(body, "\"", 1);
}

enum error cloudflare_unexpected(struct problem *problem, const char *what)
{
	return problem_set(problem, ERROR_UPSTREAM, NULL,
			   "Cloudflare's answer %s", what);
}

/* ---- the envelope --------------------------------------------------------- */

struct envelope {
	bool success;
	bool has_result;
	bool has_errors;
	struct json result; /* each stands just before its value */
	struct json errors;
};

/* False when the body isn't JSON or not an envelope. */
static bool envelope_read(struct envelope *envelope, struct slice body)
{
	enum json_token token;
	struct json json;

	*envelope = (struct envelope){ .success = false };
	json_begin(&json, body);
	if (json_next(&json) != JSON_OBJECT)
		return false;
	while ((token = json_next(&json)) == JSON_NAME) {
		if (slice_is(json.text, "success")) {
			token = json_next(&json);
			envelope->success = token == JSON_TRUE;
			if (!json_skip(&json, token))
				return false;
			continue;
		}
		if (slice_is(json.text, "result")) {
			envelope->result = json;
			envelope->has_result = true;
		} else if (slice_is(json.text, "errors")) {
			envelope->errors = json;
			envelope->has_errors = true;
		}
		if (!json_skip(&json, token))
			return false;
	}
	return token == JSON_OBJECT_END && json_next(&json) == JSON_END;
}

/* ---- errors --------------------------------------------------------------- */

#define MESSAGE_MAX 1024

/* The first error of a list. A message without escapes borrows from the answer.
 */
struct first_error {
	struct slice code; /* digits, or none */
	struct slice message;
	char text[MESSAGE_MAX]; /* what an escaped message borrows from */
};

static void take_message(struct first_error *first, const struct json *json)
{
	if (json_text_unescape(json, first->text, sizeof(first->text),
			       &first->message) != ERROR_NONE)
		first->message = slice_text("(too many words)");
}

/* An error is an object, or in some answers a text. The document's syntax has
 * been checked. */
static void find_first(struct first_error *first, struct json json)
{
	enum json_token token;

	first->code = slice_of(NULL, 0);
	first->message = slice_of(NULL, 0);
	if (json_next(&json) != JSON_ARRAY)
		return;
	token = json_next(&json);
	if (token == JSON_STRING)
		take_message(first, &json);
	if (token != JSON_OBJECT)
		return;
	while (json_next(&json) == JSON_NAME) {
		bool is_code = slice_is(json.text, "code");
		bool is_message = slice_is(json.text, "message");

		token = json_next(&json);
		if (is_code && token == JSON_NUMBER)
			first->code = json.text;
		else if (is_message && token == JSON_STRING)
			take_message(first, &json);
		else if (!json_skip(&json, token))
			return;
	}
}

static bool repeats(struct slice text, struct slice token)
{
	return token.length > 0 && text.length > 0 &&
	       memmem(text.data, text.length, token.data, token.length);
}

static enum error failed(const struct upstream_answer *answer,
			 const struct envelope *envelope, struct slice token,
			 struct problem *problem)
{
	struct first_error first;

	find_first(&first, envelope->errors);
	if (repeats(first.message, token) || repeats(first.code, token))
		first.message = slice_text("(in words that repeat the token)");
	problem_set(problem, ERROR_UPSTREAM, NULL,
		    "Cloudflare answered %u%s%.*s%s%.*s", answer->status,
		    first.code.length ? " code " : "",
		    first.code.length < 20 ? (int)first.code.length : 0,
		    first.code.length ? first.code.data : "",
		    first.message.length ? ": " : "",
		    first.message.length < PROBLEM_MESSAGE_MAX ?
			    (int)first.message.length :
			    PROBLEM_MESSAGE_MAX,
		    first.message.length ? first.message.data : "");
	return ERROR_UPSTREAM;
}

static enum error no_envelope(const struct upstream_answer *answer,
			      struct problem *problem)
{
	if (answer->failure.length > 0)
		return problem_set(problem, ERROR_UPSTREAM, NULL,
				   "Cloudflare could not be asked: %.*s",
				   (int)answer->failure.length,
				   answer->failure.data);
	if (answer->status >= 300 && answer->status < 400)
		return problem_set(problem, ERROR_UPSTREAM, NULL,
				   "Cloudflare answered %u, and redirects are "
				   "not followed: check api-endpoint",
				   answer->status);
	return problem_set(problem, ERROR_UPSTREAM, NULL,
			   "Cloudflare answered %u, and not in its JSON: "
			   "something else may stand in between",
			   answer->status);
}

enum error cloudflare_result(const struct upstream_answer *answer,
			     struct slice token, struct json *result,
			     struct problem *problem)
{
	bool is_good = answer->status >= 200 && answer->status < 300;
	struct envelope envelope;

	if (answer->failure.length > 0 ||
	    !envelope_read(&envelope, answer->body)) {
		no_envelope(answer, problem);
	} else if (is_good && envelope.success && envelope.has_result) {
		*result = envelope.result;
		return ERROR_NONE;
	} else if (envelope.has_errors) {
		failed(answer, &envelope, token, problem);
	} else {
		no_envelope(answer, problem);
	}
	problem->retry_after = answer->retry_after;
	return ERROR_UPSTREAM;
}

/* ---- results -------------------------------------------------------------- */

static enum error take_text(const struct json *json,
			    struct cloudflare_text *text, struct buffer *space,
			    struct problem *problem)
{
	enum error error;

	error = json_text_unescape(json, space->data + space->length,
				   space->capacity - space->length,
				   &text->value);
	if (error)
		return cloudflare_unexpected(problem,
					     "has a text that can't be read");
	if (json->escaped)
		space->length += text->value.length;
	return ERROR_NONE;
}

static struct cloudflare_text *text_named(struct cloudflare_text texts[],
					  size_t count, struct slice name)
{
	for (size_t i = 0; i < count; i++) {
		if (slice_is(name, texts[i].name))
			return &texts[i];
	}
	return NULL;
}

bool cloudflare_is_id(struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9'))
			return false;
	}
	return text.length > 0 && text.length <= 64;
}

enum error cloudflare_texts(struct json *result, enum json_token token,
			    struct cloudflare_text texts[], size_t count,
			    struct buffer *space, struct problem *problem)
{
	enum error error = ERROR_NONE;

	for (size_t i = 0; i < count; i++)
		texts[i].value = slice_of(NULL, 0);
	if (token != JSON_OBJECT)
		return cloudflare_unexpected(problem, "has another result than "
						      "was to be expected");
	while (!error && json_next(result) == JSON_NAME) {
		struct cloudflare_text *text =
			text_named(texts, count, result->text);

		token = json_next(result);
		if (text && token == JSON_STRING)
			error = take_text(result, text, space, problem);
		else if (!json_skip(result, token))
			error = cloudflare_unexpected(problem, "isn't JSON");
	}
	return error;
}
