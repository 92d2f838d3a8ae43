#include "cli_remote.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli_document.h"
#include "cli_join.h"
#include "cli_url.h"
#include "cloudflare.h"

/* Shared hosting lets 128 KB through. */
#define REQUEST_SIZE_DEFAULT 131072
#define REQUEST_SIZE_MIN 4096
#define REQUEST_SIZE_MAX (1 << 20)

/* An answer is some hundred bytes an entry, and held as a whole. */
#define REQUEST_ENTRIES_MAX 20000
#define ANSWER_MAX ((size_t)60 << 20)
#define REQUEST_SECONDS 300

/* Most that is read of a manifest. */
#define MANIFEST_MAX (UINT64_C(1) << 31)

struct remote {
	struct cli_fields *asked;
	enum issue_kind kind;
	struct cli_document document;
	struct secret token;
	char account[65];
	struct buffer url;
	uint64_t request_size;
	struct upstream upstream;
	struct upstream_answer answer;
	/* The request in hand: */
	struct buffer body;
	size_t head; /* of it, the same for all */
	enum entry_kind entry_kind;
	uint64_t first; /* number of its first entry */
	uint64_t entries;
	bool dry; /* nothing is sent: how many would there be? */
	uint64_t parts;
	uint64_t total;
	struct join join;
	struct cli_output output;
};

/* ---- one request ---------------------------------------------------------- */

static enum error call(struct remote *remote, const char *method,
		       struct slice url, struct slice body,
		       struct problem *problem)
{
	struct upstream_batch batch = {
		.token = slice_of(remote->token.text, remote->token.length),
		.ca_file = remote->asked->ca_file,
		.concurrency = 1,
		.seconds = REQUEST_SECONDS,
		.calls = 1,
		.answer_max = ANSWER_MAX,
	};
	/* What was issued once should not be issued twice, so a lost answer
	 * is not asked for again. */
	struct upstream_call request = {
		.method = method,
		.url = url,
		.headers = slice_text("Content-Type: application/json\n"
				      "Accept: application/json\n"),
		.body = body,
		.flags = CALL_BEARER,
	};

	upstream_end(&remote->upstream);
	return upstream_ask(&remote->upstream, &batch, &request,
			    &remote->answer, problem);
}

/* ---- the account, where it isn't named ------------------------------------ */

/* In what GET / says: "caller": {"accounts": [{"id": ...}]}. */
static size_t find_accounts(struct json json, char account[65])
{
	enum json_token token;
	size_t count = 0;
	unsigned depth = 0;

	while ((token = json_next(&json)) != JSON_END && token != JSON_BAD) {
		if (token != JSON_NAME)
			continue;
		if (json.depth == 2 && slice_is(json.text, "accounts"))
			depth = json.depth + 2;
		if (json.depth != depth || !slice_is(json.text, "id") ||
		    json_next(&json) != JSON_STRING ||
		    !cloudflare_is_id(json.text))
			continue;
		snprintf(account, 65, "%.*s", (int)json.text.length,
			 json.text.data);
		count++;
	}
	return count;
}

static enum cli_status ask_account(struct remote *remote)
{
	struct problem problem;
	struct json json;
	size_t count;

	if (call(remote, "GET", buffer_slice(&remote->url), slice_of(NULL, 0),
		 &problem))
		return cli_problem(&problem);
	if (remote->answer.failure.length > 0)
		return cli_complain("%s: %.*s", remote->asked->url,
				    (int)remote->answer.failure.length,
				    remote->answer.failure.data);
	json_begin(&json, remote->answer.body);
	count = find_accounts(json, remote->account);
	if (count == 1)
		return CLI_DONE;
	return cli_complain(count ? "%s has several accounts: name one by "
				    "--account" :
				    "%s tells of no account of yours: is the "
				    "token good, and the address where Mintage "
				    "is mounted?",
			    remote->asked->url);
}

static enum cli_status set_url(struct remote *remote)
{
	static const char *const routes[] = {
		[ISSUE_SINGLE] = "r2/temp-access-credentials",
		[ISSUE_BATCH] = "r2/temp-access-credentials/batch",
		[ISSUE_LINKS] = "r2/presigned-urls",
	};
	struct slice base = slice_text(remote->asked->url);
	struct buffer *url = &remote->url;
	enum cli_status status = CLI_DONE;

	while (base.length > 0 && base.data[base.length - 1] == '/')
		base.length--;
	if (!buffer_add(url, base.data, base.length) ||
	    !buffer_add(url, "/", 1))
		return cli_complain("out of memory");
	if (remote->asked->account)
		snprintf(remote->account, sizeof(remote->account), "%s",
			 remote->asked->account);
	else
		status = ask_account(remote);
	if (status != CLI_DONE)
		return status;
	if (!cloudflare_is_id(slice_text(remote->account)))
		return cli_misused(remote->asked->command,
				   "--account: with --url, an account's id");
	if (!buffer_format(url, "accounts/%s/%s", remote->account,
			   routes[remote->kind]))
		return cli_complain("out of memory");
	return CLI_DONE;
}

