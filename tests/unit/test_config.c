/* Every rule of the configuration: what it means, and what it is told when it
 * is broken, with the line. */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/locked.h"
#include "lib/config/config.h"
#include "lib/config/rate.h"

static bool locked_or_not(const struct locked *locked);

#define locked_is_locked locked_or_not
#include "lib/config/warnings.c"
#undef locked_is_locked

/* Whether the system locked the pages of secrets: some let nobody but root lock
 * any. */
static bool is_locked = true;

static bool locked_or_not(const struct locked *locked)
{
	assert_non_null(locked);
	return is_locked;
}

#define SECRET \
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define HASH "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
#define HASH2 "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9"
#define EMPTY_HASH \
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define ID "023e105f4ecef8ad9ca31a8372d0c353"

/* Three lines, five lines, and a caller. */
#define ACCOUNT "[account main]\nid = " ID "\n\n"
#define PARENT_HEAD "[parent portal]\naccount = main\naccess-key-id = b2f1\n"
#define PARENT_TAIL \
	"permission = object-read-write\nbuckets = uploads downloads\n"
#define PARENT PARENT_HEAD "secret-access-key-file = secret\n" PARENT_TAIL
#define CALLER "[caller web]\nbearer-sha256 = " HASH "\n"

static char folder[] = "/tmp/mintage-config-XXXXXX";
static char path[64], secret_path[64];
static struct problem problem;
static struct config *config;

static void write_file(const char *name, const char *text, size_t length,
		       unsigned mode)
{
	int file = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(file >= 0);
	assert_int_equal(write(file, text, length), length);
	assert_int_equal(fchmod(file, mode), 0);
	close(file);
}

static bool words_are(const struct words *words, const char *text)
{
	struct slice rest = slice_text(text), word;
	size_t i = 0;

	while (slice_split(&rest, '|', &word)) {
		if (i >= words->count || !slice_equal(words->list[i], word))
			return false;
		i++;
	}
	return i == words->count;
}

static void load(const char *text)
{
	config_free(config);
	write_file(path, text, strlen(text), 0600);
	if (config_load(&config, path, &problem))
		fail_msg("%s", problem.message);
}

static void assert_message(int line, const char *says)
{
	char start[96];

	snprintf(start, sizeof(start), line > 0 ? "%s:%d: " : "%s: ", path,
		 line);
	assert_int_equal(problem.error, ERROR_CONFIG);
	if (strncmp(problem.message, start, strlen(start)) != 0 ||
	    !strstr(problem.message + strlen(start), says))
		fail_msg("'%s...%s' is not in '%s'", start, says,
			 problem.message);
}

static void refused_bytes(int line, const char *says, const char *text,
			  size_t length)
{
	struct config *none = (struct config *)&problem;

	write_file(path, text, length, 0600);
	assert_int_equal(config_load(&none, path, &problem), ERROR_CONFIG);
	assert_null(none);
	assert_message(line, says);
}

/* The text is refused at that line, and the message says this. */
static void refused(int line, const char *says, const char *text)
{
	refused_bytes(line, says, text, strlen(text));
}

/* ---- what it means ------------------------------------------------------- */

static void test_defaults(void **state)
{
	(void)state;
	load("");
	assert_string_equal(config->path, path);
	assert_int_equal(config->max_body, 134217728);
	assert_int_equal(config->max_entries, 1000000);
	assert_string_equal(config->audit_log, "/var/log/mintage/audit.jsonl");
	assert_non_null(strstr(config->templates, "/mintage/templates"));
	assert_false(config->audit_sync);
	assert_int_equal(config->refusal_rate, 60);
	assert_true(config->require_https);
	assert_int_equal(config->request_timeout, 60);
	assert_int_equal(config->answer_timeout, 3600);
	assert_int_equal(config->trusted_proxies.count, 0);
	assert_false(config->trusted_proxies.has_unix);
	assert_true(config->strict_modes);
	assert_int_equal(config->api_concurrency, 8);
	assert_int_equal(config->api_deadline, 60);
	assert_null(config->api_proxy);
	assert_null(config->api_ca_file);
	assert_null(config->state_dir);
	assert_int_equal(config->stranger_rate.most, 0);
	assert_null(config->accounts);
	assert_null(config->parents);
	assert_null(config->callers);

	load(ACCOUNT PARENT CALLER);
	assert_int_equal(config->callers->max_ttl, 900);
	assert_int_equal(config->callers->max_entries, 1000000);
	assert_int_equal(config->callers->parent_count, 0);
	assert_int_equal(config->callers->prefixes.count, 0);
	assert_int_equal(config->callers->buckets.count, 0);
	assert_false(config->callers->whole_bucket);
	assert_false(config->callers->anonymous);
	assert_int_equal(config->parents->signer, SIGNER_LOCAL);
}

static void test_service(void **state)
{
	(void)state;
	load("[mintage]\ntemplates = /t\nmax-body = 64K\nmax-entries = 7\n"
	     "audit-log = /log ; not /dev/null\naudit-sync = yes\n"
	     "require-https = no\nrequest-timeout = 5\n"
	     "answer-timeout = 86400\nstrict-modes = no\n");
	assert_string_equal(config->templates, "/t");
	assert_int_equal(config->max_body, 65536);
	assert_int_equal(config->max_entries, 7);
	assert_string_equal(config->audit_log, "/log");
	assert_true(config->audit_sync);
	assert_false(config->require_https);
	assert_int_equal(config->request_timeout, 5);
	assert_int_equal(config->answer_timeout, 86400);
	assert_false(config->strict_modes);
	load("[mintage]\nrefusal-rate = 0/min\n");
	assert_int_equal(config->refusal_rate, 0);
	load("[mintage]\nrefusal-rate = 1000000/min\n");
	assert_int_equal(config->refusal_rate, 1000000);
	load("[mintage]\nrefusal-rate = none\n");
	assert_int_equal(config->refusal_rate, UINT32_MAX);
}

