/*
 * mintage check --url - what does the web server pass on? GET / of the service
 * answers with what reached it. What is missing there was dropped by the web
 * server, whose configuration must say otherwise.
 */
#include "online_url.h"

#include <stdio.h>
#include <stdlib.h>

#include "cgi/upstream/cloudflare.h"
#include "jsonout.h"
#include "lib/base/json_text.h"
#include "lib/config/config.h"
#include "lib/sign/secret.h"
#include "url.h"

/* Sent where there is no token, to see whether the header arrives. No caller
 * has this token. */
#define PROBE "mintage-check"

/* What the answer to GET / says. */
struct received {
	bool is_mintage;
	bool path_lost; /* set from what ask_path finds */
	bool authorization;
	bool https;
	bool has_caller;
	struct slice caller; /* the caller's name */
	char name[128];      /* `caller` is in it */
};

/* Read the members of "received". */
static bool read_received(struct received *received, struct json *json)
{
	enum json_token token;

	if (json_next(json) != JSON_OBJECT)
		return false;
	while ((token = json_next(json)) == JSON_NAME) {
		bool is_authorization = slice_is(json->text, "authorization");
		bool is_https = slice_is(json->text, "https");

		token = json_next(json);
		if (is_authorization)
			received->authorization = token == JSON_TRUE;
		if (is_https)
			received->https = token == JSON_TRUE;
		if (!json_skip(json, token))
			return false;
	}
	return token == JSON_OBJECT_END;
}

/* Read "caller", which is null or an object that begins with the name. */
static bool read_caller(struct received *received, struct json *json)
{
	enum json_token token = json_next(json);
	struct json inner = *json;

	received->has_caller = token == JSON_OBJECT;
	if (token == JSON_OBJECT && json_next(&inner) == JSON_NAME &&
	    slice_is(inner.text, "name") && json_next(&inner) == JSON_STRING &&
	    json_text_unescape(&inner, received->name, sizeof(received->name),
			       &received->caller) != ERROR_NONE)
		received->caller = slice_of("?", 1);
	return json_skip(json, token);
}

static bool read_index(struct received *received, struct slice body)
{
	enum json_token token;
	struct json json;
	bool good = true;

	json_begin(&json, body);
	if (json_next(&json) != JSON_OBJECT)
		return false;
	while (good && (token = json_next(&json)) == JSON_NAME) {
		if (slice_is(json.text, "received")) {
			received->is_mintage = true;
			good = read_received(received, &json);
		} else if (slice_is(json.text, "caller")) {
			good = read_caller(received, &json);
		} else {
			good = json_skip(&json, token);
		}
	}
	return good && received->is_mintage;
}

/* ---- the call ------------------------------------------------------------- */

static enum error ask(struct upstream *upstream, const char *url,
		      const struct secret *token, const char *ca_file,
		      struct upstream_answer *answer, struct problem *problem)
{
	struct upstream_batch batch = {
		.token = token->length ? slice_of(token->text, token->length) :
					 slice_text(PROBE),
		.ca_file = ca_file,
		.concurrency = 1,
		.seconds = 30,
		.calls = 1,
		.answer_max = (size_t)1 << 20,
	};
	struct upstream_call call = {
		.method = "GET",
		.url = slice_text(url),
		.headers = slice_text("Accept: application/json\n"),
		.flags = CALL_AGAIN | CALL_BEARER,
	};

	return upstream_ask(upstream, &batch, &call, answer, problem);
}

/* Does the web server drop the path behind the mount? Then /healthz is answered
 * as / is. */
static enum error ask_path(struct upstream *upstream, const char *url,
			   const struct secret *token, const char *ca_file,
			   bool *lost, struct problem *problem)
{
	struct received received = { .is_mintage = false };
	struct upstream_answer answer;
	size_t length = strlen(url);
	enum error error;
	char *path;

	if (asprintf(&path, "%s%shealthz", url,
		     length > 0 && url[length - 1] == '/' ? "" : "/") < 0)
		return problem_set(problem, ERROR_INTERNAL, NULL,
				   "out of memory");
	error = ask(upstream, path, token, ca_file, &answer, problem);
	free(path);
	*lost = !error && answer.failure.length == 0 &&
		read_index(&received, answer.body);
	upstream_end(upstream);
	return error;
}

/* ---- what it means -------------------------------------------------------- */

static bool has_word(struct slice text, const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; i + length <= text.length; i++) {
		if (slice_equal_nocase(slice_of(text.data + i, length),
				       slice_text(word)))
			return true;
	}
	return false;
}

/* Which directive makes this web server pass Authorization on. */
static const char *directive(struct slice server)
{
	if (has_word(server, "apache"))
		return "add 'CGIPassAuth On' for this path (.htaccess will do)";
	if (has_word(server, "nginx"))
		return "add 'fastcgi_param HTTP_AUTHORIZATION "
		       "$http_authorization;' for this path";
	if (has_word(server, "lighttpd"))
		return "lighttpd passes it on by itself: something in front of "
		       "it takes it away";
	return "Apache needs 'CGIPassAuth On' for this path, HAProxy "
	       "'pass-header Authorization' in its fcgi-app, nginx "
	       "'fastcgi_param HTTP_AUTHORIZATION $http_authorization;'; "
	       "lighttpd needs nothing, so look at what is in front of it";
}

/* Where findings go, and how many of them were wrong. */
struct report {
	struct cli_output output;
	bool as_json;
	struct jsonout json;
	size_t wrong;
};

