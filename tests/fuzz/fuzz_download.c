/* Links to downloads: one that is good, made here by the published formula of
 * its kind, is changed, and shown to any section. It opens nothing but its own
 * key in its own section in its own time. */
#include "check_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DOWNLOAD_FIRST 2 /* of rules_downloads that asks for a link */
#define DOWNLOAD_KINDS (RULES_COUNT(rules_downloads) - DOWNLOAD_FIRST)

static struct {
	size_t kind, shown; /* numbers of sections */
	int64_t now, when;  /* the time in the link */
	char key[1200];
	char tail[8192]; /* what follows the section's path */
	char uri[8400], path[8400], query[8400];
} download;

/* ---- a good link ---------------------------------------------------------- */

static void download_md5(const char *text, char *hex)
{
	uint8_t digest[16];

	codes_md5(slice_text(text), digest);
	codes_hex(digest, 16, hex);
}

static void download_mac(bool is_sha1, const char *secret, const char *text,
			 char *code)
{
	uint8_t digest[32];

	if (is_sha1)
		codes_hmac_sha1(slice_text(secret), slice_text(text), digest);
	else
		codes_hmac(slice_text(secret), slice_text(text), digest);
	codes_url64(digest, is_sha1 ? 20 : 32, code);
}

/* CODE/TIME/KEY, as lighttpd and Apache's mod_auth_token have it. */
static void download_in_path(const char *kind, const char *secret,
			     const char *sent)
{
	char text[2048], code[80], hex[16];

	snprintf(hex, sizeof(hex), "%08x", (unsigned)download.when);
	if (strcmp(kind, "secdownload-md5") == 0 ||
	    strcmp(kind, "auth-token") == 0) {
		snprintf(text, sizeof(text), "%s/%s%s", secret, download.key,
			 hex);
		download_md5(text, code);
	} else {
		snprintf(text, sizeof(text), "/%s/%s", hex, download.key);
		download_mac(strstr(kind, "sha1") != NULL, secret, text, code);
	}
	snprintf(download.tail, sizeof(download.tail), "%s/%s/%s", code, hex,
		 sent);
}

static void download_in_query(const char *kind, const char *secret,
			      const char *sent)
{
	long long when = (long long)download.when;
	char text[2048], code[80];
	uint8_t digest[16];

	if (strcmp(kind, "signed") == 0) {
		snprintf(text, sizeof(text), "/%s\n%lld", download.key, when);
		download_mac(false, secret, text, code);
		snprintf(download.tail, sizeof(download.tail),
			 "%s?expires=%lld&signature=%s", sent, when, code);
	} else if (strcmp(kind, "bunny") == 0) {
		snprintf(text, sizeof(text), "/%s%lld", download.key, when);
		download_mac(false, secret, text, code);
		snprintf(download.tail, sizeof(download.tail),
			 "%s?token=HS256-%s&expires=%lld", sent, code, when);
	} else {
		snprintf(text, sizeof(text), "%lld/%s192.0.2.1 %s", when,
			 download.key, secret);
		codes_md5(slice_text(text), digest);
		codes_url64(digest, 16, code);
		snprintf(download.tail, sizeof(download.tail),
			 "%s?md5=%s&expires=%lld", sent, code, when);
	}
}

static void download_make(void)
{
	const struct rules_download *section = &rules_downloads[download.kind];
	char sent[3 * sizeof(download.key) + 1], text[8192], code[80];

	codes_percent(slice_text(download.key), true, sent);
	if (strcmp(section->kind, "secure-link") == 0) {
		snprintf(text, sizeof(text), "%s%s", sent, section->secret);
		download_md5(text, code);
		snprintf(download.tail, sizeof(download.tail), "%s/%s", code,
			 sent);
	} else if (strncmp(section->kind, "secd", 4) == 0 ||
		   strcmp(section->kind, "auth-token") == 0) {
		download_in_path(section->kind, section->secret, sent);
	} else {
		download_in_query(section->kind, section->secret, sent);
	}
}

/* ---- what it may open ----------------------------------------------------- */

