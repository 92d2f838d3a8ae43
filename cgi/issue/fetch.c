#include "fetch.h"

#include <stdio.h>
#include <stdlib.h>

#include "cgi/upstream/cloudflare.h"

/* One answer: offsets and lengths in `text`. */
struct answer {
	bool known;
	enum error error;
	size_t at;
	size_t lengths[3]; /* id, secret, token; or of the message */
	const char *base;  /* whose answer it is, as a pointer */
	uint64_t index;
};

struct fetching {
	struct buffer url;
	struct buffer text; /* of all answers */
	struct answer *answers;
	size_t count;
	size_t next;
};

/* A call's body; servers bound those. */
#define BODY_MAX ((size_t)1 << 20)

/* ---- what can't be had ---------------------------------------------------- */

enum error issue_fetch_allows(const struct issue *issue,
			      const struct scope *scope, bool asked_actions,
			      struct problem *problem)
{
	if (!issue_is_fetched(issue))
		return ERROR_NONE;
	if (issue->kind == ISSUE_LINKS)
		return problem_set(problem, ERROR_BAD_VALUE,
				   "/parentAccessKeyId",
				   "Cloudflare signs for this parent, and it "
				   "signs credentials, not links: choose one "
				   "that signs locally");
	if (scope->actions == 0)
		return ERROR_NONE;
	if (asked_actions)
		return problem_set(problem, ERROR_BAD_VALUE, "/actions",
				   "Cloudflare signs for this parent, and its "
				   "API takes no actions: name a permission, "
				   "or a parent that signs locally");
	return problem_set(problem, ERROR_BAD_VALUE, "/permission",
			   "Cloudflare signs for this parent, and its API "
			   "knows no object-write-only: name another "
			   "permission, or a parent that signs locally");
}

/* ---- before the record ---------------------------------------------------- */

static enum error out_of_memory(struct issue *issue)
{
	return problems_add(&issue->problems, ERROR_UNAVAILABLE, NULL,
			    "not enough memory for so many credentials");
}

static enum error make_room(struct issue *issue)
{
	const struct account *account = issue->grant.parent->account;
	struct fetching *fetching = calloc(1, sizeof(*fetching));

	if (!fetching)
		return out_of_memory(issue);
	issue->fetching = fetching;
	fetching->count = (size_t)issue->count;
	fetching->answers = calloc(fetching->count, sizeof(struct answer));
	if (!fetching->answers ||
	    !buffer_format(&fetching->url,
			   "%s/accounts/%s/r2/temp-access-credentials",
			   account->api_endpoint, account->id))
		return out_of_memory(issue);
	return ERROR_NONE;
}

enum error issue_fetch_reserve(struct issue *issue)
{
	struct service *service = issue->service;
	const struct secret *token = &issue->grant.parent->key.api_token;
	struct upstream_batch batch;
	struct problem problem;
	enum error error;

	if (!issue_is_fetched(issue) || issue->count == 0)
		return ERROR_NONE;
	error = make_room(issue);
	if (error)
		return error;
	upstream_settings(&batch, service->config,
			  slice_of(token->text, token->length));
	batch.calls = issue->count;
	error = upstream_begin(&service->upstream, &batch, &problem);
	if (error)
		problems_push(&issue->problems, &problem);
	return error;
}

/* ---- the calls ------------------------------------------------------------ */

static bool add_member(struct buffer *body, const char *name,
		       struct slice value)
{
	return buffer_format(body, "\"%s\":", name) &&
	       cloudflare_quote(body, value) && buffer_add(body, ",", 1);
}

/* Up to the paths. */
static bool begin_body(const struct issue *issue, const struct scope *scope,
		       struct buffer *body)
{
	body->length = 0;
	return buffer_add(body, "{", 1) &&
	       add_member(body, CLOUDFLARE_BUCKET, issue->fields->bucket) &&
	       add_member(body, CLOUDFLARE_PARENT,
			  slice_text(issue->grant.parent->key.access_key_id)) &&
	       add_member(body, CLOUDFLARE_PERMISSION,
			  slice_text(permission_names[scope->permission])) &&
	       buffer_format(body, "\"%s\":%lu", CLOUDFLARE_TTL,
			     (unsigned long)scope->ttl);
}

static bool add_paths(struct buffer *body, enum entry_kind kind,
		      struct slice quoted)
{
	return buffer_format(body, ",\"%s\":[",
			     kind == ENTRY_PREFIX ? CLOUDFLARE_PREFIXES :
						    CLOUDFLARE_OBJECTS) &&
	       buffer_add(body, quoted.data, quoted.length) &&
	       buffer_add(body, "]", 1);
}