/* `remedy`, and what stands behind it, is NULL where all is well. */
static void finding(struct report *report, const char *what, const char *remedy,
		    const char *directive)
{
	char text[512];

	snprintf(text, sizeof(text), "%s%s", remedy ? remedy : "",
		 directive ? directive : "");
	report->wrong += remedy != NULL;
	if (!report->as_json) {
		cli_print(&report->output, "%s: ", what);
		sink_text(&report->output.sink, remedy ? "WRONG: " : "ok");
		sink_text(&report->output.sink, text);
		sink_text(&report->output.sink, "\n");
		return;
	}
	jsonout_object(&report->json, NULL);
	jsonout_text(&report->json, "check", what);
	jsonout_bool(&report->json, "ok", !remedy);
	jsonout_text(&report->json, "remedy", remedy ? text : NULL);
	jsonout_object_end(&report->json);
}

static void report_passage(struct report *report,
			   const struct received *received, struct slice server,
			   const char *url)
{
	if (received->path_lost)
		finding(report, "path",
			"what stands behind the mount does not arrive "
			"(PATH_INFO); ",
			has_word(server, "apache") ?
				"use SetHandler and not ProxyPass" :
				"look for a rule that rewrites it");
	else
		finding(report, "path", NULL, NULL);
	if (received->authorization)
		finding(report, "Authorization", NULL, NULL);
	else
		finding(report, "Authorization", "it does not arrive; ",
			directive(server));
	if (received->https)
		finding(report, "HTTPS", NULL, NULL);
	else if (strncmp(url, "https:", 6) == 0)
		finding(report, "HTTPS",
			"that the request came by https does not arrive; pass "
			"HTTPS=on on from what ends TLS, or name that in "
			"trusted-proxies and let it send X-Forwarded-Proto",
			NULL);
}

static void report_caller(struct report *report,
			  const struct received *received)
{
	if (!received->has_caller) {
		finding(report, "caller",
			"this token is nobody's there; 'mintage caller add' "
			"makes one",
			NULL);
	} else if (report->as_json) {
		finding(report, "caller", NULL, NULL);
	} else {
		cli_print(&report->output, "caller: ok, ");
		cli_print_foreign(&report->output, received->caller);
		sink_text(&report->output.sink, "\n");
	}
}

static void report_json(struct report *report, const struct received *received,
			struct slice server, const char *url, bool has_token)
{
	struct jsonout *json = &report->json;

	report->as_json = true;
	json->out = &report->output;
	jsonout_object(json, NULL);
	jsonout_text(json, "url", url);
	if (received->has_caller)
		jsonout_slice(json, "caller", received->caller);
	else
		jsonout_text(json, "caller", NULL);
	jsonout_array(json, "checks");
	report_passage(report, received, server, url);
	if (has_token)
		report_caller(report, received);
	jsonout_array_end(json);
	jsonout_bool(json, "ok", report->wrong == 0);
	jsonout_object_end(json);
	sink_text(&report->output.sink, "\n");
}

/* What is asked, and how the answer is told. */
struct url_request {
	const char *url;
	bool has_token;
	bool path_lost;
	bool json;
};

static enum cli_status tell(struct received *received, struct slice server,
			    const struct url_request *request)
{
	struct report *report = calloc(1, sizeof(*report));
	enum cli_status status;

	if (!report)
		return cli_complain("out of memory");
	received->path_lost = request->path_lost;
	cli_output_begin(&report->output);
	if (request->json) {
		report_json(report, received, server, request->url,
			    request->has_token);
	} else {
		report_passage(report, received, server, request->url);
		if (request->has_token)
			report_caller(report, received);
	}
	status = cli_output_end(&report->output);
	if (report->wrong > 0)
		status = CLI_FAILED;
	free(report);
	return status;
}

static enum cli_status judge(const struct upstream_answer *answer,
			     const struct url_request *request)
{
	struct received *received = calloc(1, sizeof(*received));
	enum cli_status status;

	if (!received)
		return cli_complain("out of memory");
	if (answer->failure.length > 0)
		status = cli_complain("%s: %.*s", request->url,
				      (int)answer->failure.length,
				      answer->failure.data);
	else if (answer->status != 200 || !read_index(received, answer->body))
		status = cli_complain("%s: answered %u, and not as Mintage "
				      "does: name the address where it is "
				      "mounted, with a slash at its end",
				      request->url, answer->status);
	else
		status = tell(received, upstream_header(answer, "server"),
			      request);
	free(received);
	return status;
}

enum cli_status online_url_check(const char *command, const char *url,
				 const char *token_file, const char *ca_file,
				 bool json)
{
	struct url_request request = { .url = url, .json = json };
	struct upstream upstream = { .helper = 0 };
	struct secret token = { .length = 0 };
	struct upstream_answer answer;
	struct problem problem;
	enum cli_status status;

	if (!url_is_private(url))
		return cli_misused(command,
				   "--url: write https://..., or http:// "
				   "for this machine");
	if (token_file &&
	    secret_load(&token, token_file, &problem) != ERROR_NONE)
		return cli_problem(&problem);
	request.has_token = token.length > 0;
	if (ask_path(&upstream, url, &token, ca_file, &request.path_lost,
		     &problem) ||
	    ask(&upstream, url, &token, ca_file, &answer, &problem))
		status = cli_problem(&problem);
	else
		status = judge(&answer, &request);
	upstream_stop(&upstream);
	secret_wipe(&token);
	return status;
}
