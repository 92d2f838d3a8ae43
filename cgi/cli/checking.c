#include "checking.h"

#include <stdio.h>
#include <time.h>

#include "cgi/upstream/cloudflare.h"

/* When two clocks differ by more, one may take what the other signs as too
 * early or too late. */
#define CLOCK_SECONDS 30

/* ---- findings ------------------------------------------------------------- */

/* `remedy` is NULL where all is well. */
static void finding(struct checking *checking, const char *what,
		    const char *remedy)
{
	struct jsonout *json = checking->json;

	if (json) {
		jsonout_object(json, NULL);
		jsonout_text(json, "parent", checking->parent->key.name);
		jsonout_text(json, "check", what);
		jsonout_bool(json, "ok", !remedy);
		jsonout_text(json, "remedy", remedy);
		jsonout_object_end(json);
		return;
	}
	cli_print(&checking->output, "parent %s, %s: %s%s\n",
		  checking->parent->key.name, what, remedy ? "WRONG: " : "ok",
		  remedy ? remedy : "");
}

void checking_good(struct checking *checking, const char *what)
{
	finding(checking, what, NULL);
}

void checking_wrong(struct checking *checking, const char *what,
		    const char *remedy)
{
	finding(checking, what, remedy);
	checking->wrong++;
}

/* ---- calls ---------------------------------------------------------------- */

enum error checking_ask(struct checking *checking, const char *method,
			const char *url, struct slice sign,
			struct slice headers, struct problem *problem)
{
	struct upstream_batch batch;
	struct upstream_call call = {
		.method = method,
		.url = slice_text(url),
		.headers = headers,
		.sign = sign,
		.flags = CALL_AGAIN,
	};

	upstream_end(&checking->upstream);
	upstream_settings(&batch, checking->config, slice_of(NULL, 0));
	/* These settings are for the API, and this call goes to R2. */
	batch.state_dir = NULL;
	batch.ca_file = NULL;
	return upstream_ask(&checking->upstream, &batch, &call,
			    &checking->answer, problem);
}

enum error checking_ask_api(struct checking *checking, const char *method,
			    const char *path, struct slice body,
			    struct json *result, struct problem *problem)
{
	const struct parent *parent = checking->parent;
	struct slice token = keyed_text(parent->key.api_token);
	struct upstream_batch batch;
	struct upstream_call call = {
		.method = method,
		.headers = slice_text("Content-Type: application/json\n"),
		.body = body,
		.flags = CALL_AGAIN | CALL_BEARER,
	};
	struct buffer url = { 0 };
	enum error error;

	upstream_end(&checking->upstream);
	upstream_settings(&batch, checking->config, token);
	if (!buffer_format(&url, "%s%s", parent->account->api_endpoint, path))
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "out of memory");
	call.url = buffer_slice(&url);
	error = upstream_ask(&checking->upstream, &batch, &call,
			     &checking->answer, problem);
	buffer_free(&url);
	if (error)
		return error;
	return cloudflare_result(&checking->answer, token, result, problem);
}

/* ---- what any answer tells ------------------------------------------------ */

bool checking_no_answer(struct checking *checking, const char *what)
{
	const struct upstream_answer *answer = &checking->answer;
	char remedy[PROBLEM_MESSAGE_MAX];

	if (answer->failure.length == 0)
		return false;
	snprintf(remedy, sizeof(remedy),
		 "%.*s: check the account's endpoint, and the way there",
		 (int)answer->failure.length, answer->failure.data);
	checking_wrong(checking, what, remedy);
	return true;
}

void checking_clock(struct checking *checking)
{
	struct slice date = upstream_header(&checking->answer, "date");
	struct tm parts = { .tm_mday = 0 };
	char text[64], remedy[160];
	int64_t ahead;

	if (checking->clock_known || date.length == 0 ||
	    date.length >= sizeof(text))
		return;
	memcpy(text, date.data, date.length);
	text[date.length] = '\0';
	if (!strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &parts))
		return;
	checking->clock_known = true;
	ahead = (int64_t)time(NULL) - (int64_t)timegm(&parts);
	if (ahead >= -CLOCK_SECONDS && ahead <= CLOCK_SECONDS) {
		checking_good(checking, "clock");
		return;
	}
	snprintf(remedy, sizeof(remedy),
		 "this machine's is %lld seconds %s the endpoint's: set it by "
		 "NTP, or credentials are refused",
		 (long long)(ahead < 0 ? -ahead : ahead),
		 ahead < 0 ? "behind" : "ahead of");
	checking_wrong(checking, "clock", remedy);
}
