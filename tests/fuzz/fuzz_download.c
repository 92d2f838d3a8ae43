/* Links to downloads: one that is good, made here by the published formula of
 * its kind, is changed, and shown to any section by several clients. It opens
 * nothing but its own key in its own section in its own time, and not more
 * often than the section says. */
#include <errno.h>

#include "check_request.h"
#include "verified.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DOWNLOAD_FIRST 2 /* of rules_downloads that asks for a link */
#define DOWNLOAD_KINDS (RULES_COUNT(rules_downloads) - DOWNLOAD_FIRST)
#define DOWNLOAD_VISITS_MAX 8

/* Who may visit. Two programs at one address are two clients. */
static const struct {
	const char *address, *agent;
} download_clients[] = {
	{ "192.0.2.1", "" },
	{ "192.0.2.1", "b/1" },
	{ "192.0.2.2", "" },
	{ "2001:db8::1", "b/1" },
};

#define DOWNLOAD_CLIENTS RULES_COUNT(download_clients)

static struct {
	const struct rules_download *made_for, *shown;
	int64_t now, when; /* the time in the link */
	char key[1200];
	char tail[8192]; /* what follows the section's path */
	bool is_changed;
	char uri[8400], path[8400], query[8400], address[64], agent[64];
	bool was_let[DOWNLOAD_CLIENTS]; /* have it */
} download;

/* ---- a good link ---------------------------------------------------------- */

static void download_make(void)
{
	const char *kind = download.made_for->kind;
	char sent[3 * sizeof(download.key) + 1], code[VERIFIED_CODE_MAX];
	struct verified_link link = { .key = download.key, .sent = sent };
	bool is_hex = strncmp(kind, "secd", 4) == 0 ||
		      strcmp(kind, "auth-token") == 0;
	char digits[32];

	codes_percent(slice_text(download.key), true, sent);
	snprintf(digits, sizeof(digits), is_hex ? "%08llx" : "%lld",
		 (long long)download.when);
	link.digits = digits;
	link.address = download_clients[0].address;
	verified_code(download.made_for, &link, code);
	if (strcmp(kind, "secure-link") == 0)
		snprintf(download.tail, sizeof(download.tail), "%s/%s", code,
			 sent);
	else if (is_hex)
		snprintf(download.tail, sizeof(download.tail), "%s/%s/%s", code,
			 digits, sent);
	else
		snprintf(download.tail, sizeof(download.tail),
			 "%s?expires=%s&%s=%s", sent, digits,
			 verified_code_name(kind), code);
}

/* Each three bytes put the last of them at a place of the link. */
static void download_change(struct slice changes)
{
	size_t length = strlen(download.tail);

	for (size_t i = 0; i + 2 < changes.length; i += 3) {
		size_t at = ((size_t)(uint8_t)changes.data[i] << 8 |
			     (uint8_t)changes.data[i + 1]) %
			    length;

		if (changes.data[i + 2] == '\0' ||
		    changes.data[i + 2] == download.tail[at])
			continue;
		download.tail[at] = changes.data[i + 2];
		download.is_changed = true;
	}
}

/* ---- what it may open ----------------------------------------------------- */

/* A key that every web server passes on as it is. */
static bool download_is_plain(const char *key)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789-_/.,+%&?#= ";
	size_t length = strlen(key);

	return length > 0 && length < 900 && strspn(key, plain) == length &&
	       !strstr(key, "//") && key[0] != '/' && key[length - 1] != '/' &&
	       !rules_has_dots(key, length);
}

/* May this client have it once more? */
static bool download_is_left(size_t client)
{
	size_t count = 0;

	for (size_t i = 0; i < DOWNLOAD_CLIENTS; i++)
		count += download.was_let[i];
	return download.shown->most == 0 || download.was_let[client] ||
	       count < download.shown->most;
}

static void download_check(size_t client, bool is_head)
{
	const char *address = download_clients[client].address;
	const char *kind = download.shown->kind;
	char wanted[VERIFIED_KEY_MAX + 64];
	struct verified_parts parts;
	struct issued issued;
	int64_t when = 0;
	bool is_right = verified_is_right(download.shown, download.tail,
					  address, &parts, &when);

	if (head.status != 302) {
		CHECK(download.is_changed || !is_right ||
		      !download_is_plain(parts.key) ||
		      !verified_in_time(kind, when, download.now, -3) ||
		      !download_is_left(client));
		return;
	}
	CHECK(is_right && verified_in_time(kind, when, download.now, 3));
	CHECK(download_is_left(client));
	CHECK(linked_read(head.location, NULL, NULL, &issued));
	snprintf(wanted, sizeof(wanted), "%s%s", download.shown->prefix,
		 parts.key);
	CHECK(slice_equal(slice_of(issued.key, issued.key_length),
			  slice_text(wanted)));
	if (!is_head)
		download.was_let[client] = true;
}

