#include "fetch.h"

#include <stdio.h>
#include <stdlib.h>

#include "cgi/upstream/cloudflare.h"
#include "entry.h"
#include "lib/base/problems.h"
#include "signer.h"

/* One answer. Its texts stand one behind the other in fetch->text. */
struct fetch_answer {
	bool known; /* the answer has come */
	enum error error;
	size_t at;         /* offset of its first text in fetch->text */
	size_t lengths[3]; /* of id, secret and token; or of the message */
	/* The entry that asked: as in struct entry. */
	const char *base;
	uint64_t index;
};

struct fetch {
	struct buffer url;
	struct buffer text;           /* of all answers; holds secrets */
	struct fetch_answer *answers; /* `count` of them, owned */
	size_t count;
	size_t next; /* the answer that issue_fetch_next returns next */
};

/* What the functions that make the calls share. */
struct fetching {
	const struct order *order;
	struct tally *tally;
	struct fetch *fetch;
	struct problems *problems;
	struct buffer scratch; /* a call's body, or an answer's text */
};

/* Bytes of a call's body that the API is sure to take. */
#define BODY_MAX ((size_t)1 << 20)

/* ---- before the record ---------------------------------------------------- */

static enum error out_of_memory(struct problems *problems)
{
	return problems_add(problems, ERROR_UNAVAILABLE, NULL,
			    "not enough memory for so many credentials");
}

/* *made is set as soon as there is something to free, also on failure. */
static enum error make_fetch(const struct order *order, uint64_t count,
			     struct fetch **made, struct problems *problems)
{
	const struct account *account = order->grant.parent->account;
	struct fetch *fetch = calloc(1, sizeof(*fetch));

	if (!fetch)
		return out_of_memory(problems);
	*made = fetch;
	fetch->count = (size_t)count;
	fetch->answers = calloc(fetch->count, sizeof(*fetch->answers));
	if (!fetch->answers ||
	    !buffer_format(&fetch->url,
			   "%s/accounts/%s/r2/temp-access-credentials",
			   account->api_endpoint, account->id))
		return out_of_memory(problems);
	return ERROR_NONE;
}

enum error issue_fetch_reserve(const struct order *order,
			       const struct tally *tally, struct fetch **fetch,
			       struct problems *problems)
{
	struct service *service = order->service;
	const struct keyed *token = order->grant.parent->key.api_token;
	struct upstream_batch batch;
	struct problem problem;
	enum error error;

	*fetch = NULL;
	if (!order_is_fetched(order) || tally->count == 0)
		return ERROR_NONE;
	error = make_fetch(order, tally->count, fetch, problems);
	if (error)
		return error;
	upstream_settings(&batch, service->config, keyed_text(token));
	batch.calls = tally->count;
	error = upstream_begin(&service->upstream, &batch, &problem);
	if (error)
		problems_push(problems, &problem);
	return error;
}

/* ---- the calls ------------------------------------------------------------ */

static bool add_member(struct buffer *body, const char *name,
		       struct slice value)
{
	return buffer_format(body, "\"%s\":", name) &&
	       cloudflare_quote(body, value) && buffer_add(body, ",", 1);
}

/* Write the body of a call, up to the paths and without the closing brace. */
static bool begin_body(const struct order *order, const struct scope *scope,
		       struct buffer *body)
{
	body->length = 0;
	return buffer_add(body, "{", 1) &&
	       add_member(body, CLOUDFLARE_BUCKET, order->fields->bucket) &&
	       add_member(body, CLOUDFLARE_PARENT,
			  slice_text(order->grant.parent->key.access_key_id)) &&
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

/* Close the body in the scratch buffer, and send it. */
static enum error send_call(struct fetching *fetching, uint64_t tag)
{
	struct buffer *body = &fetching->scratch;
	struct upstream_call call = {
		.method = "POST",
		.url = buffer_slice(&fetching->fetch->url),
		.headers = slice_text("Content-Type: application/json\n"
				      "Accept: application/json\n"),
		.flags = CALL_AGAIN | CALL_BEARER,
	};
	struct problem problem;