static void test_rates(void **state)
{
	static const struct {
		const char *text;
		uint32_t most, seconds;
	} good[] = {
		{ "1/s", 1, 1 },       { "100/min", 100, 60 },
		{ "100/m", 100, 60 },  { "1000/h", 1000, 3600 },
		{ "5/day", 5, 86400 }, { "1000000/d", 1000000, 86400 },
		{ "none", 0, 0 },
	};
	static const char *const bad[] = {
		"100",         "100/",      "/min",         "0/min",
		"1000001/min", "-1/min",    "+1/min",       "1.5/s",
		"1e3/min",     "100 /min",  "100/ min",     "1/min/h",
		"100/week",    "100/S",     "100/minutes",  "100/2min",
		"None",        "unlimited", "4294967297/s",
	};
	const struct caller *caller;
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(text, sizeof(text),
			 "[mintage]\nstate-dir = /tmp\n" CALLER "rate = %s\n",
			 good[i].text);
		load(text);
		caller = config->callers;
		assert_int_equal(caller->rate.most, good[i].most);
		assert_int_equal(caller->rate.seconds, good[i].seconds);
		assert_int_equal(caller->daily_entries, 0);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text),
			 "[mintage]\nstate-dir = /tmp\n" CALLER "rate = %s\n",
			 bad[i]);
		refused(5, "such as 10/s, 100/min, 1000/h or 5000/day", text);
	}
	load("[mintage]\nstate-dir = /tmp\nstranger-rate = 60000/min\n" CALLER
	     "daily-entries = 1000000000\n");
	assert_int_equal(config->stranger_rate.most, 60000);
	assert_int_equal(config->callers->daily_entries, 1000000000);
	refused(3, "from 1 to 60000",
		"[mintage]\nstate-dir = /tmp\nstranger-rate = 60001/min\n");
	refused(5, "from 1 to 1000000000",
		"[mintage]\nstate-dir = /tmp\n" CALLER "daily-entries = 0\n");
	/* There must be a folder to count in. */
	refused(3, "by 'state-dir' in [mintage]", CALLER "rate = 5/s\n");
	refused(3, "by 'state-dir' in [mintage]", CALLER "daily-entries = 5\n");
	refused(2, "by 'state-dir' in [mintage]",
		"[mintage]\nstranger-rate = 5/s\n");
	load(CALLER "rate = none\n");
	assert_string_equal(config_rate_unit(60), "minute");
	assert_string_equal(config_rate_unit(61), "");
}

static void test_proxies(void **state)
{
	const struct networks *proxies;
	struct address address;

	(void)state;
	load("[mintage]\ntrusted-proxies = 127.0.0.1 ::1 ; here\n"
	     "\t10.0.0.0/8 unix\n\t2001:db8::/32\n");
	proxies = &config->trusted_proxies;
	assert_int_equal(proxies->count, 4);
	assert_true(proxies->has_unix);
	assert_true(address_read(&address, slice_text("10.200.0.1")));
	assert_true(address_network_has(&proxies->list[2], &address));
	assert_false(address_network_has(&proxies->list[3], &address));
	load("[mintage]\ntrusted-proxies = unix\n");
	assert_int_equal(config->trusted_proxies.count, 0);
	assert_true(config->trusted_proxies.has_unix);
}

static void test_many_proxies(void **state)
{
	char text[4096] = "[mintage]\ntrusted-proxies = 10.0.0.1";

	(void)state;
	for (int i = 1; i < 256; i++)
		strcat(text, i % 16 ? " 10.0.0.1" : "\n 10.0.0.1");
	load(strcat(text, "\n"));
	assert_int_equal(config->trusted_proxies.count, 256);
	refused(18, "'trusted-proxies': more than 256 addresses; name networks",
		strcat(text, " 10.0.0.1\n"));
}

static void test_calls(void **state)
{
	char expected[96];

	(void)state;
	load("[mintage]\napi-concurrency = 64\napi-deadline = 600\n"
	     "api-proxy = http://proxy.example:3128\napi-ca-file = ca.pem\n"
	     "state-dir = /var/lib/mintage\n");
	assert_int_equal(config->api_concurrency, 64);
	assert_int_equal(config->api_deadline, 600);
	assert_string_equal(config->api_proxy, "http://proxy.example:3128");
	snprintf(expected, sizeof(expected), "%s/ca.pem", folder);
	assert_string_equal(config->api_ca_file, expected);
	assert_string_equal(config->state_dir, "/var/lib/mintage");
}

static void test_shares(void **state)
{
	(void)state;
	load("[mintage]\nshares-dir = /var/lib/shares\n"
	     "public-url = https://mint.example\n");
	assert_string_equal(config->shares_dir, "/var/lib/shares");
	assert_ptr_equal(config_caller_named(config, slice_text("nobody")),
			 NULL);
	load("[mintage]\n");
	assert_null(config->shares_dir);
	refused(2, "'shares-dir' needs 'public-url'",
		"[mintage]\nshares-dir = /var/lib/shares\n");
}

static void test_paths_and_syslog(void **state)
{
	char expected[96];

	(void)state;
	load("[mintage]\naudit-log = logs/a;b\n");
	snprintf(expected, sizeof(expected), "%s/logs/a;b", folder);
	assert_string_equal(config->audit_log, expected);
	load("[mintage]\ntemplates = my own\naudit-log = syslog\n");
	snprintf(expected, sizeof(expected), "%s/my own", folder);
	assert_string_equal(config->templates, expected);
	assert_string_equal(config->audit_log, "syslog");
}

static void test_account(void **state)
{
	const struct account *account;

	(void)state;
	load(ACCOUNT "[account eu]\nid = abc\njurisdiction = eu\n"
		     "[account us]\nid = abe\njurisdiction = us\n"
		     "[account fed]\nid = abd\njurisdiction = fedramp\n"
		     "[account test]\nid = 0\n"
		     "endpoint = http://127.0.0.1:9000/\n"
		     "api-endpoint = http://localhost:8/client/v4/\n");
	account = config->accounts;
	assert_string_equal(account->name, "main");
	assert_string_equal(account->id, ID);
	assert_int_equal(account->line, 1);
	assert_int_equal(account->jurisdiction, JURISDICTION_DEFAULT);
	assert_string_equal(account->host, ID ".r2.cloudflarestorage.com");
	assert_string_equal(account->endpoint,
			    "https://" ID ".r2.cloudflarestorage.com");
	assert_string_equal(account->api_endpoint,
			    "https://api.cloudflare.com/client/v4");
	account = account->next;
	assert_int_equal(account->line, 4);
	assert_int_equal(account->jurisdiction, JURISDICTION_EU);
	assert_string_equal(account->host, "abc.eu.r2.cloudflarestorage.com");
	account = account->next;
	assert_int_equal(account->jurisdiction, JURISDICTION_US);
	assert_string_equal(account->host, "abe.us.r2.cloudflarestorage.com");
	assert_string_equal(account->endpoint,
			    "https://abe.us.r2.cloudflarestorage.com");
	account = account->next;
	assert_int_equal(account->jurisdiction, JURISDICTION_FEDRAMP);
	assert_string_equal(account->endpoint,
			    "https://abd.fedramp.r2.cloudflarestorage.com");
	account = account->next;
	assert_string_equal(account->endpoint, "http://127.0.0.1:9000");
	assert_string_equal(account->host, "127.0.0.1:9000");
	assert_string_equal(account->api_endpoint,
			    "http://localhost:8/client/v4");
	assert_null(account->next);
}