static enum error send_call(struct issue *issue, uint64_t tag,
			    struct buffer *body)
{
	struct upstream_call call = {
		.method = "POST",
		.url = buffer_slice(&issue->fetching->url),
		.headers = slice_text("Content-Type: application/json\n"
				      "Accept: application/json\n"),
		.flags = CALL_AGAIN | CALL_BEARER,
	};
	struct problem problem;

	if (!buffer_add(body, "}", 1))
		return out_of_memory(issue);
	call.body = buffer_slice(body);
	if (call.body.length > BODY_MAX)
		return problems_add(&issue->problems, ERROR_TOO_LARGE,
				    "/objects",
				    "more paths than one call to Cloudflare "
				    "can carry: ask for several credentials");
	if (upstream_call(&issue->service->upstream, tag, &call, &problem)) {
		problems_push(&issue->problems, &problem);
		return problem.error;
	}
	return ERROR_NONE;
}

static enum error changed(struct issue *issue)
{
	return problems_add(&issue->problems, ERROR_INTERNAL, NULL,
			    "the manifest changed while it was read");
}

/* One of a batch. What is asked for is what was recorded. */
static enum error call_for(struct issue *issue, struct entry *entry,
			   uint64_t *tag, struct buffer *body)
{
	struct fetching *fetching = issue->fetching;
	struct buffer quoted = { 0 };
	struct granted granted;
	struct problem unused;
	bool done;

	if (entry_verify(issue, entry, &granted, &unused))
		return ERROR_NONE;
	if (*tag == fetching->count)
		return changed(issue);
	fetching->answers[*tag].base = entry->base;
	fetching->answers[*tag].index = entry->index;
	done = begin_body(issue, &granted.scope, body) &&
	       cloudflare_quote(&quoted, entry->key) &&
	       add_paths(body, entry->kind, buffer_slice(&quoted));
	buffer_free(&quoted);
	return done ? send_call(issue, (*tag)++, body) : out_of_memory(issue);
}

static enum error call_for_each(struct issue *issue, struct buffer *body)
{
	struct problem unused;
	struct entry entry;
	enum error error = ERROR_NONE;
	uint64_t tag = 0;

	manifest_rewind(&issue->fields->entries);
	while (!error) {
		switch (manifest_next(&issue->fields->entries, &entry,
				      &unused)) {
		case MANIFEST_ENTRY:
			error = call_for(issue, &entry, &tag, body);
			break;
		case MANIFEST_BAD_ENTRY:
			break;
		case MANIFEST_END:
			return tag == issue->fetching->count ? ERROR_NONE :
							       changed(issue);
		case MANIFEST_BROKEN:
			return changed(issue);
		}
	}
	return error;
}

static enum error call_for_all(struct issue *issue, struct buffer *body)
{
	struct buffer prefixes = { 0 }, objects = { 0 };
	bool done;

	manifest_rewind(&issue->fields->entries);
	done = entry_paths(issue, &prefixes, &objects) &&
	       begin_body(issue, &issue->scope, body) &&
	       (prefixes.length == 0 ||
		add_paths(body, ENTRY_PREFIX, buffer_slice(&prefixes))) &&
	       (objects.length == 0 ||
		add_paths(body, ENTRY_OBJECT, buffer_slice(&objects)));
	/* A list that came to nothing must not mean everything. */
	if (done && issue->fields->entries.part_count > 0)
		done = prefixes.length + objects.length > 0;
	buffer_free(&prefixes);
	buffer_free(&objects);
	return done ? send_call(issue, 0, body) : changed(issue);
}

/* ---- the answers ---------------------------------------------------------- */

/* Templates write these three as they are, whatever the format. */
static bool is_plain(struct slice text, const char *more, size_t max)
{
	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && (c == '\0' || !strchr(more, c)))
			return false;
	}
	return text.length > 0 && text.length <= max;
}

static enum error read_credential(const struct upstream_answer *from,
				  struct slice token, struct buffer *room,
				  struct cloudflare_text texts[3],
				  struct problem *problem)
{
	struct json result;
	enum error error = cloudflare_result(from, token, &result, problem);