	if (!buffer_add(body, "}", 1))
		return out_of_memory(fetching->problems);
	call.body = buffer_slice(body);
	if (call.body.length > BODY_MAX)
		return problems_add(fetching->problems, ERROR_TOO_LARGE,
				    "/objects",
				    "more paths than one call to Cloudflare "
				    "can carry: ask for several credentials");
	if (upstream_call(&fetching->order->service->upstream, tag, &call,
			  &problem)) {
		problems_push(fetching->problems, &problem);
		return problem.error;
	}
	return ERROR_NONE;
}

static enum error changed_problem(struct fetching *fetching)
{
	return problems_add(fetching->problems, ERROR_INTERNAL, NULL,
			    "the manifest changed while it was read: send it "
			    "again");
}

/* Ask for one entry of a batch. The entry is checked once more, so that what is
 * asked for is what was recorded. A bad one is skipped: pass 1 counted it as
 * failed. */
static enum error call_for(struct fetching *fetching, struct entry *entry,
			   uint64_t *tag)
{
	struct fetch *fetch = fetching->fetch;
	struct buffer quoted = { 0 };
	struct terms terms;
	struct problem unused;
	bool done;

	if (issue_entry_check(fetching->order, entry, &terms, &unused))
		return ERROR_NONE;
	if (*tag == fetch->count)
		return changed_problem(fetching);
	fetch->answers[*tag].base = entry->base;
	fetch->answers[*tag].index = entry->index;
	done = begin_body(fetching->order, &terms.scope, &fetching->scratch) &&
	       cloudflare_quote(&quoted, entry->key) &&
	       add_paths(&fetching->scratch, entry->kind,
			 buffer_slice(&quoted));
	buffer_free(&quoted);
	return done ? send_call(fetching, (*tag)++) :
		      out_of_memory(fetching->problems);
}

static enum error call_for_each(struct fetching *fetching)
{
	struct manifest *entries = fetching->order->entries;
	struct problem unused;
	struct entry entry;
	enum error error = ERROR_NONE;
	uint64_t tag = 0;

	manifest_rewind(entries);
	while (!error) {
		switch (manifest_next(entries, &entry, &unused)) {
		case MANIFEST_ENTRY:
			error = call_for(fetching, &entry, &tag);
			break;
		case MANIFEST_BAD_ENTRY:
			break;
		case MANIFEST_END:
			return tag == fetching->fetch->count ?
				       ERROR_NONE :
				       changed_problem(fetching);
		case MANIFEST_BROKEN:
			return changed_problem(fetching);
		}
	}
	return error;
}

/* Ask for the one credential that covers all paths. */
static enum error call_for_all(struct fetching *fetching)
{
	const struct order *order = fetching->order;
	struct buffer *body = &fetching->scratch;
	struct buffer prefixes = { 0 }, objects = { 0 };
	bool done;

	manifest_rewind(order->entries);
	done = issue_entry_paths(order, &prefixes, &objects) &&
	       begin_body(order, &order->terms.scope, body) &&
	       (prefixes.length == 0 ||
		add_paths(body, ENTRY_PREFIX, buffer_slice(&prefixes))) &&
	       (objects.length == 0 ||
		add_paths(body, ENTRY_OBJECT, buffer_slice(&objects)));
	/* Without paths the credential would reach the whole bucket. A list was
	 * named, so that is not what was asked for. */
	if (done && order->entries->part_count > 0)
		done = prefixes.length + objects.length > 0;
	buffer_free(&prefixes);
	buffer_free(&objects);
	return done ? send_call(fetching, 0) : changed_problem(fetching);
}

/* ---- the answers ---------------------------------------------------------- */

/* Templates write a credential's three texts as they are, whatever the format,
 * so they hold only letters, digits and the characters in `more`. */
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
				  struct slice token, struct buffer *scratch,
				  struct cloudflare_text texts[3],
				  struct problem *problem)
{
	struct json result;
	enum error error = cloudflare_result(from, token, &result, problem);

