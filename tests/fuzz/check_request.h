/*
 * check_request - what must hold whatever request comes in, of all that leaves:
 * nothing is issued that was not asked for, allowed and recorded; every answer
 * is well formed in its format and tells no secret.
 *
 * An input is the request's variables as a web server passes them on, a line
 * "NAME=value" each, an empty line, and the body.
 */
#ifndef MINTAGE_FUZZ_CHECK_REQUEST_H
#define MINTAGE_FUZZ_CHECK_REQUEST_H

#include "answers.h"

#define REQUEST_HEAD_MAX 16384

/* ---- JSON ----------------------------------------------------------------- */

static inline void request_check_result(json_object *result)
{
	size_t count;

	if (!json_object_is_type(result, json_type_array)) {
		answers_row(result);
		return;
	}
	count = json_object_array_length(result);
	for (size_t i = 0; i < count; i++)
		answers_row(json_object_array_get_idx(result, i));
}

/* The envelope of Cloudflare's API says what the status does. */
static inline void request_check_envelope(json_object *root)
{
	json_object *success, *errors, *result;
	bool good = head.status == 200;

	CHECK(json_object_object_get_ex(root, "success", &success));
	CHECK(json_object_get_boolean(success) == good);
	CHECK(json_object_object_get_ex(root, "result", &result));
	CHECK((result != NULL) == good);
	CHECK(json_object_object_get_ex(root, "errors", &errors));
	CHECK((json_object_array_length(errors) == 0) == good);
	if (good)
		request_check_result(result);
}

static inline void request_check_json(void)
{
	json_object *root = markup_json(slice_text(head.body));

	CHECK(json_object_is_type(root, json_type_object));
	if (head.status != 200 ||
	    json_object_object_get_ex(root, "result", NULL))
		request_check_envelope(root);
	else
		markup_json_values(root, answers_value);
	json_object_put(root);
}

/* A line each, and a last one that says that it is the last. */
static inline void request_check_ndjson(void)
{
	struct slice rest = slice_text(head.body), line;
	json_object *one, *info;
	uint64_t count = 0;

	while (rest.length > 0) {
		CHECK(slice_split(&rest, '\n', &line));
		one = markup_json(line);
		if (rest.length > 0) {
			answers_row(one);
			count++;
		} else {
			CHECK(json_object_object_get_ex(one, "result_info",
							&info));
			CHECK((uint64_t)issued_number(info, "count") +
				      (uint64_t)issued_number(info, "failed") >=
			      count);
		}
		json_object_put(one);
	}
}

/* ---- plain text ----------------------------------------------------------- */

/* The formats that are text/plain differ in how they begin. */
static inline void request_check_plain(void)
{
	struct slice text = slice_text(head.body);

	CHECK(unicode_valid(text) == text.length);
	if (slice_starts(text, slice_text("globoff\n")))
		markup_curl(text, answers_value);
	else if (slice_starts(text, slice_text("export ")) ||
		 slice_starts(text, slice_text("# not issued")))
		markup_shell(head.body, answers_value);
	else
		markup_lines(text, answers_value);
}

static inline bool request_is_type(const char *type)
{
	size_t length = strlen(type);

	return strncmp(head.type, type, length) == 0 &&
	       (head.type[length] == '\0' || head.type[length] == ';');
}

/* A cell that is no formula may begin with a quote that was added. */
static inline bool request_is_sheet(void)
{
	return !asked_has(slice_text("csv-exact"));
}

static inline void request_check_body(void)
{
	const char *method = site_variable("REQUEST_METHOD");

	if (strcmp(method, "HEAD") == 0) {
		CHECK(head.body[0] == '\0');
		return;
	}
	CHECK(strlen(head.body) ==
	      site.length - (size_t)(head.body - site.answer));
	if (request_is_type("application/json"))
		request_check_json();
	else if (request_is_type("application/x-ndjson"))
		request_check_ndjson();
	else if (request_is_type("text/html"))
		markup_html(head.body, answers_value);
	else if (request_is_type("text/csv"))
		(void)markup_csv(slice_text(head.body), request_is_sheet(),
				 answers_value);
	else if (request_is_type("application/metalink4+xml"))
		markup_xml(head.body, answers_value);
	else
		request_check_plain();
}

/* ---- issued and recorded -------------------------------------------------- */

static inline void request_check_counts(void)
{
	uint64_t found = granted.tokens + granted.links;
	const char *mark = granted.issues ? "\"event\":\"issue\"" :
					    "\"event\":\"redirect\"";

	/* Nothing leaves without its line, and that was written before. */
	if (found > 0 || head.location[0]) {
		CHECK(granted.issues + granted.redirects == 1);
		CHECK(memmem(site.log_text, site.logged_before, mark,
			     strlen(mark)) != NULL);
	}
	if (head.status != 200) {
		CHECK(found == 0 && granted.issued == 0);
		CHECK(granted.issues == 0);
	}
	CHECK((head.location[0] != '\0') == (granted.redirects == 1));
	CHECK((head.status == 302) == (granted.redirects == 1));
	if (granted.issues == 0)
		return;
	CHECK(head.status == 200);
	CHECK(found == granted.issued);
	CHECK(granted.issued == granted.count);
	CHECK(strtoull(head.failed, NULL, 10) == granted.failed);
	CHECK(strtoull(head.count, NULL, 10) == granted.count + granted.failed);
	CHECK(granted.count + granted.failed <= granted.caller->max_entries);
	recorded_check();
}

static inline void request_check_answer(void)
{
	CHECK(!site.was_cut && site.length > 0);
	answers_read_head();
	granted_read_log();
	recorded_begin();
	wanted_begin();
	granted_check_secrets(slice_of(site.answer, site.length));
	request_check_body();
	request_check_counts();
	wanted_end();
	if (granted.redirects)
		linked_check_redirect(head.location);
}

/* ---- the input ------------------------------------------------------------ */

/* A web server's variables hold no NUL, and their names are such. */
static inline void request_read(const uint8_t *data, size_t size, char *text)
{
	const uint8_t *end = memmem(data, size, "\n\n", 2);
	size_t length = end ? (size_t)(end - data) : size;
	char *line, *rest = text;

	site.variable_count = 0;
	site.body = slice_of(NULL, 0);
	if (end)
		site.body = slice_of((const char *)end + 2, size - length - 2);
	length = length < REQUEST_HEAD_MAX ? length : REQUEST_HEAD_MAX - 1;
	memcpy(text, data, length);
	text[length] = '\0';
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (isupper((unsigned char)line[0]) && strchr(line, '='))
			site_add(line);
	}
	site_add_usual();
}

static inline void check_request(const uint8_t *data, size_t size)
{
	static char text[REQUEST_HEAD_MAX];

	if (size >= ASKED_SIZE)
		return;
	site_begin();
	asked_begin(slice_of((const char *)data, size));
	request_read(data, size, text);
	site_run();
	request_check_answer();
}

#endif