	if (error)
		return error;
	if (!buffer_reserve(room, from->body.length))
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "not enough memory for an answer");
	error = cloudflare_texts(&result, json_next(&result), texts, 3, room,
				 problem);
	if (error)
		return error;
	if (!cloudflare_is_id(texts[0].value) ||
	    !is_plain(texts[1].value, "+/=_-", 256) ||
	    !is_plain(texts[2].value, "+/=_-.", SIZE_MAX))
		return cloudflare_unexpected(problem, "holds no credential");
	return ERROR_NONE;
}

/* Keep what an answer says, good or bad. */
static bool keep(struct fetching *fetching, struct answer *answer,
		 const struct cloudflare_text texts[3],
		 const struct problem *problem)
{
	struct buffer *text = &fetching->text;

	answer->known = true;
	answer->at = text->length;
	answer->error = problem ? problem->error : ERROR_NONE;
	if (problem) {
		answer->lengths[0] = strlen(problem->message);
		return buffer_add(text, problem->message, answer->lengths[0]);
	}
	for (size_t i = 0; i < 3; i++) {
		answer->lengths[i] = texts[i].value.length;
		if (!buffer_add(text, texts[i].value.data,
				texts[i].value.length))
			return false;
	}
	return true;
}

/* Put a failure where it belongs: to the entry, or to the whole request. */
static enum error fail(struct issue *issue, struct answer *answer,
		       struct problem *problem)
{
	struct entry entry = { .base = answer->base, .index = answer->index };

	if (issue_reports(issue)) {
		issue->failed++;
		issue->count--;
		return keep(issue->fetching, answer, NULL, problem) ?
			       ERROR_NONE :
			       out_of_memory(issue);
	}
	if (answer->base)
		snprintf(problem->pointer, sizeof(problem->pointer), "%s",
			 manifest_pointer(&entry));
	problems_push(&issue->problems, problem);
	return problem->error;
}

static enum error take_answer(struct issue *issue, struct buffer *room)
{
	const struct secret *secret = &issue->grant.parent->key.api_token;
	struct slice token = slice_of(secret->text, secret->length);
	struct fetching *fetching = issue->fetching;
	struct cloudflare_text texts[3] = {
		{ .name = CLOUDFLARE_ACCESS_KEY_ID },
		{ .name = CLOUDFLARE_SECRET_ACCESS_KEY },
		{ .name = CLOUDFLARE_SESSION_TOKEN }
	};
	struct upstream_answer from;
	struct problem problem;

	room->length = 0;
	if (upstream_answer(&issue->service->upstream, &from, &problem)) {
		problems_push(&issue->problems, &problem);
		return problem.error;
	}
	if (from.tag >= fetching->count || fetching->answers[from.tag].known)
		return changed(issue);
	if (read_credential(&from, token, room, texts, &problem))
		return fail(issue, &fetching->answers[from.tag], &problem);
	return keep(fetching, &fetching->answers[from.tag], texts, NULL) ?
		       ERROR_NONE :
		       out_of_memory(issue);
}

enum error issue_fetch(struct issue *issue)
{
	struct buffer room = { 0 };
	enum error error;

	if (!issue->fetching)
		return ERROR_NONE;
	error = issue->kind == ISSUE_SINGLE ? call_for_all(issue, &room) :
					      call_for_each(issue, &room);
	for (size_t i = 0; !error && i < issue->fetching->count; i++)
		error = take_answer(issue, &room);
	upstream_end(&issue->service->upstream);
	buffer_free(&room);
	issue->broken = error != ERROR_NONE;
	return error;
}

/* ---- pass 2 --------------------------------------------------------------- */

bool issue_fetch_next(struct issue *issue, struct fetched *fetched)
{
	struct fetching *fetching = issue->fetching;
	const struct answer *answer;
	const char *text;

	if (!fetching || fetching->next == fetching->count)
		return false;
	answer = &fetching->answers[fetching->next++];
	text = fetching->text.data + answer->at;
	*fetched = (struct fetched){ .error = answer->error };
	if (answer->error) {
		fetched->message = slice_of(text, answer->lengths[0]);
		return true;
	}
	fetched->access_key_id = slice_of(text, answer->lengths[0]);
	text += answer->lengths[0];
	fetched->secret = slice_of(text, answer->lengths[1]);
	text += answer->lengths[1];
	fetched->session_token = slice_of(text, answer->lengths[2]);
	return true;
}

void issue_fetch_free(struct issue *issue)
{
	struct fetching *fetching = issue->fetching;

	if (!fetching)
		return;
	upstream_end(&issue->service->upstream);
	buffer_free(&fetching->url);
	buffer_free(&fetching->text);
	free(fetching->answers);
	free(fetching);
	issue->fetching = NULL;
}