/* ---- what is asked for, as JSON ------------------------------------------- */

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

/* All but the entries. */
static bool add_fields(struct remote *remote)
{
	const struct cli_fields *asked = remote->asked;
	const struct fields *fields = &asked->fields;
	struct buffer *body = &remote->body;

	return buffer_add(body, "{", 1) &&
	       add_text(body, field_names[FIELD_BUCKET], fields->bucket) &&
	       add_text(body, field_names[FIELD_PARENT],
			slice_text(asked->parent)) &&
	       add_text(body, field_names[FIELD_FORMAT], fields->format) &&
	       add_text(body, field_names[FIELD_METHOD],
			slice_text(method_names[fields->method])) &&
	       add_text(body, field_names[FIELD_SIGN],
			slice_text(fields->sign == SIGN_SCOPED ? "scoped" :
								 NULL)) &&
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

static bool add_entry(struct buffer *body, const struct entry *entry)
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

/* ---- what comes back ------------------------------------------------------ */

/* "/objects/17/ttlSeconds" of this request: which entry is that of all? */
static void print_place(const struct remote *remote, struct slice pointer)
{
	struct slice rest = pointer, part;
	uint64_t number;

	if (slice_split(&rest, '/', &part) && slice_split(&rest, '/', &part) &&
	    (slice_is(part, field_names[FIELD_OBJECTS]) ||
	     slice_is(part, field_names[FIELD_PREFIXES])) &&
	    slice_split(&rest, '/', &part) &&
	    slice_number(part, UINT32_MAX, &number))
		fprintf(stderr, "mintage: entry %ju: ",
			(uintmax_t)(remote->first + number));
	else if (pointer.length > 0)
		fprintf(stderr, "mintage: %.*s: ", (int)pointer.length,
			pointer.data);
	else
		fputs("mintage: ", stderr);
}

/* One of errors[]: its message, and its pointer where it has one. */
static bool print_error(const struct remote *remote, struct json *json)
{
	struct slice message = slice_of(NULL, 0), pointer = message;
	char message_room[1024], pointer_room[128], place[128];
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
		    json_unescape(json, message_room, sizeof(message_room),
				  &message) != ERROR_NONE)
			return false;
		if (is_pointer &&
		    json_unescape(json, pointer_room, sizeof(pointer_room),
				  &pointer) != ERROR_NONE)
			return false;
	}
	snprintf(place, sizeof(place), "%.*s", (int)pointer.length,
		 pointer.length ? pointer.data : "");
	problem_set(&tidy, ERROR_UPSTREAM, place, "%.*s", (int)message.length,
		    message.length ? message.data : "");
	print_place(remote, slice_text(tidy.pointer));
	fprintf(stderr, "%s\n", tidy.message);
	return token != JSON_BAD;
}

static enum cli_status refused(const struct remote *remote)
{
	enum json_token token;
	struct json json;
	size_t count = 0;

	json_begin(&json, remote->answer.body);
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
			       print_error(remote, &json))
				count++;
		}
	}
	if (count == 0)
		cli_complain("%s: answered %u, and not as Mintage does",
			     remote->asked->url, remote->answer.status);
	return CLI_FAILED;
}

/* Who is to clear up must know what is out there. */
static enum cli_status failed(const struct remote *remote)
{
	uintmax_t done = remote->join.count + remote->join.failed;
	uintmax_t last = remote->first + remote->entries - 1;

	if (remote->parts > 1)
		cli_complain("%ju of %ju entries were done before that, and "
			     "are in the output; those from %ju to %ju were "
			     "asked for, and none of them is in it; the others "
			     "were not asked for",
			     done, (uintmax_t)remote->total,
			     (uintmax_t)remote->first, last);
	return CLI_FAILED;
}

static enum cli_status send(struct remote *remote)
{
	struct problem problem;
	const char *wrong;

	if (call(remote, "POST", buffer_slice(&remote->url),
		 buffer_slice(&remote->body), &problem)) {
		cli_problem(&problem);
		return failed(remote);
	}
	if (remote->answer.failure.length > 0) {
		cli_complain("%s: %.*s", remote->asked->url,
			     (int)remote->answer.failure.length,
			     remote->answer.failure.data);
		return failed(remote);
	}
	if (remote->answer.status != 200) {
		refused(remote);
		return failed(remote);
	}
	wrong = join_part(&remote->join, &remote->answer, remote->entries);
	if (!wrong && sink_flush(&remote->output.sink))
		return CLI_DONE;
	if (wrong)
		cli_complain("%s: %s", remote->asked->url, wrong);
	return failed(remote);
}