static void test_parent(void **state)
{
	const struct parent *parent;
	struct keyed keyed;

	(void)state;
	load(ACCOUNT PARENT);
	parent = config->parents;
	assert_string_equal(parent->key.name, "portal");
	assert_ptr_equal(parent->account, config->accounts);
	assert_string_equal(parent->key.access_key_id, "b2f1");
	keyed_begin(&keyed, slice_text(SECRET));
	assert_true(keyed_is_same(parent->key.secret, &keyed));
	/* Its text is gone. */
	assert_int_equal(keyed_text(parent->key.secret).length, 0);
	assert_null(memmem(parent->key.secret, sizeof(keyed), SECRET, 16));
	assert_null(parent->key.api_token);
	assert_int_equal(parent->permission, PERMISSION_OBJECT_READ_WRITE);
	assert_true(words_are(&parent->buckets, "uploads|downloads"));
	assert_int_equal(parent->line, 4);
}

static void test_cloudflare_signer(void **state)
{
	(void)state;
	load(ACCOUNT PARENT_HEAD
	     "signer = cloudflare\napi-token-file = secret\n"
	     "permission = admin-read-only\nbuckets = abc\n");
	assert_int_equal(config->parents->signer, SIGNER_CLOUDFLARE);
	assert_true(
		slice_is(keyed_text(config->parents->key.api_token), SECRET));
	assert_null(config->parents->key.secret);
	assert_int_equal(config->parents->permission,
			 PERMISSION_ADMIN_READ_ONLY);
}

static void test_caller(void **state)
{
	static const uint8_t hash[] = { 0x2c, 0x26, 0xb4, 0x6b };
	const struct caller *caller;

	(void)state;
	load(ACCOUNT PARENT
	     "[caller web]\nbearer-sha256 = " HASH "\nparents = portal\n"
	     "buckets = downloads other\n"
	     "permissions = object-read-only object-write-only\n"
	     "prefixes = \"My Files/\" public/\n\n"
	     "  ; more of them\n"
	     "\tusers/x ; and this\n"
	     "   year=2024/ a:b/\n"
	     "whole-bucket = on\nmax-ttl = 604800\nmax-entries = 10000\n");
	caller = config->callers;
	assert_string_equal(caller->name, "web");
	assert_true(caller->has_bearer);
	assert_memory_equal(caller->bearer_sha256, hash, sizeof(hash));
	assert_null(caller->remote_user);
	assert_int_equal(caller->parent_count, 1);
	assert_ptr_equal(caller->parents[0], config->parents);
	assert_true(words_are(&caller->buckets, "downloads|other"));
	assert_true(words_are(&caller->prefixes, "My Files/|public/|users/x|"
						 "year=2024/|a:b/"));
	for (size_t i = 0; i < PERMISSION_COUNT; i++)
		assert_int_equal(caller->permissions[i],
				 i == PERMISSION_OBJECT_READ_ONLY ||
					 i == PERMISSION_OBJECT_WRITE_ONLY);
	assert_true(caller->whole_bucket);
	assert_int_equal(caller->max_ttl, 604800);
	assert_int_equal(caller->max_entries, 10000);
	assert_int_equal(caller->line, 10);
}

static void test_identities(void **state)
{
	(void)state;
	load("[caller a]\nremote-user = Ann Smith\nprefixes = u/{user}/\n"
	     "[caller b]\nremote-user = *\nanonymous = no\n"
	     "[caller c]\nanonymous = yes\n");
	assert_string_equal(config->callers->remote_user, "Ann Smith");
	assert_false(config->callers->has_bearer);
	assert_true(words_are(&config->callers->prefixes, "u/{user}/"));
	assert_string_equal(config->callers->next->remote_user, "*");
	assert_false(config->callers->next->anonymous);
	assert_true(config->callers->next->next->anonymous);
	assert_null(config->callers->next->next->remote_user);
}

/* What is named may stand further down; lists are in file order. */
static void test_order(void **state)
{
	(void)state;
	load("[caller web]\nanonymous = yes\nparents = portal\n" PARENT ACCOUNT
	     "[account second]\nid = 0\n[mintage]\nmax-entries = 5\n");
	assert_ptr_equal(config->callers->parents[0], config->parents);
	assert_ptr_equal(config->parents->account, config->accounts);
	assert_string_equal(config->accounts->name, "main");
	assert_string_equal(config->accounts->next->name, "second");
	assert_int_equal(config->callers->max_entries, 5);
}

static void test_forms(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} sizes[] = {
		{ "1", 1 },
		{ "64K", 65536 },
		{ "128M", 134217728 },
		{ "1G", 1073741824 },
		{ "1024G", UINT64_C(1) << 40 },
	};
	static const char *const truths[] = { "yes", "on",  "true",
					      "no",  "off", "false" };
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		snprintf(text, sizeof(text), "[mintage]\nmax-body = %s\n",
			 sizes[i].text);
		load(text);
		assert_true(config->max_body == sizes[i].bytes);
	}
	for (size_t i = 0; i < sizeof(truths) / sizeof(truths[0]); i++) {
		snprintf(text, sizeof(text), "[mintage]\naudit-sync: %s\r\n",
			 truths[i]);
		load(text);
		assert_int_equal(config->audit_sync, i < 3);
	}
	/* A byte order mark, comments, blank lines, no newline at the end. */
	load("\xef\xbb\xbf[ mintage ] ; x\n\n;c\n# d\n   # e\nmax-entries=9");
	assert_int_equal(config->max_entries, 9);
}

static void test_finding(void **state)
{
	(void)state;
	load(ACCOUNT PARENT);
	assert_ptr_equal(config_account(config, slice_text(ID)),
			 config->accounts);
	assert_null(config_account(config, slice_text("023e")));
	assert_null(config_account(config, slice_text("")));
	assert_ptr_equal(config_parent(config, slice_text("b2f1")),
			 config->parents);
	assert_null(config_parent(config, slice_text("B2F1")));
	assert_null(config_parent(config, slice_text("b2f")));
	assert_ptr_equal(config_parent_named(config, "portal"),
			 config->parents);
	assert_null(config_parent_named(config, "main"));
}

static void test_names(void **state)
{
	(void)state;
	load("[mintage] # comment\n  ; another\n"
	     "[account A-b_c.d@e9]\nid = 1\n"
	     "[caller A-b_c.d@e9]\nanonymous = yes\n");
	assert_string_equal(config->accounts->name, "A-b_c.d@e9");
	assert_string_equal(config->callers->name, "A-b_c.d@e9");
}

/* ---- lines, sections and keys -------------------------------------------- */

static void test_bad_lines(void **state)
{
	(void)state;
	refused(2, "begin a comment with ;", "[mintage]\nnonsense\n");
	/* The first of two errors, whoever finds it. */
	refused(2, "begin a comment", "[mintage]\nnonsense\nmax-ttl = 1\n");
	refused(2, "max-entries", "[mintage]\nmax-entrees = 1\nnonsense\n");
	refused(2, "max-entries", "[mintage]\nmax-entrees = 1\nmax-bodi = 1\n");
	refused(2, "control character 0x7f", "[mintage]\n;\x7f\n");
	refused(3, "control character 0x07 in column 2", "[mintage]\n\n;\a\n");
	refused_bytes(2, "control character 0x00 in column 5",
		      "[mintage]\nmax-\0entries = 5\n", 27);
	refused(2, "control character 0x0d",
		"[mintage]\nmax-entries = 5\rmax-body = 1\n");
	refused(3, "not UTF-8 (byte 0xff)", "[mintage]\n\n; \xff\n");
}