/* ---- the visits ----------------------------------------------------------- */

/* Nothing is counted that an earlier input asked for. */
static void download_begin_counts(void)
{
	struct state_counts *counts = &site.service.counts;
	char path[sizeof(site.folder) + 64];

	memset(download.was_let, 0, sizeof(download.was_let));
	if (download.shown->most == 0)
		return;
	state_counts_end(counts);
	snprintf(path, sizeof(path), "%s/" STATE_TABLE_FILE, site.folder);
	CHECK(unlink(path) == 0 || errno == ENOENT);
	state_counts_begin(counts, site.service.config->state_dir);
}

static void download_write(void)
{
	const char *path = download.shown->path;
	const char *query = strchr(download.tail, '?');
	size_t length = strcspn(download.tail, "?");
	int start;

	snprintf(download.uri, sizeof(download.uri), "REQUEST_URI=/mint%s%s",
		 path, download.tail);
	start = snprintf(download.path, sizeof(download.path), "PATH_INFO=%s",
			 path);
	codes_unpercent(slice_of(download.tail, length), false,
			download.path + start);
	snprintf(download.query, sizeof(download.query), "QUERY_STRING=%s",
		 query ? query + 1 : "");
	asked_begin(slice_text(download.path));
}

static void download_visit(size_t client, bool is_head)
{
	static char get[] = "REQUEST_METHOD=GET", hd[] = "REQUEST_METHOD=HEAD";

	snprintf(download.address, sizeof(download.address), "REMOTE_ADDR=%s",
		 download_clients[client].address);
	snprintf(download.agent, sizeof(download.agent), "HTTP_USER_AGENT=%s",
		 download_clients[client].agent);
	site.variable_count = 0;
	site.body = slice_of(NULL, 0);
	site_add(is_head ? hd : get);
	site_add(download.uri);
	site_add(download.path);
	site_add(download.query);
	site_add(download.address);
	site_add(download.agent);
	site_add_usual();
	site_run();
	request_check_answer();
	download_check(client, is_head);
}

/* ---- the input ------------------------------------------------------------ */

static struct slice download_line(struct slice *rest)
{
	struct slice line = slice_of(NULL, 0);

	(void)slice_split(rest, '\n', &line);
	return line;
}

/* Two digits for the sections and an age in seconds: the section for which the
 * link is made, and the one to which it is shown. */
static void download_read_kinds(struct slice line)
{
	char age[16] = "";

	download.made_for =
		&rules_downloads[DOWNLOAD_FIRST +
				 (uint8_t)(line.data[0] - '0') % DOWNLOAD_KINDS];
	download.shown =
		&rules_downloads[DOWNLOAD_FIRST +
				 (uint8_t)(line.data[1] - '0') % DOWNLOAD_KINDS];
	for (size_t i = 2; i < line.length && i < 10; i++)
		age[i - 2] = line.data[i];
	download.now = codes_now();
	download.when = download.now - atol(age);
	if (download.when < 0)
		download.when = 0;
}

/* A letter for each visit: A to D are clients that send GET, and a to d send
 * HEAD. */
static void download_read_visits(struct slice line)
{
	if (line.length == 0)
		line = slice_text("A");
	for (size_t i = 0; i < line.length && i < DOWNLOAD_VISITS_MAX; i++)
		download_visit((uint8_t)(line.data[i] - 'A') % DOWNLOAD_CLIENTS,
			       line.data[i] >= 'a');
}

/* Lines: see download_read_kinds; the key; see download_read_visits. The rest
 * are changes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = slice_of((const char *)data, size), line, visits;

	if (size < 3 || size > 8192)
		return 0;
	site_begin();
	line = download_line(&rest);
	if (line.length < 2)
		return 0;
	download_read_kinds(line);
	line = download_line(&rest);
	snprintf(download.key, sizeof(download.key), "%.*s",
		 line.length < 1100 ? (int)line.length : 1100,
		 line.length ? line.data : "");
	visits = download_line(&rest);
	download_make();
	download.is_changed = false;
	download_change(rest);
	download_begin_counts();
	download_write();
	download_read_visits(visits);
	return 0;
}