/* ---- the entries ---------------------------------------------------------- */

static enum cli_status finish_part(struct remote *remote)
{
	enum cli_status status = CLI_DONE;

	if (remote->entries == 0)
		return CLI_DONE;
	if (!buffer_add(&remote->body, "]}", 2))
		return cli_complain("out of memory");
	if (remote->dry)
		remote->parts++;
	else
		status = send(remote);
	remote->body.length = remote->head;
	remote->first += remote->entries;
	remote->entries = 0;
	return status;
}

static bool begin_part(struct remote *remote, enum entry_kind kind)
{
	remote->entry_kind = kind;
	return buffer_format(&remote->body, "\"%s\":[",
			     kind == ENTRY_PREFIX ?
				     field_names[FIELD_PREFIXES] :
				     field_names[FIELD_OBJECTS]);
}

/* The entry's text goes behind the others', and where that is too much for one
 * request, it is the first of the next. */
static enum cli_status add(struct remote *remote, const struct entry *entry)
{
	struct buffer text = { 0 };
	enum cli_status status = CLI_DONE;
	bool done = add_entry(&text, entry);

	if (done && remote->entries > 0 &&
	    (entry->kind != remote->entry_kind ||
	     remote->entries == REQUEST_ENTRIES_MAX ||
	     remote->body.length + text.length + 3 > remote->request_size))
		status = finish_part(remote);
	if (status == CLI_DONE && done)
		done = remote->entries > 0 ? buffer_add(&remote->body, ",", 1) :
					     begin_part(remote, entry->kind);
	done = done && buffer_add(&remote->body, text.data, text.length);
	remote->entries++;
	buffer_free(&text);
	return done ? status : cli_complain("out of memory");
}

static enum cli_status walk(struct remote *remote, bool dry)
{
	enum cli_status status = CLI_DONE;
	struct problem problem;
	struct entry entry;

	remote->dry = dry;
	remote->first = 0;
	manifest_rewind(&remote->asked->fields.entries);
	while (status == CLI_DONE) {
		switch (manifest_next(&remote->asked->fields.entries, &entry,
				      &problem)) {
		case MANIFEST_ENTRY:
			status = add(remote, &entry);
			break;
		case MANIFEST_END:
			return finish_part(remote);
		default:
			return cli_complain("the manifest was changed while "
					    "it was read");
		}
	}
	return status;
}

/* Every entry is one, and there are some where there should be: before
 * anything is sent. What can't be read can't be passed on either. */
static enum cli_status check_entries(struct remote *remote)
{
	struct problems *problems = &remote->asked->problems;
	struct manifest *entries = &remote->asked->fields.entries;
	enum manifest_step step;
	struct problem problem;
	struct entry entry;
	uint64_t count = 0;

	manifest_rewind(entries);
	do {
		step = manifest_next(entries, &entry, &problem);
		count += step == MANIFEST_ENTRY;
		if (step == MANIFEST_BAD_ENTRY || step == MANIFEST_BROKEN)
			problems_push(problems, &problem);
	} while (step == MANIFEST_ENTRY || step == MANIFEST_BAD_ENTRY);
	if (problems->count > 0)
		return cli_fields_complain(remote->asked, problems);
	if (count == 0 &&
	    (entries->part_count > 0 || remote->kind != ISSUE_SINGLE))
		return cli_complain("there is no entry: name objects, or a "
				    "MANIFEST with some in it");
	return CLI_DONE;
}

static enum cli_status ask_for_each(struct remote *remote)
{
	enum cli_status status = walk(remote, true);

	remote->total = remote->first;
	if (status != CLI_DONE)
		return status;
	if (remote->parts > 1 && remote->join.format == JOIN_OTHER)
		return cli_complain("this takes %llu requests, and answers in "
				    "this format can't be joined: use json, "
				    "ndjson, csv or text, or a larger "
				    "--request-size",
				    (unsigned long long)remote->parts);
	status = walk(remote, false);
	if (status == CLI_DONE)
		join_end(&remote->join);
	if (status == CLI_DONE && remote->join.failed > 0)
		status = cli_complain("%llu of %llu entries were refused, see "
				      "the output",
				      (unsigned long long)remote->join.failed,
				      (unsigned long long)remote->total);
	return status;
}

/* One credential for all that is named, in one request. */
static enum cli_status ask_for_all(struct remote *remote)
{
	static const enum entry_kind kinds[] = { ENTRY_OBJECT, ENTRY_PREFIX };
	struct buffer *body = &remote->body;
	struct problem problem;
	struct entry entry;
	bool done = true;