	if (error)
		return error;
	if (!buffer_reserve(scratch, from->body.length))
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "not enough memory for an answer");
	error = cloudflare_texts(&result, json_next(&result), texts, 3, scratch,
				 problem);
	if (error)
		return error;
	if (!cloudflare_is_id(texts[0].value) ||
	    !is_plain(texts[1].value, "+/=_-", 256) ||
	    !is_plain(texts[2].value, "+/=_-.", SIZE_MAX))
		return cloudflare_unexpected(problem, "holds no credential");
	return ERROR_NONE;
}

/* Keep what an answer says: its three texts, or the message of `problem` where
 * that isn't NULL. False when memory is out. */
static bool keep(struct fetch *fetch, struct fetch_answer *answer,
		 const struct cloudflare_text texts[3],
		 const struct problem *problem)
{
	struct buffer *text = &fetch->text;

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

/* Where the order reports entries one by one, keep the failure as its entry's
 * own; otherwise it refuses the whole order. */
static enum error fail(struct fetching *fetching, struct fetch_answer *answer,
		       struct problem *problem)
{
	struct entry entry = { .base = answer->base, .index = answer->index };

	if (order_reports(fetching->order)) {
		fetching->tally->failed++;
		fetching->tally->count--;
		return keep(fetching->fetch, answer, NULL, problem) ?
			       ERROR_NONE :
			       out_of_memory(fetching->problems);
	}
	if (answer->base)
		snprintf(problem->pointer, sizeof(problem->pointer), "%s",
			 entry_pointer(&entry));
	problems_push(fetching->problems, problem);
	return problem->error;
}

/* Wait for the next answer, whichever call it is for, and keep it. */
static enum error take_answer(struct fetching *fetching)
{
	const struct order *order = fetching->order;
	const struct keyed *secret = order->grant.parent->key.api_token;
	struct slice token = keyed_text(secret);
	struct fetch *fetch = fetching->fetch;
	struct cloudflare_text texts[3] = {
		{ .name = CLOUDFLARE_ACCESS_KEY_ID },
		{ .name = CLOUDFLARE_SECRET_ACCESS_KEY },
		{ .name = CLOUDFLARE_SESSION_TOKEN }
	};
	struct fetch_answer *answer;
	struct upstream_answer from;
	struct problem problem;

	fetching->scratch.length = 0;
	if (upstream_answer(&order->service->upstream, &from, &problem)) {
		problems_push(fetching->problems, &problem);
		return problem.error;
	}
	if (from.tag >= fetch->count || fetch->answers[from.tag].known)
		return changed_problem(fetching);
	answer = &fetch->answers[from.tag];
	if (read_credential(&from, token, &fetching->scratch, texts, &problem))
		return fail(fetching, answer, &problem);
	return keep(fetch, answer, texts, NULL) ?
		       ERROR_NONE :
		       out_of_memory(fetching->problems);
}

enum error issue_fetch(const struct order *order, struct tally *tally,
		       struct fetch *fetch, struct problems *problems)
{
	struct fetching fetching = {
		.order = order,
		.tally = tally,
		.fetch = fetch,
		.problems = problems,
	};
	enum error error;

	if (!fetch)
		return ERROR_NONE;
	error = order->kind == ISSUE_SINGLE ? call_for_all(&fetching) :
					      call_for_each(&fetching);
	for (size_t i = 0; !error && i < fetch->count; i++)
		error = take_answer(&fetching);
	upstream_end(&order->service->upstream);
	buffer_free(&fetching.scratch);
	tally->broken = error != ERROR_NONE;
	return error;
}

/* ---- pass 2 --------------------------------------------------------------- */

bool issue_fetch_next(struct fetch *fetch, struct fetched *fetched)
{
	const struct fetch_answer *answer;
	const char *text;

	if (!fetch || fetch->next == fetch->count)
		return false;
	answer = &fetch->answers[fetch->next++];
	text = fetch->text.data + answer->at;
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

void issue_fetch_free(const struct order *order, struct fetch *fetch)
{
	if (!fetch)
		return;
	upstream_end(&order->service->upstream);
	buffer_free(&fetch->url);
	buffer_free(&fetch->text);
	free(fetch->answers);
	free(fetch);
}