/* 300 bytes. */
#define LONG_100                                             \
	"/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
	"/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define LONG LONG_100 LONG_100 LONG_100
#define LONG_BLANKS                                          \
	"                                                  " \
	"                                                  " \
	"                                                  " \
	"                                                  "

/* A comment has any length, wherever it stands. inih alone would make two lines
 * of a long one. */
static void test_long_comments(void **state)
{
	(void)state;
	load("; " LONG "\n# " LONG "\n[mintage] ; " LONG "\n"
	     "   ; " LONG "\nmax-entries = 5 ; " LONG " = 7\n"
	     "templates = /t\t; " LONG "\n#" LONG "[" LONG "]\n"
	     "[account main] # " LONG "\nid = 1" LONG_BLANKS "\n"
	     "[account " LONG_BLANKS "other]; " LONG "\r\nid = 2\n");
	assert_int_equal(config->max_entries, 5);
	assert_string_equal(config->templates, "/t");
	assert_string_equal(config->accounts->id, "1");
	assert_string_equal(config->accounts->next->name, "other");
	load(ACCOUNT "[parent p]\naccount = main ; " LONG "\n"
		     "access-key-id = b2f1\nsecret-access-key-file = secret\n"
		     "permission = object-read-write\n"
		     "buckets = uploads ; " LONG "\n  ; " LONG "\n"
		     "  downloads ;" LONG "\n");
	assert_true(words_are(&config->parents->buckets, "uploads|downloads"));
	/* In a comment, a wrong byte is named all the same. */
	refused(1, "control character 0x07 in column 303", "; " LONG "\a\n");
	refused(2, "'templates' is empty", "[mintage]\ntemplates = ; " LONG);
}

static void test_long_values(void **state)
{
	(void)state;
	refused(2,
		"the line of 'templates' has 312 bytes without its comment, "
		"the longest may have 199; give it a shorter value",
		"[mintage]\ntemplates = " LONG " ; comment\n");
	refused(2, "the line of 'templates' has 312",
		"[mintage]\ntemplates : " LONG "\n[caller x]\n");
	refused(3, "go on with 'prefixes' in the next line, indented",
		CALLER "prefixes = " LONG_100 " " LONG "\n");
	refused(4, "go on with 'prefixes' in the next line, indented",
		CALLER "prefixes = a\n  b" LONG " " LONG "\n");
	refused(2, "neither a comment nor a key", "[mintage]\n" LONG "\n");
	refused(1, "neither a comment nor a key", "max-ttl = " LONG "\n");
	refused(1, "can't be a section's name", "[caller " LONG "]\n");
	refused(1, "']' is missing", "[caller " LONG "\n");
}

/* Each key that has no value: named, and what to write instead. */
static void test_empty_values(void **state)
{
	(void)state;
	refused(5,
		"'account' is empty; write the NAME of one of the "
		"[account NAME] sections",
		ACCOUNT "[parent p]\naccount =\n");
	refused(5, "'account' is empty",
		ACCOUNT "[parent p]\naccount = ; main\n");
	refused(2,
		"'parents' is empty; write the NAME of one of the "
		"[parent NAME] sections",
		"[caller a]\nparents =\n");
	refused(2, "'bearer-sha256' is empty; give it a value or remove",
		"[caller a]\nbearer-sha256 =\n");
	refused(2, "'id' is empty; give it a value", "[account a]\nid =\n");
	assert_null(strstr(problem.message, "remove"));
	refused(6, "'access-key-id' is empty; give it a value",
		ACCOUNT "[parent p]\naccount = main\naccess-key-id =\n");
	refused(7, "'permission' is empty; give it a value",
		ACCOUNT PARENT_HEAD "permission =\n");
	refused(8, "'buckets' is empty; give it a value",
		ACCOUNT PARENT_HEAD "permission = object-read-only\n"
				    "buckets =\n");
	refused(7, "'signer' is empty; give it a value or remove the line",
		ACCOUNT PARENT_HEAD "signer =\n" PARENT_TAIL);
	refused(7, "'secret-access-key-file' is empty; give it a value",
		ACCOUNT PARENT_HEAD "secret-access-key-file =\n" PARENT_TAIL);
	refused(8, "'api-token-file' is empty; give it a value",
		ACCOUNT PARENT_HEAD "signer = cloudflare\n"
				    "api-token-file =\n" PARENT_TAIL);
}

static void test_long_names(void **state)
{
	/* inih cuts names at 49 bytes; ours are whole or refused. */
	(void)state;
	load("[account "
	     "a123456789012345678901234567890123456789012345678901234567890bc"
	     "]\nid = 1\n[account "
	     "a123456789012345678901234567890123456789012345678901234567890bd"
	     "]\nid = 2\n");
	assert_string_equal(config->accounts->id, "1");
	assert_int_equal(strlen(config->accounts->name), 63);
	assert_string_equal(config->accounts->next->id, "2");
	refused(1, "can't be a section's name",
		"[account a123456789012345678901234567890123456789012345678901"
		"234567890bcd]\n");
	refused(2, "unknown key 'max-entries0000",
		"[mintage]\nmax-entries000000000000000000000000000000000000000"
		"00000000000 = 1\n");
}

static void test_bad_sections(void **state)
{
	(void)state;
	refused(1, "did you mean [caller]?", "[calller web]\n");
	refused(2, "did you mean [mintage]?", "\n[Mintage]\n");
	refused(1, "there are [mintage]", "[something]\n");
	refused(1, "there are [mintage]", "[]\n");
	refused(1, "write [account NAME]", "[account]\n");
	refused(1, "write [caller NAME]", "[caller ]\n");
	refused(1, "takes no name", "[mintage x]\n");
	refused(1, "can't be a section's name", "[caller a b]\n");
	refused(1, "can't be a section's name", "[caller a/b]\n");
	refused(1, "']' is missing", "[caller a\n");
	refused(1, "text after ']'", "[mintage] max-entries = 5\n");
	refused(2, "begin the line in column 1", "\n  [mintage]\n");
	refused(1, "before the first section", "max-entries = 5\n[mintage]\n");
}

static void test_given_twice(void **state)
{
	(void)state;
	refused(4, "[mintage] is given twice, first in line 1",
		"[mintage]\n[account a]\nid = 1\n[mintage]\n");
	refused(3, "[account a] is given twice, first in line 1",
		"[account a]\nid = 1\n[account a]\n");
	refused(2, "[caller a] is given twice", "[caller a]\n[caller a]\n");
	refused(4, "'max-body' is given twice, first in line 2",
		"[mintage]\nmax-body = 1\nmax-entries = 1\nmax-body = 1\n");
	refused(6, "'prefixes' is given twice, first in line 3",
		CALLER "prefixes = a/\n  b/\nbuckets = abc\nprefixes = c/\n");
}

