#include "remote_ask.h"

#include <stdio.h>

#include "lib/base/json.h"
#include "remote_body.h"
#include "remote_refusal.h"

/* A whole answer is held in memory, and has some hundred bytes for each entry. */
#define REQUEST_ENTRIES_MAX 20000
#define ANSWER_MAX ((size_t)60 << 20)
#define REQUEST_SECONDS 300

/* ---- one request ---------------------------------------------------------- */

enum error remote_ask_once(struct remote *remote, const char *method,
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
	/* A lost answer is not asked for again, because its entries would be
	 * issued twice. */
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

/* ---- many requests --------------------------------------------------------- */

/* Say which entries may have been issued, for whoever has to clear up. */
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

	if (remote_ask_once(remote, "POST", buffer_slice(&remote->url),
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
		remote_refusal_print(&remote->answer, remote->asked->url,
				     remote->first);
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

/* Add one entry to the request. When the request would get too large, send it
 * first, and let the entry begin the next one. */
static enum cli_status add(struct remote *remote, const struct entry *entry)
{
	struct buffer text = { 0 };
	enum cli_status status = CLI_DONE;
	bool done = remote_body_entry(&text, entry);

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
	remote->asked->is_answered = status == CLI_DONE;
	if (status == CLI_DONE && remote->join.failed > 0)
		status = cli_complain("%llu of %llu entries were refused, see "
				      "the output",
				      (unsigned long long)remote->join.failed,
				      (unsigned long long)remote->total);
	return status;
}

/* Ask for one credential for all entries, in one request. */
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
			       remote_body_entry(body, &entry);
		}
		done = done && buffer_add(body, "],", 2);
		if (count == 0)
			body->length = before;
	}
	if (!done)
		return cli_complain("out of memory");
	/* A comma stands at the end of the body, whatever came last. */
	body->data[body->length - 1] = '}';
	if (remote_ask_once(remote, "POST", buffer_slice(&remote->url),
			    buffer_slice(body), &problem))
		return cli_problem(&problem);
	if (remote->answer.failure.length > 0)
		return cli_complain("%s: %.*s", remote->asked->url,
				    (int)remote->answer.failure.length,
				    remote->answer.failure.data);
	if (remote->answer.status != 200)
		return remote_refusal_print(&remote->answer, remote->asked->url,
					    remote->first);
	sink_slice(&remote->output.sink, remote->answer.body);
	remote->asked->is_answered = true;
	return CLI_DONE;
}

/* ---- all of it ------------------------------------------------------------ */

enum cli_status remote_ask(struct remote *remote)
{
	enum cli_status status, written;

	if (!remote_body_fields(&remote->body, remote->asked))
		return cli_complain("out of memory");
	remote->head = remote->body.length;
	remote->join.format = join_format(remote->asked->fields.format);
	remote->join.output = &remote->output;
	cli_output_begin(&remote->output);
	status = remote->kind == ISSUE_SINGLE ? ask_for_all(remote) :
						ask_for_each(remote);
	written = cli_output_end(&remote->output);
	if (written != CLI_DONE)
		remote->asked->is_answered = false;
	return status == CLI_DONE ? written : status;
}

void remote_ask_end(struct remote *remote)
{
	upstream_stop(&remote->upstream);
	join_free(&remote->join);
	secret_wipe(&remote->token);
	buffer_free(&remote->url);
	buffer_free(&remote->body);
}
