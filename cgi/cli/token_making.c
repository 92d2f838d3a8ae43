#include "token_making.h"

#include <stdio.h>

enum error token_making_find_group(struct creation *creation,
				   struct problem *problem)
{
	const char *wanted = token_creation_group(creation)->name;
	struct cloudflare_text texts[] = { { .name = "id" },
					   { .name = "name" } };
	struct buffer scratch = { 0 };
	enum json_token token;
	struct json result;
	char path[128];
	enum error error;

	snprintf(path, sizeof(path), "%s/tokens/permission_groups",
		 creation->api.owner);
	error = cli_api_call(&creation->api, "GET", path, slice_of(NULL, 0),
			     CALL_AGAIN, &result, problem);
	if (!error && json_next(&result) != JSON_ARRAY)
		error = cloudflare_unexpected(problem, "is no list");
	if (!error &&
	    !buffer_reserve(&scratch, creation->api.answer.body.length))
		error = problem_set(problem, ERROR_UNAVAILABLE, NULL,
				    "out of memory");
	while (!error && (token = json_next(&result)) != JSON_ARRAY_END) {
		error = cloudflare_texts(&result, token, texts, 2, &scratch,
					 problem);
		if (!error && slice_is(texts[1].value, wanted) &&
		    cloudflare_is_id(texts[0].value))
			snprintf(creation->group, sizeof(creation->group),
				 "%.*s", (int)texts[0].value.length,
				 texts[0].value.data);
	}
	buffer_free(&scratch);
	if (!error && !creation->group[0])
		error = problem_set(problem, ERROR_UPSTREAM, NULL,
				    "Cloudflare names no permission group "
				    "'%s' to this API token",
				    wanted);
	return error;
}

/* Add a member "com.cloudflare...": "*" for each thing that the token reaches. */
static bool add_resources(const struct creation *creation, struct buffer *body)
{
	const char *account = creation->api.account_id;
	size_t count = creation->request->buckets.count;

	if (token_creation_group(creation)->whole_account)
		return buffer_format(body,
				     "\"com.cloudflare.api.account.%s\":\"*\"",
				     account);
	for (size_t i = 0; i < count; i++) {
		if (!buffer_format(body,
				   "%s\"com.cloudflare.edge.r2.bucket."
				   "%s_%s_%.*s\":\"*\"",
				   i ? "," : "", account,
				   token_creation_jurisdiction(creation),
				   (int)creation->buckets[i].length,
				   creation->buckets[i].data))
			return false;
	}
	return true;
}

static bool add_conditions(const struct creation *creation, struct buffer *body)
{
	const struct cli_words *addresses = &creation->request->addresses;

	if (creation->expires[0] &&
	    !buffer_format(body, ",\"expires_on\":\"%s\"", creation->expires))
		return false;
	if (addresses->count == 0)
		return true;
	if (!buffer_format(body, ",\"condition\":{\"request_ip\":{\"in\":["))
		return false;
	for (size_t i = 0; i < addresses->count; i++) {
		if (!buffer_format(body, "%s\"%s\"", i ? "," : "",
				   addresses->list[i]))
			return false;
	}
	return buffer_format(body, "]}}");
}

static bool make_body(const struct creation *creation, struct buffer *body)
{
	return buffer_format(body,
			     "{\"name\":\"mintage %s\",\"policies\":[{"
			     "\"effect\":\"allow\",\"resources\":{",
			     creation->name) &&
	       add_resources(creation, body) &&
	       buffer_format(body,
			     "},\"permission_groups\":[{\"id\":\"%s\"}]}]",
			     creation->group) &&
	       add_conditions(creation, body) && buffer_format(body, "}");
}

enum error token_making_make(struct creation *creation, char id[65],
			     char secret[CLI_SECRET_LENGTH],
			     struct problem *problem)
{
	struct cloudflare_text texts[] = { { .name = "id" },
					   { .name = "value" } };
	struct buffer body = { 0 };
	struct json result;
	char path[128];
	enum error error;

	snprintf(path, sizeof(path), "%s/tokens", creation->api.owner);
	creation->is_asked = make_body(creation, &body);
	if (!creation->is_asked)
		error = problem_set(problem, ERROR_UNAVAILABLE, NULL,
				    "out of memory");
	else
		error = cli_api_call(&creation->api, "POST", path,
				     buffer_slice(&body), 0, &result, problem);
	body.length = 0;
	if (!error && !buffer_reserve(&body, creation->api.answer.body.length))
		error = problem_set(problem, ERROR_UNAVAILABLE, NULL,
				    "out of memory");
	if (!error)
		error = cloudflare_texts(&result, json_next(&result), texts, 2,
					 &body, problem);
	if (!error &&
	    (!cloudflare_is_id(texts[0].value) || texts[1].value.length < 16))
		error = cloudflare_unexpected(problem, "holds no token; see "
						       "'mintage token list'");
	if (!error) {
		snprintf(id, 65, "%.*s", (int)texts[0].value.length,
			 texts[0].value.data);
		cli_secret_derive(texts[1].value, secret);
	}
	buffer_free(&body);
	return error;
}

void token_making_take_back(struct creation *creation, const char *id)
{
	struct problem problem;
	struct json result;
	char path[128];

	snprintf(path, sizeof(path), "%s/tokens/%s", creation->api.owner, id);
	if (cli_api_call(&creation->api, "DELETE", path, slice_of(NULL, 0), 0,
			 &result, &problem) != ERROR_NONE)
		cli_complain("the token %s is left over: revoke it", id);
}