static void test_unknown_keys(void **state)
{
	(void)state;
	refused(2, "unknown key 'max-entires'; did you mean 'max-entries'?",
		"[mintage]\nmax-entires = 1\n");
	refused(3, "did you mean 'prefixes'?", CALLER "prefix = a/\n");
	refused(3, "unknown key 'objects'", CALLER "objects = a\n");
	/* Known, but of another section. */
	refused(2, "unknown key 'max-ttl'", "[mintage]\nmax-ttl = 1\n");
	refused(2, "unknown key ''", "[mintage]\n= 1\n");
}

/* An indented line makes a list longer; a slip must not grant more. */
static void test_indented(void **state)
{
	(void)state;
	refused(2, "there is none before it", "[mintage]\n  max-body = 1\n");
	refused(3, "there is none before it", "[mintage]\nmax-body = 1\n  5\n");
	refused(4, "there is none before it",
		"[caller a]\nprefixes = a/\n[mintage]\n  b/\n");
	refused(4, "looks like a key",
		CALLER "prefixes = a/\n  whole-bucket = yes\n");
	refused(4, "looks like a key",
		CALLER "prefixes = a/\n  whole-bucket=yes\n");
	refused(4, "looks like a key", CALLER "prefixes = a/\n\tmax-ttl: 5\n");
	refused(4, "looks like a key", CALLER "prefixes = a/\n whole = yes\n");
	refused(4, "looks like a key", CALLER "prefixes = a/\n =yes\n");
	/* The keys behind it would go to the caller before. */
	refused(4, "begin a section in column 1",
		CALLER "prefixes = a/\n  [caller b]\nwhole-bucket = yes\n");
}

/* ---- values -------------------------------------------------------------- */

static void test_bad_values(void **state)
{
	static const struct {
		const char *line, *says;
	} bad[] = {
		{ "max-body = 0", "from 1 to 1099511627776" },
		{ "max-body = 1T", "max-body" },
		{ "max-body = K", "max-body" },
		{ "max-body = -1", "max-body" },
		{ "max-body = 1.5M", "max-body" },
		{ "max-body = 128 M", "max-body" },
		{ "max-body = 1025G", "max-body" },
		{ "max-body = 18446744073709551615G", "max-body" },
		{ "max-entries = 0", "from 1 to 1000000000" },
		{ "max-entries = 1000000001", "max-entries" },
		{ "max-entries = 1e3", "max-entries" },
		{ "max-entries = 5 # five", "max-entries" },
		{ "request-timeout = 0", "write 1 to 86400 seconds" },
		{ "request-timeout = 86401", "write 1 to 86400 seconds" },
		{ "answer-timeout = 0", "write 1 to 86400 seconds" },
		{ "answer-timeout = 86401", "write 1 to 86400 seconds" },
		{ "strict-modes = perhaps", "write yes or no" },
		{ "trusted-proxies =", "'trusted-proxies' is empty" },
		{ "trusted-proxies = localhost",
		  "'trusted-proxies': 'localhost' isn't an address" },
		{ "trusted-proxies = 127.0.0.1, ::1", "'127.0.0.1,' isn't" },
		{ "trusted-proxies = 127.0.0.1:80", "isn't an address" },
		{ "trusted-proxies = [::1]", "isn't an address" },
		{ "trusted-proxies = *", "isn't an address" },
		{ "trusted-proxies = unix:/run/a", "isn't an address" },
		{ "trusted-proxies = ::1 10.0.0.0/33", "up to /32 for IPv4" },
		{ "trusted-proxies = 10.0.0.0/", "has no length" },
		{ "trusted-proxies = ::1/129", "/128 for IPv6" },
		{ "trusted-proxies = 10.0.0.1/8", "set these to 0" },
		{ "trusted-proxies = 2001:db8::1/32", "set these to 0" },
		{ "require-https = maybe", "write yes or no" },
		{ "require-https = No", "write yes or no" },
		{ "max-body =", "'max-body' is empty" },
		{ "max-entries =", "'max-entries' is empty" },
		{ "audit-sync =", "'audit-sync' is empty" },
		{ "audit-log =", "'audit-log' is empty" },
		{ "templates = ; none", "'templates' is empty" },
		{ "refusal-rate = 60", "such as 60/min" },
		{ "refusal-rate = /min", "refusal-rate" },
		{ "refusal-rate = -1/min", "refusal-rate" },
		{ "refusal-rate = 60/s", "refusal-rate" },
		{ "refusal-rate = 60/minute", "refusal-rate" },
		{ "refusal-rate = 60 /min", "refusal-rate" },
		{ "refusal-rate = 60/min/min", "refusal-rate" },
		{ "refusal-rate = 1000001/min", "up to 1000000/min" },
		{ "refusal-rate = None", "refusal-rate" },
		{ "refusal-rate =", "'refusal-rate' is empty" },
		{ "api-concurrency = 0", "from 1 to 64" },
		{ "api-concurrency = 65", "from 1 to 64" },
		{ "api-deadline = 601", "write 1 to 600 seconds" },
		{ "api-proxy = proxy:3128", "write https://HOST" },
		{ "api-proxy = http://me:pass@proxy:3128", "api-proxy" },
		{ "state-dir =", "'state-dir' is empty" },
	};
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "[mintage]\n\n%s\n", bad[i].line);
		refused(3, bad[i].says, text);
	}
}

static void test_bad_account(void **state)
{
	(void)state;
	refused(1, "[account a] has no 'id'", "[account a]\n");
	refused(2, "hexadecimal", "[account a]\nid = xyz\n");
	refused(2, "hexadecimal", "[account a]\nid = 02A0\n");
	refused(2, "hexadecimal", "[account a]\nid = " ID "0\n");
	refused(3, "write one of default, eu, us, fedramp",
		"[account a]\nid = 1\njurisdiction = US\n");
	refused(3, "'jurisdiction' is empty",
		"[account a]\nid = 1\njurisdiction =\n");
	refused(3, "'endpoint' is empty", "[account a]\nid = 1\nendpoint =\n");
}