	for (size_t i = 0; i < 2; i++) {
		size_t before = body->length, count = 0;

		manifest_rewind(&remote->asked->fields.entries);
		done = done && begin_part(remote, kinds[i]);
		while (done &&
		       manifest_next(&remote->asked->fields.entries, &entry,
				     &problem) == MANIFEST_ENTRY) {
			if (entry.kind != kinds[i])
				continue;
			done = (count++ == 0 || buffer_add(body, ",", 1)) &&
			       add_entry(body, &entry);
		}
		done = done && buffer_add(body, "],", 2);
		if (count == 0)
			body->length = before;
	}
	if (!done)
		return cli_complain("out of memory");
	/* A comma is behind whatever came last. */
	body->data[body->length - 1] = '}';
	if (call(remote, "POST", buffer_slice(&remote->url), buffer_slice(body),
		 &problem))
		return cli_problem(&problem);
	if (remote->answer.failure.length > 0)
		return cli_complain("%s: %.*s", remote->asked->url,
				    (int)remote->answer.failure.length,
				    remote->answer.failure.data);
	if (remote->answer.status != 200)
		return refused(remote);
	sink_slice(&remote->output.sink, remote->answer.body);
	return CLI_DONE;
}

/* ---- all of it ------------------------------------------------------------ */

static enum cli_status take_options(struct remote *remote)
{
	struct cli_fields *asked = remote->asked;
	struct problem problem;

	if (!url_is_private(asked->url))
		return cli_misused(asked->command,
				   "--url: https://..., or http:// to this "
				   "machine");
	if (asked->config)
		return cli_misused(asked->command,
				   "--url asks a service that runs, and goes "
				   "without --config");
	if (!asked->token_file)
		return cli_misused(asked->command,
				   "option '--token-file' is needed with "
				   "--url: a file with a caller's token");
	remote->request_size = REQUEST_SIZE_DEFAULT;
	if (asked->request_size &&
	    (!slice_number(slice_text(asked->request_size), REQUEST_SIZE_MAX,
			   &remote->request_size) ||
	     remote->request_size < REQUEST_SIZE_MIN))
		return cli_misused(asked->command,
				   "--request-size: bytes, from %d to %d",
				   REQUEST_SIZE_MIN, REQUEST_SIZE_MAX);
	if (secret_load(&remote->token, asked->token_file, &problem))
		return cli_problem(&problem);
	return CLI_DONE;
}

static enum cli_status read_manifest(struct remote *remote)
{
	struct cli_fields *asked = remote->asked;
	enum manifest_format format = asked->fields.manifest_format;
	struct problem problem;
	enum error error = cli_fields_add_paths(asked, &problem);

	if (!error && asked->manifest) {
		error = cli_document_open(&remote->document, asked->manifest,
					  MANIFEST_MAX, &problem);
		if (format == MANIFEST_GUESS)
			format = manifest_format_by_name(
				slice_text(asked->manifest));
		if (!error)
			error = manifest_add_document(&asked->fields.entries,
						      format,
						      remote->document.text,
						      &problem);
	}
	if (!error)
		return CLI_DONE;
	problems_push(&asked->problems, &problem);
	return cli_fields_complain(asked, &asked->problems);
}

static enum cli_status run(struct remote *remote)
{
	enum cli_status status = take_options(remote), written;

	if (status == CLI_DONE)
		status = read_manifest(remote);
	if (status == CLI_DONE)
		status = check_entries(remote);
	if (status == CLI_DONE)
		status = set_url(remote);
	if (status != CLI_DONE)
		return status;
	if (!add_fields(remote))
		return cli_complain("out of memory");
	remote->head = remote->body.length;
	cli_output_begin(&remote->output);
	status = remote->kind == ISSUE_SINGLE ? ask_for_all(remote) :
						ask_for_each(remote);
	written = cli_output_end(&remote->output);
	return status == CLI_DONE ? written : status;
}

enum cli_status cli_remote(const struct cli_issuer *issuer,
			   struct cli_fields *asked)
{
	struct remote *remote = calloc(1, sizeof(*remote));
	enum cli_status status;

	if (!remote)
		return cli_complain("out of memory");
	remote->asked = asked;
	remote->kind = asked->each ? ISSUE_BATCH : issuer->kind;
	remote->join.format = join_format(asked->fields.format);
	remote->join.output = &remote->output;
	cli_document_begin(&remote->document);
	status = run(remote);
	cli_document_close(&remote->document);
	upstream_stop(&remote->upstream);
	join_free(&remote->join);
	secret_wipe(&remote->token);
	buffer_free(&remote->url);
	buffer_free(&remote->body);
	free(remote);
	return status;
}
