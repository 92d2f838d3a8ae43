/*
 * answers - what must hold of each answer of the site: its head, its envelope,
 * its format, and everything that is issued in it.
 */
#ifndef MINTAGE_FUZZ_ANSWERS_H
#define MINTAGE_FUZZ_ANSWERS_H

#include <ctype.h>

#include "linked.h"

/* The head of the answer that is being checked. */
static struct {
	int status;
	char type[128], location[32768], count[32], failed[32];
	const char *body;
	bool has_count;
} head;

/* ---- the head ------------------------------------------------------------- */

/* Each name that an answer may have; a header that came of a request's bytes
 * has another. */
static const char *const answers_names[] = {
	"Status",
	"Content-Type",
	"Cache-Control",
	"Mintage-Request",
	"Mintage-Count",
	"Mintage-Failed",
	"Mintage-Warning",
	"Content-Disposition",
	"Allow",
	"WWW-Authenticate",
	"Location",
	"Referrer-Policy",
	"Vary",
	"X-Content-Type-Options",
	"Content-Security-Policy",
	"X-Frame-Options",
	"X-Robots-Tag",
	"Permissions-Policy",
	"Cross-Origin-Opener-Policy",
	"Cross-Origin-Resource-Policy",
	"Cross-Origin-Embedder-Policy",
	"Retry-After",
	"RateLimit",
	"RateLimit-Policy",
	"Connection",
	"Accept",
	"Accept-Encoding",
	"Content-Length",
	"Strict-Transport-Security",
};

static inline void answers_note(char *dst, size_t size, struct slice value)
{
	CHECK(dst[0] == '\0' && value.length < size);
	snprintf(dst, size, "%.*s", (int)value.length, value.data);
}

static inline void answers_header(struct slice line, uint64_t *seen)
{
	struct slice name, value = line;
	size_t number = 0;

	CHECK(slice_split(&value, ':', &name) && value.length > 1);
	CHECK(value.data[0] == ' ');
	value = slice_trim(value);
	while (number < RULES_COUNT(answers_names) &&
	       !slice_is(name, answers_names[number]))
		number++;
	if (number == RULES_COUNT(answers_names)) {
		fprintf(stderr, "a header that is not ours: %.*s\n",
			(int)line.length, line.data);
		abort();
	}
	CHECK(!(*seen >> number & 1) || slice_is(name, "Mintage-Warning"));
	*seen |= UINT64_C(1) << number;
	if (slice_is(name, "Status"))
		head.status = atoi(value.data);
	else if (slice_is(name, "Content-Type"))
		answers_note(head.type, sizeof(head.type), value);
	else if (slice_is(name, "Location"))
		answers_note(head.location, sizeof(head.location), value);
	else if (slice_is(name, "Mintage-Count"))
		answers_note(head.count, sizeof(head.count), value);
	else if (slice_is(name, "Mintage-Failed"))
		answers_note(head.failed, sizeof(head.failed), value);
}

/* Lines of printable bytes that end in CR LF, up to an empty one. */
static inline void answers_read_head(void)
{
	const char *at = site.answer, *end;
	uint64_t seen = 0;

	memset(&head, 0, sizeof(head));
	CHECK(strncmp(at, "Status: ", 8) == 0);
	while (strncmp(at, "\r\n", 2) != 0) {
		end = strstr(at, "\r\n");
		CHECK(end != NULL);
		for (const char *c = at; c < end; c++)
			CHECK((unsigned char)*c >= ' ' && *c != 0x7f);
		answers_header(slice_of(at, (size_t)(end - at)), &seen);
		at = end + 2;
	}
	head.body = at + 2;
	CHECK(head.status >= 200 && head.status <= 599);
	CHECK(head.type[0] != '\0');
	CHECK(strstr(site.answer, "\r\nCache-Control: no-store\r\n"));
	CHECK(strstr(site.answer, "\r\nMintage-Request: "));
}

/* ---- what the body holds -------------------------------------------------- */

static inline bool answers_is_link(struct slice text)
{
	struct slice own = slice_text(RULES_PUBLIC_URL "/l/");
	struct slice waf = slice_text("https://" RULES_DOMAIN "/");

	if (!slice_starts(text, slice_text("https://")) || asked_says(text))
		return false;
	return memmem(text.data, text.length, "?X-Amz-", 7) ||
	       slice_starts(text, own) || slice_starts(text, waf);
}

/* A link, with what a program would send with it where that is known. */
static inline void answers_link(const char *text, const char *headers,
				const char *payload, bool is_counted)
{
	struct issued issued;

	bool is_read = linked_read(text, headers, payload, &issued);

	granted.links += is_counted;
	linked_check(&issued, is_read, is_counted);
}

static inline void answers_value(struct slice text)
{
	json_object *claims = NULL;
	struct issued issued;
	char secret[65];

	text = slice_trim(text);
	while (text.length > 0 && text.data[text.length - 1] == '\n')
		text.length--;
	if (answers_is_link(text)) {
		char *copy = strndup(text.data, text.length);

		answers_link(copy, NULL, NULL, !markup.is_attribute);
		free(copy);
	} else if (slice_starts(text, slice_text("and0L")) &&
		   !asked_says(text) &&
		   issued_read_token(text, &issued, &claims, secret)) {
		granted_check_token(&issued);
		recorded_token(&issued);
		wanted_token(&issued);
		granted.tokens++;
		/* The secret of this very token stands beside it. */
		CHECK(strstr(head.body, secret) != NULL);
	}
	json_object_put(claims);
}

/* ---- rows of JSON --------------------------------------------------------- */

/* The headers of a link as the canonical request has them. */
static inline const char *
answers_headers(json_object *headers, const char *host, const char **payload)
{
	static char text[16384];
	char lines[64][1024];
	size_t count = 0, used = 0;

	*payload = "UNSIGNED-PAYLOAD";
	snprintf(lines[count++], sizeof(lines[0]), "host:%s\n", host);
	json_object_object_foreach(headers, name, value)
	{
		const char *said = json_object_get_string(value);

		CHECK(count < 64);
		snprintf(lines[count], sizeof(lines[0]), "%s:%s\n", name, said);
		for (char *c = lines[count]; *c != ':'; c++)
			*c = (char)tolower((unsigned char)*c);
		if (strcasecmp(name, "x-amz-content-sha256") == 0)
			*payload = said;
		count++;
	}
	qsort(lines, count, sizeof(lines[0]),
	      (int (*)(const void *, const void *))strcmp);
	for (size_t i = 0; i < count; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s",
					 lines[i]);
	CHECK(used < sizeof(text));
	return text;
}

/* One of the things that were issued, or why it was not. */
static inline void answers_row(json_object *row)
{
	json_object *url, *headers, *error;
	const char *payload = NULL, *lines, *text;
	char host[128];

	if (json_object_object_get_ex(row, "error", &error)) {
		CHECK(issued_number(error, "code") > 0);
		CHECK(!json_object_object_get_ex(row, "sessionToken", NULL));
		CHECK(!json_object_object_get_ex(row, "url", NULL));
		return;
	}
	if (!json_object_object_get_ex(row, "url", &url)) {
		markup_json_values(row, answers_value);
		return;
	}
	text = json_object_get_string(url);
	CHECK(json_object_object_get_ex(row, "headers", &headers));
	snprintf(host, sizeof(host), "%.*s", (int)strcspn(text + 8, "/"),
		 text + 8);
	text = json_object_get_string(url);
	lines = answers_headers(headers, host, &payload);
	answers_link(text, lines, payload, true);
}

#endif