static void test_bad_endpoints(void **state)
{
	static const char *const bad[] = {
		"127.0.0.1:9000",     "ftp://host",       "https://",
		"https:///",          "https://host:",    "https://host:0",
		"https://host:65536", "https://host:80x", "https://host/bucket",
		"https://host#x",     "https://host?x",   "https://ho st",
		"https://[::1",       "https://[zz]",     "https://::1",
		"HTTPS://host",       "https://h\"x",     "https://:80",
		"https://[",          "https://h:443",    "http://127.0.0.1:80",
		"https://Host",       "https://[::F]",
	};
	static const char *const good[] = {
		"http://s3-eu.example.org",
		"https://127.0.0.1:65535",
		"https://h:80",
		"http://h:443",
		"https://h:8443",
		"https://[::1]:9000",
		"https://[fe80::1]",
	};
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text),
			 "[account a]\nid = 1\nendpoint = %s\n", bad[i]);
		refused(3, "'endpoint' is '", text);
	}
	/* What is before the '@' may be a password. */
	refused(3, "'endpoint' is an address with a user or a password",
		"[account a]\nid = 1\nendpoint = https://me:word@host\n");
	assert_null(strstr(problem.message, "word@"));
	refused(2, "'api-proxy' is an address with a user or a password",
		"[mintage]\napi-proxy = http://me:word@proxy:3128\n");
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(text, sizeof(text),
			 "[account a]\nid = 1\nendpoint = %s\n", good[i]);
		load(text);
		assert_string_equal(config->accounts->endpoint, good[i]);
		assert_string_equal(config->accounts->host,
				    strchr(good[i], '/') + 2);
	}
}

static void test_api_endpoints(void **state)
{
	static const char *const plain[] = {
		"http://api.example.org/v4",
		"http://127.example.org",
		"http://localhost.example.org",
		"http://10.0.0.1",
		"http://[fe80::1]",
	};
	static const char *const good[] = {
		"https://api.example.org/client/v4",
		"http://127.0.0.1:8/v4",
		"http://[::1]:8",
		"http://localhost",
	};
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		snprintf(text, sizeof(text),
			 "[account a]\nid = 1\napi-endpoint = %s\n", plain[i]);
		refused(3, "for this machine alone; write https://", text);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(text, sizeof(text),
			 "[account a]\nid = 1\napi-endpoint = %s\n", good[i]);
		load(text);
		assert_string_equal(config->accounts->api_endpoint, good[i]);
	}
	refused(3, "api-endpoint",
		"[account a]\nid = 1\napi-endpoint = https://h/v4?x=1\n");
}

static void test_bad_parent(void **state)
{
	(void)state;
	refused(4, "[parent portal] has no 'account'",
		ACCOUNT "[parent portal]\n");
	refused(5, "there is no [account mine]",
		ACCOUNT "[parent portal]\naccount = mine\n");
	refused(4, "has no 'access-key-id'",
		ACCOUNT "[parent portal]\naccount = main\n");
	refused(6, "1 to 64 letters and digits",
		ACCOUNT "[parent p]\naccount = main\naccess-key-id = a-b\n");
	refused(6, "1 to 64 letters and digits",
		ACCOUNT "[parent p]\naccount = main\naccess-key-id = " SECRET
			"0\n");
	refused(4, "has no 'permission'", ACCOUNT PARENT_HEAD);
	refused(7, "did you mean 'object-read-only'?",
		ACCOUNT PARENT_HEAD "permission = object-readonly\n"
				    "buckets = abc\n"
				    "secret-access-key-file = secret\n");
	refused(4, "has no 'buckets'",
		ACCOUNT PARENT_HEAD "permission = object-read-only\n");
	refused(8, "'buckets': 'My_Bucket'",
		ACCOUNT PARENT_HEAD "permission = object-read-only\n"
				    "buckets = abc My_Bucket\n");
	refused(9, "'buckets': '*'",
		ACCOUNT PARENT_HEAD "permission = object-read-only\n"
				    "buckets = abc\n  *\n");
	refused(8, "'buckets' is empty",
		ACCOUNT PARENT_HEAD "permission = object-read-only\n"
				    "buckets =\n");
	refused(12, "is that of [parent portal] in line 4",
		ACCOUNT PARENT "[parent q]\naccount = main\n"
			       "access-key-id = b2f1\n");
}

static void test_bad_signer(void **state)
{
	(void)state;
	refused(4, "has no 'secret-access-key-file'",
		ACCOUNT PARENT_HEAD PARENT_TAIL);
	refused(4, "has no 'api-token-file'",
		ACCOUNT PARENT "signer = cloudflare\n");
	refused(10, "write one of local, cloudflare",
		ACCOUNT PARENT "signer = remote\n");
	refused(10, "is for signer = cloudflare",
		ACCOUNT PARENT "api-token-file = secret\n");
}

static void test_secret_files(void **state)
{
	(void)state;
	refused(7, "/missing: can't be opened: No such file",
		ACCOUNT PARENT_HEAD
		"secret-access-key-file = missing\n" PARENT_TAIL);
	refused(7, "looks like the secret itself",
		ACCOUNT PARENT_HEAD "secret-access-key-file = " SECRET
				    "\n" PARENT_TAIL);
	assert_null(strstr(problem.message, SECRET));
	assert_int_equal(chmod(secret_path, 0644), 0);
	refused(7, "/secret: mode 0644 lets others read it; run: chmod 600 ",
		ACCOUNT PARENT);
	assert_int_equal(chmod(secret_path, 0600), 0);
}

static void test_bad_identity(void **state)
{
	(void)state;
	refused(1, "recognised in no way", "[caller a]\n");
	refused(1, "recognised in no way", "[caller a]\nanonymous = no\n");
	refused(1, "more than one way", CALLER "anonymous = yes\n");
	refused(1, "more than one way", CALLER "remote-user = ann\n");
	refused(1, "more than one way",
		"[caller a]\nremote-user = ann\nanonymous = yes\n");
	refused(2, "isn't the SHA-256 of a token",
		"[caller a]\nbearer-sha256 = my-token\n");
	/* It may be the token itself. */
	assert_null(strstr(problem.message, "my-token"));
	refused(2, "isn't the SHA-256",
		"[caller a]\nbearer-sha256 = " HASH "00\n");
	refused(2, "the SHA-256 of nothing",
		"[caller a]\nbearer-sha256 = " EMPTY_HASH "\n");
	refused(1, "choose another name", "[caller owner]\nanonymous = yes\n");
	refused(2, "'remote-user' is empty", "[caller a]\nremote-user =\n");
}

static void test_same_identity(void **state)
{
	(void)state;
	refused(3, "just as [caller web] in line 1",
		CALLER "[caller b]\nbearer-sha256 = " HASH "\n");
	refused(3, "just as [caller a] in line 1",
		"[caller a]\nremote-user = ann\n"
		"[caller b]\nremote-user = ann\n");
	refused(5, "just as [caller a] in line 1",
		"[caller a]\nanonymous = yes\n"
		"[caller b]\nremote-user = *\n"
		"[caller c]\nanonymous = yes\n");
	load(CALLER "[caller b]\nbearer-sha256 = " HASH2 "\n"
		    "[caller c]\nremote-user = ann\n"
		    "[caller d]\nremote-user = Ann\n"
		    "[caller e]\nremote-user = *\n"
		    "[caller f]\nanonymous = yes\n");
}

