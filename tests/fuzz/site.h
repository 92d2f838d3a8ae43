/*
 * site - a service for fuzz targets that send whole requests: a configuration
 * with parents, callers, downloads and a domain, a real audit log in memory,
 * and one request after the other through router_handle, without a web server.
 */
#ifndef MINTAGE_FUZZ_SITE_H
#define MINTAGE_FUZZ_SITE_H

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cgi/service/service.h"
#include "cgi/web/router.h"
#include "check.h"
#include "rules.h"

#define SITE_ANSWER_MAX ((size_t)8 * 1024 * 1024)
#define SITE_LOG_MAX ((size_t)64 * 1024)
#define SITE_VARIABLES_MAX 256

static struct {
	bool is_ready;
	char folder[64];
	struct service service;
	int log;
	/* The request: its variables, and its body. */
	char *variables[SITE_VARIABLES_MAX + 1];
	size_t variable_count;
	char token[4096]; /* of Authorization, which the service wipes */
	struct slice body;
	size_t body_read;
	/* What came of it. */
	char *answer; /* SITE_ANSWER_MAX bytes */
	size_t length;
	bool was_cut;
	size_t logged_before; /* bytes of the log before the answer began */
	char log_text[SITE_LOG_MAX];
	size_t log_length;
} site;

/* ---- the configuration ---------------------------------------------------- */

static inline void site_write(const char *name, const char *text)
{
	char path[sizeof(site.folder) + 64];
	size_t length = strlen(text);
	int file;

	snprintf(path, sizeof(path), "%s/%s", site.folder, name);
	file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	CHECK(file >= 0 && write(file, text, length) == (ssize_t)length);
	CHECK(close(file) == 0);
}

static inline void site_add_text(char *text, const char *line)
{
	CHECK(strlen(text) + strlen(line) < 16384);
	strcat(text, line);
}

#define SITE_ADD(...)                                                \
	do {                                                         \
		char site_line[1024];                                \
                                                                     \
		snprintf(site_line, sizeof(site_line), __VA_ARGS__); \
		site_add_text(text, site_line);                      \
	} while (0)

static inline void site_add_caller(char *text, const struct rules_caller *one)
{
	SITE_ADD("[caller %s]\n%s\nparents = %s\nbuckets = %s\n"
		 "permissions = %s\nprefixes = %s\nwhole-bucket = %s\n"
		 "max-ttl = %u\nmax-entries = %u\nmax-link-age = %u\n",
		 one->name, one->known_by, one->parents, one->buckets,
		 one->permissions, one->prefixes,
		 one->whole_bucket ? "yes" : "no", one->max_ttl,
		 one->max_entries, one->max_link_age);
}

static inline void site_add_download(char *text,
				     const struct rules_download *one)
{
	char file[64];

	SITE_ADD("[download %s]\npath = %s\naccount = main\nbucket = %s\n"
		 "parent = %s\nprefix = %s\nopen-to = %s\nttl = %u\n",
		 one->name, one->path, one->bucket, one->parent, one->prefix,
		 one->open_to, one->ttl);
	if (!one->kind)
		return;
	SITE_ADD("link = %s\nlink-secret-file = %s.link\nlink-timeout = %u\n",
		 one->kind, one->name, RULES_LINK_TIMEOUT);
	if (one->most > 0)
		SITE_ADD("max-downloads = %u\n", one->most);
	if (strcmp(one->kind, "secure-link-md5") == 0)
		SITE_ADD("link-expression = %s\nlink-arguments = md5 expires\n",
			 RULES_EXPRESSION);
	snprintf(file, sizeof(file), "%s.link", one->name);
	site_write(file, one->secret);
}

static inline void site_configure(void)
{
	static char text[16384];
	char file[64];

	SITE_ADD("[mintage]\naudit-log = %s/audit.log\nstate-dir = %s\n"
		 "public-url = %s\nmax-body = 64K\n",
		 site.folder, site.folder, RULES_PUBLIC_URL);
	for (size_t i = 0; i < RULES_COUNT(rules_accounts); i++)
		SITE_ADD("[account %s]\nid = %s\njurisdiction = %s\n",
			 rules_accounts[i].name, rules_accounts[i].id,
			 rules_accounts[i].jurisdiction);
	for (size_t i = 0; i < RULES_COUNT(rules_parents); i++) {
		const struct rules_parent *one = &rules_parents[i];

		SITE_ADD("[parent %s]\naccount = %s\naccess-key-id = %s\n"
			 "secret-access-key-file = %s.secret\n"
			 "permission = %s\nbuckets = %s\n",
			 one->name, one->account, one->access_key_id, one->name,
			 one->permission, one->buckets);
		snprintf(file, sizeof(file), "%s.secret", one->name);
		site_write(file, one->secret);
	}
	for (size_t i = 0; i < RULES_COUNT(rules_callers); i++)
		site_add_caller(text, &rules_callers[i]);
	for (size_t i = 0; i < RULES_COUNT(rules_downloads); i++)
		site_add_download(text, &rules_downloads[i]);
	SITE_ADD("[domain %s]\naccount = main\nbucket = %s\n"
		 "secret-file = waf.secret\nttl = %u\n",
		 RULES_DOMAIN, RULES_DOMAIN_BUCKET, RULES_DOMAIN_TTL);
	site_write("waf.secret", RULES_DOMAIN_SECRET);
	site_write("mintage.conf", text);
}