static bool download_is_in_time(int64_t leeway)
{
	const char *kind = rules_downloads[download.kind].kind;
	int64_t age = download.now - download.when;

	if (strcmp(kind, "secure-link") == 0)
		return true;
	if (strcmp(kind, "auth-token") == 0)
		return age <= RULES_LINK_TIMEOUT + leeway;
	if (strncmp(kind, "secd", 4) == 0)
		return age <= RULES_LINK_TIMEOUT + leeway &&
		       -age <= RULES_LINK_TIMEOUT + leeway;
	return age <= leeway;
}

/* A key that every web server passes on as it is. */
static bool download_is_plain(void)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789-_/.,+%&?#= ";
	size_t length = strlen(download.key);

	return length > 0 && length < 900 &&
	       strspn(download.key, plain) == length &&
	       !strstr(download.key, "//") && download.key[0] != '/' &&
	       download.key[length - 1] != '/' &&
	       !rules_has_dots(download.key, length);
}

static void download_check(bool is_changed)
{
	const struct rules_download *section = &rules_downloads[download.kind];
	char wanted[sizeof(download.key) + 64];
	struct issued issued;

	if (head.status != 302) {
		CHECK(is_changed || download.kind != download.shown ||
		      !download_is_plain() || !download_is_in_time(-2));
		return;
	}
	CHECK(download.kind == download.shown);
	CHECK(download_is_in_time(2));
	CHECK(linked_read(head.location, NULL, NULL, &issued));
	snprintf(wanted, sizeof(wanted), "%s%s", section->prefix, download.key);
	CHECK(slice_equal(slice_of(issued.key, issued.key_length),
			  slice_text(wanted)));
}

/* ---- the input ------------------------------------------------------------ */

/* Each three bytes put the last of them at a place of the link. */
static bool download_change(struct slice changes)
{
	size_t length = strlen(download.tail);
	bool is_changed = false;

	for (size_t i = 0; i + 2 < changes.length; i += 3) {
		size_t at = ((size_t)(uint8_t)changes.data[i] << 8 |
			     (uint8_t)changes.data[i + 1]) %
			    length;

		if (changes.data[i + 2] == '\0' ||
		    changes.data[i + 2] == download.tail[at])
			continue;
		download.tail[at] = changes.data[i + 2];
		is_changed = true;
	}
	return is_changed;
}

static void download_ask(void)
{
	static char method[] = "REQUEST_METHOD=GET";
	const char *query = strchr(download.tail, '?');
	size_t length = strcspn(download.tail, "?");
	int start;

	snprintf(download.uri, sizeof(download.uri), "REQUEST_URI=/mint%s%s",
		 rules_downloads[download.shown].path, download.tail);
	start = snprintf(download.path, sizeof(download.path), "PATH_INFO=%s",
			 rules_downloads[download.shown].path);
	codes_unpercent(slice_of(download.tail, length), false,
			download.path + start);
	snprintf(download.query, sizeof(download.query), "QUERY_STRING=%s",
		 query ? query + 1 : "");
	site.variable_count = 0;
	site.body = slice_of(NULL, 0);
	site_add(method);
	site_add(download.uri);
	site_add(download.path);
	site_add(download.query);
	site_add_usual();
	asked_begin(slice_text(download.path));
	site_run();
	request_check_answer();
}

/* Two digits for the sections, an age in seconds, a line end, the key and
 * another; the rest are changes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = slice_of((const char *)data, size), line;
	char age[16] = "";
	bool is_changed;

	if (size < 3 || size > 8192)
		return 0;
	site_begin();
	download.kind = DOWNLOAD_FIRST + data[0] % DOWNLOAD_KINDS;
	download.shown = DOWNLOAD_FIRST + data[1] % DOWNLOAD_KINDS;
	(void)slice_split(&rest, '\n', &line);
	for (size_t i = 2; i < line.length && i < 10; i++)
		age[i - 2] = line.data[i];
	line = slice_of(NULL, 0);
	(void)slice_split(&rest, '\n', &line);
	download.now = codes_now();
	download.when = download.now - atol(age);
	if (download.when < 0)
		download.when = 0;
	snprintf(download.key, sizeof(download.key), "%.*s",
		 line.length < 1100 ? (int)line.length : 1100,
		 line.length ? line.data : "");
	download_make();
	is_changed = download_change(rest);
	download_ask();
	download_check(is_changed);
	return 0;
}