static void test_durations(void **state)
{
	(void)state;
	load("[mintage]\nrequest-timeout = 2m\napi-deadline = 10min\n" CALLER
	     "max-ttl = 7d\n");
	assert_int_equal(config->request_timeout, 120);
	assert_int_equal(config->api_deadline, 600);
	assert_int_equal(config->callers->max_ttl, 604800);
	load("[mintage]\nrequest-timeout = 90\napi-deadline = 45s\n" CALLER
	     "max-ttl = 1h\n");
	assert_int_equal(config->request_timeout, 90);
	assert_int_equal(config->api_deadline, 45);
	assert_int_equal(config->callers->max_ttl, 3600);
	refused(2, "'11m' is too long: write 1 to 600 seconds",
		"[mintage]\napi-deadline = 11m\n");
}

static void test_bad_grants(void **state)
{
	(void)state;
	refused(3, "there is no [parent portal]", CALLER "parents = portal\n");
	refused(12, "'portal' is named twice",
		ACCOUNT PARENT CALLER "parents = portal portal\n");
	refused(3, "'buckets': 'A'", CALLER "buckets = abc A\n");
	refused(3, "did you mean 'object-read-only'?",
		CALLER "permissions = object-read-onyl\n");
	refused(3, "'permissions' is empty", CALLER "permissions =\n");
	refused(3, "'max-ttl': '604801' is too long: write 1 to 604800 seconds",
		CALLER "max-ttl = 604801\n");
	refused(3, "'0' is too short", CALLER "max-ttl = 0\n");
	refused(3, "'8d' is too long", CALLER "max-ttl = 8d\n");
	refused(3, "'1H' has the unit 'H'", CALLER "max-ttl = 1H\n");
	refused(3, "'1 h' is not a length of time", CALLER "max-ttl = 1 h\n");
	refused(3, "'whole-bucket'", CALLER "whole-bucket = 1\n");
}

static void test_bad_prefixes(void **state)
{
	char text[1024] = CALLER "prefixes = a/\n";

	(void)state;
	refused(3, "'prefixes' is empty", CALLER "prefixes =\n");
	refused(3, "'prefixes': empty", CALLER "prefixes = \"\"\n");
	refused(3, "a quote without an end", CALLER "prefixes = \"a/ b/\n");
	refused(4, "a quote without an end", CALLER "prefixes = a/\n \"a\"b\n");
	refused(3, "looks like a comment", CALLER "prefixes = a/ # b/\n");
	refused(3, "looks like a comment", CALLER "prefixes = a/ #b/\n");
	refused(3, "looks like a comment", CALLER "prefixes =;a/\n");
	refused(3, "remote-user", CALLER "prefixes = users/{user}/\n");
	refused(2, "remote-user",
		"[caller a]\nprefixes = {user}\nanonymous = yes\n");
	for (size_t i = 1; i < CONFIG_PREFIXES_MAX; i++)
		strcat(text, " a/\n");
	load(text);
	assert_int_equal(config->callers->prefixes.count, CONFIG_PREFIXES_MAX);
	refused(3, "'prefixes' are 65", strcat(text, " a/\n"));
}

/* ---- the file itself ----------------------------------------------------- */

static void test_file(void **state)
{
	struct config *none = NULL;

	(void)state;
	write_file(path, "", 0, 0602);
	assert_int_equal(config_load(&none, path, &problem), ERROR_CONFIG);
	assert_message(0, "mode 0602 lets others write it; run: chmod o-w");
	/* Whose group may write it is for the strict modes of the service. */
	write_file(path, "", 0, 0664);
	assert_int_equal(config_load(&none, path, &problem), ERROR_NONE);
	config_free(none);
	unlink(path);
	assert_int_equal(config_load(&none, path, &problem), ERROR_CONFIG);
	assert_message(0, "can't be opened: No such file");
	assert_null(none);
	write_file(path, "", 0, 0600);
	assert_int_equal(truncate(path, 16 * 1024 * 1024 + 1), 0);
	assert_int_equal(config_load(&none, path, &problem), ERROR_CONFIG);
	assert_message(0, "longer than 16 MiB");
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(config_load(&none, path, &problem), ERROR_CONFIG);
	assert_message(0, "not a regular file");
	unlink(path);
}

/* Named without a folder: then paths are as they are. */
static void test_no_folder(void **state)
{
	struct config *near = NULL;
	char back[512];

	(void)state;
	assert_non_null(getcwd(back, sizeof(back)));
	write_file(path, "[mintage]\ntemplates = t\n", 24, 0600);
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(config_load(&near, "conf", &problem), ERROR_NONE);
	assert_int_equal(chdir(back), 0);
	assert_string_equal(near->templates, "t");
	config_free(near);
}

/* ---- warnings ------------------------------------------------------------ */

static char said[8][512];
static size_t said_count;

static void say(void *context, const char *text)
{
	assert_ptr_equal(context, said);
	assert_true(said_count < 8);
	snprintf(said[said_count++], sizeof(said[0]), "%s", text);
}

/* Exactly this one warning (or none, NULL) for this text. */
static void warned(int line, const char *says, const char *text)
{
	char start[96];
	size_t count;

	load(text);
	said_count = 0;
	count = config_warnings(config, say, said);
	assert_int_equal(count, said_count);
	if (!says) {
		if (said_count > 0)
			fail_msg("%s", said[0]);
		return;
	}
	snprintf(start, sizeof(start), line > 0 ? "%s:%d: " : "%s: ", path,
		 line);
	if (said_count != 1)
		fail_msg("%zu warnings, '%s' wanted", said_count, says);
	if (!strstr(said[0], says) ||
	    strncmp(said[0], start, strlen(start)) != 0)
		fail_msg("'%s...%s' is not in '%s'", start, says, said[0]);
}

#define WEB ACCOUNT PARENT CALLER
#define PARENTS "parents = portal\n"
#define BUCKETS "buckets = downloads\n"
#define READS "permissions = object-read-only\n"

static void test_warnings(void **state)
{
	(void)state;
	warned(0, NULL, "");
	warned(0, NULL, WEB PARENTS BUCKETS READS "prefixes = a/\n");
	warned(0, NULL, WEB PARENTS BUCKETS READS "prefixes = *\n");
	warned(0, NULL, WEB PARENTS BUCKETS READS "whole-bucket = yes\n");
	warned(0, NULL,
	       WEB PARENTS BUCKETS READS "whole-bucket = yes\nprefixes = *\n");
	warned(0, NULL,
	       ACCOUNT PARENT
	       "[caller web]\nremote-user = *\n" PARENTS BUCKETS READS
	       "prefixes = users/{user}/\n");
	warned(0, NULL,
	       ACCOUNT PARENT_HEAD PARENT_TAIL
	       "signer = cloudflare\napi-token-file = secret\n");
	warned(1, "[account main] has no parent", ACCOUNT);
	warned(10, "no 'parents'", WEB BUCKETS READS "prefixes = a/\n");
	warned(10, "no 'buckets'", WEB PARENTS READS "prefixes = a/\n");
	warned(10, "no 'permissions'", WEB PARENTS BUCKETS "prefixes = a/\n");
	warned(10, "no 'prefixes'", WEB PARENTS BUCKETS READS);
	warned(10, "has bucket 'other'",
	       WEB PARENTS READS "prefixes = a/\nbuckets = uploads other\n");
	warned(10, "admin-read-only of [caller web] is more",
	       WEB PARENTS BUCKETS
	       "permissions = admin-read-only\nprefixes = a/\n");
	warned(10, "its prefixes bound nothing",
	       WEB PARENTS BUCKETS READS "prefixes = a/\nwhole-bucket = yes\n");
	warned(10, "max-entries of [caller web]",
	       WEB PARENTS BUCKETS READS
	       "prefixes = a/\nmax-entries = 1000001\n");
}