static inline void site_end(void)
{
	char command[128];

	service_free(&site.service);
	free(site.answer);
	snprintf(command, sizeof(command), "rm -rf '%s'", site.folder);
	CHECK(system(command) == 0);
}

/* Load the service, when the first input comes. */
static inline void site_begin(void)
{
	struct problem problem;
	char path[sizeof(site.folder) + 64];

	if (site.is_ready)
		return;
	snprintf(site.folder, sizeof(site.folder), "%s/mintage-fuzz-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	CHECK(mkdtemp(site.folder) != NULL);
	site_configure();
	snprintf(path, sizeof(path), "%s/mintage.conf", site.folder);
	if (service_load(&site.service, path, SERVICE_STAYS, &problem) ||
	    problem.error) {
		fprintf(stderr, "%s\n", problem.message);
		abort();
	}
	snprintf(path, sizeof(path), "%s/audit.log", site.folder);
	site.log = open(path, O_RDWR | O_CLOEXEC);
	site.answer = malloc(SITE_ANSWER_MAX);
	CHECK(site.log >= 0 && site.answer != NULL);
	site.is_ready = true;
	atexit(site_end);
}

/* ---- the request ---------------------------------------------------------- */

static inline const char *site_variable(const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < site.variable_count; i++) {
		const char *text = site.variables[i];

		if (strncmp(text, name, length) == 0 && text[length] == '=')
			return text + length + 1;
	}
	return NULL;
}

/* What a variable says, where none of that name is there yet. The text is
 * borrowed. */
static inline void site_add(char *text)
{
	char name[128];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(text, "="), text);
	if (site.variable_count < SITE_VARIABLES_MAX && !site_variable(name))
		site.variables[site.variable_count++] = text;
	site.variables[site.variable_count] = NULL;
}

/* What each request has that says nothing else. */
static inline void site_add_usual(void)
{
	static char length[64];
	static char texts[][40] = {
		"REMOTE_ADDR=192.0.2.1",    "HTTPS=on",
		"SERVER_PROTOCOL=HTTP/1.1", "HTTP_HOST=mint.example",
		"SCRIPT_NAME=/mint",        "REQUEST_METHOD=POST",
	};

	for (size_t i = 0; i < RULES_COUNT(texts); i++)
		site_add(texts[i]);
	snprintf(length, sizeof(length), "CONTENT_LENGTH=%zu",
		 site.body.length);
	if (site.body.length > 0)
		site_add(length);
}

/* ---- the answer ----------------------------------------------------------- */

static inline void site_read_log(void)
{
	ssize_t length = pread(site.log, site.log_text, SITE_LOG_MAX - 1, 0);

	CHECK(length >= 0 && (size_t)length < SITE_LOG_MAX - 1);
	site.log_length = (size_t)length;
	site.log_text[length] = '\0';
}

static inline long site_give(void *context, char *data, size_t size)
{
	size_t left = site.body.length - site.body_read;

	(void)context;
	left = left < size ? left : size;
	if (left > 0)
		memcpy(data, site.body.data + site.body_read, left);
	site.body_read += left;
	return (long)left;
}

static inline bool site_take(void *context, const char *data, size_t length)
{
	(void)context;
	CHECK(!site.was_cut);
	if (site.length == 0) {
		site_read_log();
		site.logged_before = site.log_length;
	}
	CHECK(site.length + length < SITE_ANSWER_MAX);
	memcpy(site.answer + site.length, data, length);
	site.length += length;
	return true;
}

static inline bool site_flush(void *context)
{
	(void)context;
	return true;
}

static inline void site_cut(void *context)
{
	(void)context;
	site.was_cut = true;
}

/* Keep what Authorization says. It is cut where no token of ours is as long. */
static inline void site_keep_token(void)
{
	const char *token = site_variable("HTTP_AUTHORIZATION");

	if (!token || !*token)
		token = site_variable("REDIRECT_HTTP_AUTHORIZATION");
	snprintf(site.token, sizeof(site.token), "%s", token ? token : "");
}

/* Send the request of site.variables and site.body. */
static inline void site_run(void)
{
	struct stream stream = { .read = site_give,
				 .write = site_take,
				 .flush = site_flush,
				 .cut = site_cut };
	struct request request;

	site.body_read = 0;
	site.length = 0;
	site.was_cut = false;
	site.logged_before = 0;
	CHECK(ftruncate(site.log, 0) == 0);
	site_keep_token();
	request_begin(&request, &stream, site.variables);
	router_handle(&site.service, &request);
	site_read_log();
	site.answer[site.length] = '\0';
}

#endif