/* A batch of more than a day's entries is refused on every day. */
static void test_entries_of_a_day(void **state)
{
	static const char says[] =
		"max-entries of [caller web] is over its daily-entries, 5, and";

	(void)state;
#define DAILY(service, caller)                                                 \
	"[mintage]\nstate-dir = /tmp\n" service "\n" WEB PARENTS BUCKETS READS \
	"prefixes = a/\n" caller
	warned(13, says, DAILY("", "daily-entries = 5\nmax-entries = 6\n"));
	warned(13, says, DAILY("", "max-entries = 999\ndaily-entries = 5\n"));
	warned(13, says,
	       DAILY("max-entries = 7",
		     "daily-entries = 5\nmax-entries = 6\n"));
	warned(0, NULL, DAILY("", "daily-entries = 5\nmax-entries = 5\n"));
	warned(0, NULL, DAILY("", "daily-entries = 5\nmax-entries = 4\n"));
	warned(0, NULL, DAILY("", "max-entries = 6\n"));
	/* This is not the caller's, but that of [mintage], or as good as. */
	warned(0, NULL, DAILY("", "daily-entries = 5\n"));
	warned(0, NULL, DAILY("max-entries = 7", "daily-entries = 5\n"));
	warned(0, NULL,
	       DAILY("max-entries = 7",
		     "daily-entries = 5\nmax-entries = 7\n"));
	warned(13, "is over that of [mintage], 7, which holds",
	       DAILY("max-entries = 7",
		     "daily-entries = 5\nmax-entries = 8\n"));
#undef DAILY
}

static void test_service_warnings(void **state)
{
	static const char here[] = ACCOUNT PARENT
		"[caller here]\nanonymous = yes\n" PARENTS BUCKETS READS
		"prefixes = a/\n";
	char text[1024];

	(void)state;
	warned(0, "strict-modes = no: nobody looks",
	       "[mintage]\nstrict-modes = no\n");
	warned(0, "shares-dir is /nowhere/at/all, where no file can be made",
	       "[mintage]\nshares-dir = /nowhere/at/all\n"
	       "public-url = https://mint.example\n");
	warned(0, NULL,
	       "[mintage]\nshares-dir = /tmp\n"
	       "public-url = https://mint.example\n");
	warned(0, "a network of all addresses",
	       "[mintage]\ntrusted-proxies = ::1 0.0.0.0/0\n");
	warned(0, "a network of all addresses",
	       "[mintage]\ntrusted-proxies = ::/0\n");
	warned(0, NULL,
	       "[mintage]\ntrusted-proxies = 2001:db8::/96 10.0.0.0/8\n");
	warned(0, "sandbox = no: a responder that is taken over can do all",
	       "[mintage]\nsandbox = no\n");
	/* Where limits are counted, and where nothing is counted at all. */
	warned(0,
	       "are counted in /nowhere/at/all, where nothing can be written",
	       "[mintage]\nstate-dir = /nowhere/at/all\n"
	       "stranger-rate = 5/min\n");
	warned(0, NULL, "[mintage]\nstate-dir = /nowhere/at/all\n");
	warned(0, NULL, "[mintage]\nstate-dir = /tmp\nstranger-rate = 5/min\n");
	is_locked = false;
	warned(0, "the system locks no more memory for this user", "");
	is_locked = true;
	/* What loopback means behind a proxy. */
	warned(10, "name its address in trusted-proxies", here);
	snprintf(text, sizeof(text), "[mintage]\ntrusted-proxies = ::1\n%s",
		 here);
	warned(0, NULL, text);
	snprintf(text, sizeof(text), "[mintage]\ntrusted-proxies = unix\n%s",
		 here);
	warned(0, NULL, text);
}

static void test_prefix_warnings(void **state)
{
	(void)state;
#define PREFIXES WEB PARENTS BUCKETS READS "prefixes = "
	warned(10, "prefix 'users/ann' of [caller web] has no '/'",
	       PREFIXES "users/ann\n");
	warned(10, "'*' in the key", PREFIXES "public/*\n");
	warned(10, "'{' that begins no {user}", PREFIXES "users/{usr}/\n");
	warned(10, "'.' or '..' segment", PREFIXES "users/../\n");
	warned(10, "isn't in Unicode's form NFC", PREFIXES "u\xcc\x88/\n");
}

static void test_secret_warning(void **state)
{
	(void)state;
	write_file(secret_path, "an-api-token", 12, 0600);
	warned(4, "take the SHA-256 of its value", ACCOUNT PARENT);
	warned(0, NULL, "[account main]\nid = 1\nendpoint = http://h\n" PARENT);
	write_file(secret_path, SECRET "\n", 65, 0600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_service),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_proxies),
		cmocka_unit_test(test_many_proxies),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_paths_and_syslog),
		cmocka_unit_test(test_account),
		cmocka_unit_test(test_parent),
		cmocka_unit_test(test_cloudflare_signer),
		cmocka_unit_test(test_caller),
		cmocka_unit_test(test_identities),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_finding),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_long_comments),
		cmocka_unit_test(test_long_values),
		cmocka_unit_test(test_empty_values),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_bad_sections),
		cmocka_unit_test(test_given_twice),
		cmocka_unit_test(test_unknown_keys),
		cmocka_unit_test(test_indented),
		cmocka_unit_test(test_bad_values),
		cmocka_unit_test(test_bad_account),
		cmocka_unit_test(test_bad_endpoints),
		cmocka_unit_test(test_api_endpoints),
		cmocka_unit_test(test_bad_parent),
		cmocka_unit_test(test_bad_signer),
		cmocka_unit_test(test_secret_files),
		cmocka_unit_test(test_bad_identity),
		cmocka_unit_test(test_same_identity),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_bad_grants),
		cmocka_unit_test(test_bad_prefixes),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_no_folder),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_entries_of_a_day),
		cmocka_unit_test(test_prefix_warnings),
		cmocka_unit_test(test_service_warnings),
		cmocka_unit_test(test_secret_warning),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/conf", folder);
	snprintf(secret_path, sizeof(secret_path), "%s/secret", folder);
	write_file(secret_path, SECRET "\n", 65, 0600);
	failed = UNIT_RUN(tests);
	config_free(config);
	unlink(path);
	unlink(secret_path);
	rmdir(folder);
	return failed;
}
