/* [download], [domain], public-url and max-link-age: what they mean, and what
 * they are told when they are broken, with the line. */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/config/config.h"
#include "lib/config/warnings.h"
#include "lib/links/kind.h"

#define HASH "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
#define HEX "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define LONG_SECRET "a link's secret with blanks"

/* Two lines for the state, two for the account, six for the parent, six for the
 * caller: a section behind them begins in line 17. */
#define STATE "[mintage]\nstate-dir = /var/lib/mintage\n"
#define ACCOUNT "[account main]\nid = 1\n"
#define PARENT                                            \
	"[parent portal]\naccount = main\n"               \
	"access-key-id = b2f1\nbuckets = files uploads\n" \
	"permission = object-read-write\n"                \
	"secret-access-key-file = secret\n"
#define WEB                                                                 \
	"[caller web]\nbearer-sha256 = " HASH "\nparents = portal\nbuckets" \
	" = files\npermissions = object-read-only\nprefixes = public/\n"
#define BASE STATE ACCOUNT PARENT WEB
#define LINE 17

/* These begin a section, of four and six lines. */
#define PLACE "[download get]\npath = /get/\nbucket = files\n"
#define FILES PLACE "prefix = public/\n"
#define LINKED FILES "open-to = link\nlink-secret-file = link.secret\n"
#define DOMAIN "[domain files.example.org]\nbucket = files\n"

static char folder[] = "/tmp/mintage-download-XXXXXX";
static char path[64];
static struct problem problem;
static struct config *config;

static void write_file(const char *name, const char *text, size_t length)
{
	char whole[96];
	int file;

	snprintf(whole, sizeof(whole), "%s/%s", folder, name);
	file = open(whole, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(file >= 0);
	assert_int_equal(write(file, text, length), length);
	close(file);
}

static void remove_file(const char *name)
{
	char whole[96];

	snprintf(whole, sizeof(whole), "%s/%s", folder, name);
	unlink(whole);
}

static void load(const char *text)
{
	config_free(config);
	if (config_load_text(&config, path, slice_text(text), &problem))
		fail_msg("%s", problem.message);
}

/* The text is refused at that line, and the message says this. */
static void refused(int line, const char *says, const char *text)
{
	struct config *none = (struct config *)&problem;
	char start[96];

	snprintf(start, sizeof(start), "%s:%d: ", path, line);
	assert_int_equal(config_load_text(&none, path, slice_text(text),
					  &problem),
			 ERROR_CONFIG);
	assert_null(none);
	if (strncmp(problem.message, start, strlen(start)) != 0 ||
	    !strstr(problem.message, says))
		fail_msg("'%s...%s' is not in '%s'", start, says,
			 problem.message);
}

/* ---- what it means -------------------------------------------------------- */

static void test_defaults(void **state)
{
	const struct download *download;

	(void)state;
	load(BASE FILES);
	download = config->downloads;
	assert_string_equal(download->name, "get");
	assert_string_equal(download->path, "/get/");
	assert_ptr_equal(download->account, config->accounts);
	assert_ptr_equal(download->parent, config->parents);
	assert_string_equal(download->bucket, "files");
	assert_string_equal(download->prefix, "public/");
	assert_int_equal(download->open_to, OPEN_TO_CALLERS);
	assert_int_equal(download->link_kinds, 0);
	assert_int_equal(download->ttl, 3600);
	assert_int_equal(download->disposition, DISPOSITION_STORED);
	assert_int_equal(download->max_downloads, 0);
	assert_int_equal(download->line, LINE);
	assert_null(download->next);
	assert_null(config->domains);
	assert_null(config->public_url);
	assert_int_equal(config->max_link_age, CONFIG_LINK_AGE_MAX);
	load(BASE PLACE "prefix = *\nopen-to = everyone\nttl = 7d\n"
			"disposition = inline\n");
	assert_string_equal(config->downloads->prefix, "");
	assert_int_equal(config->downloads->open_to, OPEN_TO_EVERYONE);
	assert_int_equal(config->downloads->ttl, 604800);
	assert_int_equal(config->downloads->disposition, DISPOSITION_INLINE);
}

/* The section as the contract shows it, to the letter. */
static void test_every_key(void **state)
{
	(void)state;
	load(BASE
	     "[download files]\npath = /get/ ; GET and HEAD\naccount = main\n"
	     "bucket = files\nprefix = public/\nparent = portal\n"
	     "open-to = callers\nlink = secdownload-hmac-sha256\n"
	     "link-secret-file = link.secret\nlink-timeout = 1h\nttl = 1h\n"
	     "disposition = attachment\nmax-downloads = 0\n");
	assert_int_equal(config->downloads->disposition,
			 DISPOSITION_ATTACHMENT);
	assert_int_equal(config->downloads->open_to, OPEN_TO_CALLERS);
}

static bool has_kind(const char *name)
{
	for (size_t i = 0; i < LINK_KIND_COUNT; i++) {
		if (strcmp(links_kind_table[i]->name, name) == 0)
			return config->downloads->link_kinds &
			       (UINT32_C(1) << i);
	}
	return false;
}

static void test_links(void **state)
{
	const struct link_rules *rules;

	(void)state;
	load(BASE LINKED "link = signed bunny\n\tauth-token\n"
			 "link-timeout = 2h\nmax-downloads = 3\n");
	assert_true(has_kind("signed"));
	assert_true(has_kind("bunny"));
	assert_true(has_kind("auth-token"));
	assert_false(has_kind("secure-link"));
	rules = &config->downloads->rules;
	assert_true(slice_is(keyed_text(rules->secret), LONG_SECRET));
	assert_int_equal(rules->timeout, 7200);
	assert_int_equal(config->downloads->max_downloads, 3);
	assert_null(rules->expression);
	/* Only codes by MD5 need the text. */
	load(BASE LINKED "link = signed bunny secdownload-hmac-sha1\n"
			 "link-timeout = 2h\n");
	rules = &config->downloads->rules;
	assert_int_equal(keyed_text(rules->secret).length, 0);
	assert_null(
		memmem(rules->secret, sizeof(*rules->secret), LONG_SECRET, 8));
	/* Kinds that carry no time of issue have no use for link-timeout. */
	load(BASE LINKED "link = signed\nlink-timeout = 5m\n");
	load(BASE LINKED "link = secure-link\nlink-timeout = 5m\n");
	load(BASE LINKED "link = secdownload-md5\n");
	assert_int_equal(config->downloads->rules.timeout, 3600);
}

static void test_expression(void **state)
{
	const struct link_rules *rules;

	(void)state;
	load(BASE LINKED "link = secure-link-md5\n");
	rules = &config->downloads->rules;
	assert_true(slice_is(rules->code_name, "md5"));
	assert_true(slice_is(rules->expires_name, "expires"));
	assert_true(slice_is(rules->uri_prefix, "/"));
	assert_ptr_equal(rules->expression, &config->downloads->expression);
	assert_true(links_expression_has(rules->expression,
					 LINK_EXPRESSION_ADDRESS));
	load(BASE LINKED "link = secure-link-md5\nlink-uri = /p q/\n"
			 "link-arguments = st e\n"
			 "link-expression = ${secret}$uri$secure_link_expires"
			 "\n");
	rules = &config->downloads->rules;
	assert_true(slice_is(rules->code_name, "st"));
	assert_true(slice_is(rules->expires_name, "e"));
	assert_true(slice_is(rules->uri_prefix, "/p q/"));
	assert_false(links_expression_has(rules->expression,
					  LINK_EXPRESSION_ADDRESS));
	load(BASE LINKED "link = secure-link-md5\nlink-arguments = code\n"
			 "link-expression = $uri $secret\n");
	rules = &config->downloads->rules;
	assert_true(slice_is(rules->code_name, "code"));
	assert_int_equal(rules->expires_name.length, 0);
}

static void test_domain(void **state)
{
	const struct domain *domain;

	(void)state;
	load(BASE DOMAIN "secret-file = link.secret\nttl = 30d\n");
	domain = config->domains;
	assert_string_equal(domain->name, "files.example.org");
	assert_ptr_equal(domain->account, config->accounts);
	assert_string_equal(domain->bucket, "files");
	assert_int_equal(domain->ttl, 30 * 86400);
	assert_int_equal(domain->secret->length, strlen(LONG_SECRET));
	assert_int_equal(keyed_text(domain->secret).length, 0);
	assert_int_equal(domain->line, LINE);
}

static void test_public_url(void **state)
{
	static const char *const good[][2] = {
		{ "https://example.org", "https://example.org" },
		{ "https://example.org/", "https://example.org" },
		{ "https://example.org/mint///", "https://example.org/mint" },
		{ "https://a-b.example.org:8443/~me/m_1.0/",
		  "https://a-b.example.org:8443/~me/m_1.0" },
		{ "https://[2001:db8::1]/m", "https://[2001:db8::1]/m" },
		{ "http://127.0.0.1:8080/mint", "http://127.0.0.1:8080/mint" },
		{ "http://localhost/", "http://localhost" },
		{ "http://[::1]:80", "http://[::1]:80" },
	};
	static const char *const bad[] = {
		"example.org/mint",
		"ftp://example.org",
		"https://",
		"https://example.org?x=1",
		"https://example.org/m?x",
		"https://example.org/m#x",
		"https://example.org#x",
		"https://example.org/a//b",
		"https://example.org/../",
		"https://example.org/m/./x",
		"https://example.org/a b",
		"https://example.org/%20",
		"https://h:0/",
		"https:///mint",
	};
	char text[160];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(text, sizeof(text), "[mintage]\npublic-url = %s\n",
			 good[i][0]);
		load(text);
		assert_string_equal(config->public_url, good[i][1]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "[mintage]\npublic-url = %s\n",
			 bad[i]);
		refused(2, "write https://HOST or https://HOST:PORT, and",
			text);
	}
	refused(2, "is an address with a user or a password; write https://",
		"[mintage]\npublic-url = https://me:word@example.org/\n");
	assert_null(strstr(problem.message, "word@"));
	refused(2, "require-https = yes refuses what comes by plain http",
		"[mintage]\npublic-url = http://example.org/mint\n");
	load("[mintage]\npublic-url = http://example.org/mint\n"
	     "require-https = no\n");
	assert_string_equal(config->public_url, "http://example.org/mint");
}

static void test_link_age(void **state)
{
	(void)state;
	load(BASE);
	assert_int_equal(config->callers->max_link_age, 900);
	load(BASE "max-ttl = 2h\n");
	assert_int_equal(config->callers->max_link_age, 7200);
	load(BASE "max-ttl = 2h\nmax-link-age = 3650d\n");
	assert_int_equal(config->callers->max_link_age, CONFIG_LINK_AGE_MAX);
	load(BASE "max-link-age = 60\n");
	assert_int_equal(config->callers->max_link_age, 60);
	/* The service's bounds both what is written and the default. */
	load("[mintage]\nmax-link-age = 30d\n" ACCOUNT PARENT WEB
	     "max-link-age = 31d\n");
	assert_int_equal(config->max_link_age, 30 * 86400);
	assert_int_equal(config->callers->max_link_age, 30 * 86400);
	load("[mintage]\nmax-link-age = 60\n" ACCOUNT PARENT WEB);
	assert_int_equal(config->callers->max_link_age, 60);
	refused(2, "'max-link-age': '3651d' is too long: write 1 to 315360000",
		"[mintage]\nmax-link-age = 3651d\n");
	refused(2, "too short", "[mintage]\nmax-link-age = 0\n");
	refused(LINE, "'max-link-age': '1y' has the unit 'y'",
		BASE "max-link-age = 1y\n");
}

static void test_nobody(void **state)
{
	(void)state;
	load(BASE);
	assert_false(config_serves_nobody(config));
	load(STATE ACCOUNT PARENT FILES);
	assert_true(config_serves_nobody(config));
	load(STATE ACCOUNT PARENT FILES "open-to = everyone\n");
	assert_false(config_serves_nobody(config));
	load(STATE ACCOUNT PARENT LINKED "link = signed\n");
	assert_false(config_serves_nobody(config));
}

/* ---- where it is ---------------------------------------------------------- */

static void test_paths(void **state)
{
	static const char *const good[] = {
		"/get/",     "/a/b/c/",        "/my files/", "/\xc3\xbc/",
		"/a&b='c'/", "/accountsable/", "/S/",        "/get;x/",
	};
	static const char *const shapeless[] = {
		"get/",  "/get",      "/",        "//",        "/a//b/",
		"//a/",  "/../",      "/a/../b/", "/./",       "get",
		"/a/./", "\"/get/\"", "/get/x",   "http://h/", "/..",
	};
	static const char *const own[] = {
		"/accounts/",    "/accounts/x/", "/client/v4/", "/healthz/",
		"/metrics/all/", "/s/",          "/shares/",    "/sts/",
	};
	static const char *const letters[] = { "/a%20b/", "/a?/", "/#/",
					       "/a\\b/", "/\"a\"/" };
	char text[1024];

#define TRY(value)                                                  \
	snprintf(text, sizeof(text),                                \
		 BASE "[download get]\npath = %s\nbucket = files\n" \
		      "prefix = public/\n",                         \
		 value)
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		TRY(good[i]);
		load(text);
		assert_string_equal(config->downloads->path, good[i]);
	}
	for (size_t i = 0; i < sizeof(shapeless) / sizeof(shapeless[0]); i++) {
		TRY(shapeless[i]);
		refused(LINE + 1, "must begin and end with a slash", text);
	}
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		TRY(own[i]);
		refused(LINE + 1, "keeps for something else; choose another",
			text);
	}
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		TRY(letters[i]);
		refused(LINE + 1, "write blanks and other characters as", text);
	}
#undef TRY
}

static void test_same_path(void **state)
{
	(void)state;
	refused(LINE + 5, "is that of [download get] in line 17 too; give each",
		BASE FILES "[download two]\npath = /get/\nbucket = files\n"
			   "prefix = x/\n");
	/* One may lie inside another: the longest wins. */
	load(BASE FILES "[download two]\npath = /get/more/\nbucket = files\n"
			"prefix = x/\n");
	assert_string_equal(config->downloads->next->path, "/get/more/");
	refused(LINE + 4, "[download get] is given twice, first in line 17",
		BASE FILES FILES);
}

static void test_prefixes(void **state)
{
	(void)state;
	refused(LINE, "[download get] has no 'prefix'", BASE PLACE);
	refused(LINE, "[download get] has no 'path'", BASE "[download get]\n");
	refused(LINE, "[download get] has no 'bucket'",
		BASE "[download get]\npath = /get/\n");
	refused(LINE + 3, "'prefix' is empty", BASE PLACE "prefix =\n");
	refused(LINE + 3, "'prefix' is in quotes, which would be part of",
		BASE PLACE "prefix = \"My Files/\"\n");
	refused(LINE + 1, "which stands for a user in 'prefix' alone",
		BASE "[download get]\npath = /u/{user}/\nbucket = files\n"
		     "prefix = u/\n");
	refused(LINE + 3, "'.' or '..' between slashes",
		BASE PLACE "prefix = a/../b/\n");
	refused(LINE + 2, "'bucket': ",
		BASE "[download get]\npath = /get/\nbucket = My_Files\n"
		     "prefix = *\n");
	refused(LINE + 3, "only callers have a user; write open-to = callers",
		BASE PLACE "prefix = users/{user}/\nopen-to = everyone\n");
	refused(LINE + 3, "only callers have a user; write open-to = callers",
		BASE PLACE "prefix = {user}\nopen-to = link\nlink = signed\n"
			   "link-secret-file = link.secret\n");
	load(BASE PLACE "prefix = users/{user}/\n");
	assert_string_equal(config->downloads->prefix, "users/{user}/");
}

static void test_values(void **state)
{
	(void)state;
	refused(LINE + 4, "'ttl': '0' is too short: write 1 to 604800 seconds",
		BASE FILES "ttl = 0\n");
	refused(LINE + 4, "'ttl': '8d' is too long: write 1 to 604800 seconds",
		BASE FILES "ttl = 8d\n");
	refused(LINE + 4, "write one of callers, everyone, link",
		BASE FILES "open-to = all\n");
	refused(LINE + 4, "write one of stored, attachment, inline",
		BASE FILES "disposition = download\n");
	refused(LINE + 7, "write a whole number from 0 to 1000000000",
		BASE LINKED "link = signed\nmax-downloads = -1\n");
	refused(LINE + 4, "did you mean 'open-to'?",
		BASE FILES "open-two = link\n");
}

/* ---- what it leads to ----------------------------------------------------- */

#define SECOND                                                         \
	"[parent second]\naccount = main\naccess-key-id = a1\nbuckets" \
	" = files\npermission = object-read-only\n"                    \
	"secret-access-key-file = secret\n"

static void test_parents(void **state)
{
	(void)state;
	refused(LINE + 4, "there is no [parent none]",
		BASE FILES "parent = none\n");
	refused(LINE, "[parent portal] and [parent second] can both read",
		BASE FILES SECOND);
	load(BASE FILES "parent = second\n" SECOND);
	assert_string_equal(config->downloads->parent->key.name, "second");
	refused(LINE, "no [parent] has bucket others of [account main]",
		BASE "[download get]\npath = /get/\nbucket = others\n"
		     "prefix = *\n");
	refused(LINE + 4, "[parent portal] does not have this bucket",
		BASE "[download get]\npath = /get/\nbucket = others\n"
		     "prefix = *\nparent = portal\n");
#define NARROW(lines)                                                 \
	ACCOUNT "[parent drop]\naccount = main\naccess-key-id = a1\n" \
		"buckets = files\n" lines
	refused(9, "[parent drop] has a permission that can't read",
		NARROW("permission = object-write-only\n"
		       "secret-access-key-file = secret\n") FILES);
	refused(13, "[parent drop] has a permission that can't read",
		NARROW("permission = object-write-only\n"
		       "secret-access-key-file = secret\n") FILES
		"parent = drop\n");
	refused(10, "[parent drop] has another signer than local",
		NARROW("permission = object-read-only\nsigner = cloudflare\n"
		       "api-token-file = secret\n") FILES);
#undef NARROW
}

static void test_accounts(void **state)
{
	(void)state;
	refused(LINE, "[download get] has no 'account'; add it",
		BASE FILES "[account two]\nid = 2\n");
	refused(LINE + 4, "there is no [account none]",
		BASE FILES "account = none\n");
	load(BASE FILES "account = main\n[account two]\nid = 2\n");
	refused(LINE + 5, "[parent portal] is of another account",
		BASE FILES "account = two\nparent = portal\n"
			   "[account two]\nid = 2\n");
	refused(LINE, "[domain files.example.org] has no 'account'; add it",
		BASE DOMAIN "[account two]\nid = 2\n");
}

/* ---- links ---------------------------------------------------------------- */

static void test_bad_links(void **state)
{
	(void)state;
	refused(LINE, "[download get] has no 'link'; add it",
		BASE FILES "open-to = link\n");
	refused(LINE, "[download get] has no 'link-secret-file'; add it",
		BASE FILES "open-to = link\nlink = signed\n");
	refused(LINE + 6, "no kind of link 'singed'; did you mean 'signed'?",
		BASE LINKED "link = singed\n");
	refused(LINE + 6, "no kind of link 'x'; mintage.conf(5) lists them",
		BASE LINKED "link = x\n");
	refused(LINE + 7, "'signed' is named twice",
		BASE LINKED "link = signed\n\tsigned\n");
	refused(LINE + 6, "'link' is empty", BASE LINKED "link =\n");
	refused(LINE + 7, "'link-timeout': '0' is too short",
		BASE LINKED "link = auth-token\nlink-timeout = 0\n");
	refused(LINE + 6, "'max-downloads' is counted in a file; name a",
		"[mintage]\n" ACCOUNT PARENT WEB LINKED
		"link = signed\nmax-downloads = 1\n");
}

/* Keys of links that would protect nothing. */
static void test_idle_keys(void **state)
{
	static const char *const keys[] = {
		"link = signed",     "link-secret-file = link.secret",
		"link-timeout = 1h", "link-arguments = md5 expires",
		"link-uri = /",      "link-expression = $uri$secret",
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		snprintf(text, sizeof(text), BASE FILES "%s\n", keys[i]);
		refused(LINE + 4, "is for open-to = link; write that, or",
			text);
		snprintf(text, sizeof(text),
			 BASE FILES "open-to = everyone\n%s\n", keys[i]);
		refused(LINE + 5, "is for open-to = link; write that, or",
			text);
	}
	for (size_t i = 3; i < sizeof(keys) / sizeof(keys[0]); i++) {
		snprintf(text, sizeof(text), BASE LINKED "link = signed\n%s\n",
			 keys[i]);
		refused(LINE + 7, "is for link = secure-link-md5; add that",
			text);
	}
	refused(LINE + 5, "'max-downloads' counts the uses of a link; write",
		BASE FILES "open-to = callers\nmax-downloads = 1\n");
	refused(LINE + 5, "'max-downloads' counts the uses of a link; write",
		BASE FILES "open-to = everyone\nmax-downloads = 1\n");
}

static void test_bad_expressions(void **state)
{
#define MD5 BASE LINKED "link = secure-link-md5\n"
	(void)state;
	refused(LINE + 7, "'link-expression': it lacks $secret",
		MD5 "link-expression = $secure_link_expires$uri\n");
	refused(LINE + 7, "'link-expression': it lacks $uri",
		MD5 "link-expression = $secure_link_expires$secret\n");
	refused(LINE + 7, "whoever has a link could change its time",
		MD5 "link-expression = $uri$secret\n");
	refused(LINE + 7, "has an unknown variable",
		MD5 "link-expression = $uri$secret$http_host\n");
	refused(LINE + 7, "is in quotes, which would be part of it",
		MD5 "link-expression = \"$secure_link_expires$uri$secret\"\n");
	refused(LINE + 7, "are two names", MD5 "link-arguments = a b c\n");
	refused(LINE + 7, "are two names", MD5 "link-arguments = a a\n");
	refused(LINE + 7, "'a=b' is no argument's name",
		MD5 "link-arguments = a=b\n");
	refused(LINE + 7, "'link-arguments' is empty",
		MD5 "link-arguments =\n");
	refused(LINE + 7, "begin and end it with a slash",
		MD5 "link-uri = a/\n");
	refused(LINE + 7, "begin and end it with a slash",
		MD5 "link-uri = /a\n");
	refused(LINE + 7, "write each character as itself",
		MD5 "link-uri = /a%20b/\n");
#undef MD5
}

/* ---- secrets and hosts ---------------------------------------------------- */

static void test_secrets(void **state)
{
	(void)state;
	refused(LINE + 5, "looks like the secret itself",
		BASE FILES "open-to = link\nlink-secret-file = " HEX "\n");
	assert_null(strstr(problem.message, HEX));
	refused(LINE + 5, "/none: can't be opened",
		BASE FILES "open-to = link\nlink-secret-file = none\n");
	write_file("bad", "\n", 1);
	refused(LINE + 5, "/bad: empty; it should hold the secret",
		BASE FILES "open-to = link\nlink-secret-file = bad\n");
	refused(LINE + 2, "/bad: empty; it should hold the secret",
		BASE DOMAIN "secret-file = bad\nttl = 1d\n");
	remove_file("bad");
	refused(LINE, "has no 'secret-file'; add it", BASE DOMAIN "ttl = 1d\n");
	refused(LINE, "has no 'ttl'; add it",
		BASE DOMAIN "secret-file = link.secret\n");
}

static void test_hosts(void **state)
{
	static const char *const good[] = { "a.b", "files.example.org",
					    "xn--bcher-kva.example",
					    "1.a-b.example" };
	static const char *const bad[] = { "localhost",  "Files.example.org",
					   ".a.b",       "a.b.",
					   "a..b",       "-a.example",
					   "a-.example", "a_b.example",
					   "192.0.2.1",  "me@example.org" };
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(text, sizeof(text),
			 BASE "[domain %s]\nbucket = files\n"
			      "secret-file = link.secret\nttl = 1d\n",
			 good[i]);
		load(text);
		assert_string_equal(config->domains->name, good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text),
			 BASE "[domain %s]\nbucket = files\n"
			      "secret-file = link.secret\nttl = 1d\n",
			 bad[i]);
		refused(LINE, "is no host's name; write the custom domain",
			text);
	}
}

/* ---- warnings ------------------------------------------------------------- */

static char said[8][512];
static size_t said_count;

static void listen(void *context, const char *text)
{
	(void)context;
	assert_true(said_count < 8);
	snprintf(said[said_count++], sizeof(said[0]), "%s", text);
}

/* The text has one warning, in that line, which says this; or none. */
static void warned(int line, const char *says, const char *text)
{
	char start[96];
	size_t count;

	load(text);
	said_count = 0;
	count = config_warnings(config, listen, NULL);
	assert_int_equal(count, said_count);
	if (!says) {
		if (said_count > 0)
			fail_msg("'%s' is said", said[0]);
		return;
	}
	snprintf(start, sizeof(start), "%s:%d: ", path, line);
	if (said_count != 1)
		fail_msg("%zu warnings, '%s' wanted", said_count, says);
	if (strncmp(said[0], start, strlen(start)) != 0 ||
	    !strstr(said[0], says))
		fail_msg("'%s...%s' is not in '%s'", start, says, said[0]);
}

static void test_link_warnings(void **state)
{
	(void)state;
	warned(0, NULL,
	       BASE LINKED "link = signed bunny "
			   "secdownload-hmac-sha256 "
			   "secdownload-hmac-sha1\n");
	warned(LINE, "kind secdownload-md5 in [download get] are made by MD5",
	       BASE LINKED "link = secdownload-md5\n");
	warned(LINE, "kind auth-token in [download get] are made by MD5",
	       BASE LINKED "link = auth-token\n");
	warned(LINE, "kind secure-link-md5 in [download get] are made by MD5",
	       BASE LINKED "link = secure-link-md5\n");
	warned(LINE, "kind secure-link in [download get] never expire",
	       BASE LINKED "link = secure-link\n");
	warned(LINE, "kind secure-link-md5 in [download get] never expire",
	       BASE LINKED "link = secure-link-md5\nlink-arguments = md5\n"
			   "link-expression = $uri$secret\n");
	warned(LINE, "its links open nothing; write open-to = link",
	       BASE FILES "open-to = callers\nlink = signed\n");
	warned(LINE, "its links open nothing; write open-to = link",
	       BASE FILES "open-to = callers\n"
			  "link-secret-file = link.secret\n");
}

static void test_secret_warnings(void **state)
{
	(void)state;
	write_file("link.secret", "fifteen bytes..", 15);
	warned(LINE, "secret of [download get] has less than 16 bytes",
	       BASE LINKED "link = signed\n");
	warned(LINE, "secret of [domain files.example.org] has less than 16",
	       BASE DOMAIN "secret-file = link.secret\nttl = 1d\n");
	write_file("link.secret", "sixteen bytes...", 16);
	warned(0, NULL, BASE LINKED "link = signed\n");
	write_file("link.secret", "a blank at the end ", 19);
	warned(LINE, "begins or ends with a blank, which is part of it",
	       BASE LINKED "link = signed\n");
	write_file("link.secret", LONG_SECRET "\n", strlen(LONG_SECRET) + 1);
	warned(LINE + 7, "[download two] has the secret of [download get]",
	       BASE LINKED "link = signed\n[download two]\npath = /two/\n"
			   "bucket = files\nprefix = two/\nopen-to = link\n"
			   "link = bunny\nlink-secret-file = link.secret\n");
}

static void test_other_warnings(void **state)
{
	(void)state;
	warned(LINE, "anybody may read the whole of bucket files",
	       BASE PLACE "prefix = *\nopen-to = everyone\n");
	warned(0, NULL, BASE FILES "open-to = everyone\n");
	warned(LINE, "prefix 'public' of [download get] has no '/' at its end",
	       BASE PLACE "prefix = public\nopen-to = everyone\n");
	warned(LINE, "means a '*' in the key",
	       BASE PLACE "prefix = public/*\nopen-to = everyone\n");
	warned(LINE, "the path of [download get] isn't in Unicode's form NFC",
	       BASE "[download get]\npath = /u\xcc\x88/\nbucket = files\n"
		    "prefix = public/\n");
	warned(1, "ttl of [domain files.example.org] is over max-link-age",
	       DOMAIN "secret-file = link.secret\nttl = 31d\n"
		      "[mintage]\nmax-link-age = 30d\n" ACCOUNT PARENT WEB);
	warned(11, "max-link-age of [caller web] is over that of [mintage], 60",
	       "[mintage]\nmax-link-age = 60\n" ACCOUNT PARENT WEB
	       "max-link-age = 61\n");
	warned(0, NULL, "[mintage]\nmax-link-age = 60\n" ACCOUNT PARENT WEB);
}

static void test_counts_warning(void **state)
{
	char text[2048];

	(void)state;
	snprintf(text, sizeof(text),
		 "[mintage]\nstate-dir = %s\n" ACCOUNT PARENT WEB LINKED
		 "link = signed\nmax-downloads = 1\n",
		 folder);
	warned(0, NULL, text);
	snprintf(text, sizeof(text),
		 "[mintage]\nstate-dir = %s/none\n" ACCOUNT PARENT WEB LINKED
		 "link = signed\nmax-downloads = 1\n",
		 folder);
	warned(LINE, "/none, where nothing can be written by whoever", text);
}

static void test_reach_warnings(void **state)
{
	(void)state;
	warned(0, NULL, BASE FILES);
	warned(LINE,
	       "[caller web] reaches nothing in [download get], nor does "
	       "any other: none of its 'prefixes' is within 'private/'",
	       BASE PLACE "prefix = private/\n");
	warned(LINE, "its 'buckets' lack uploads",
	       BASE "[download get]\npath = /get/\nbucket = uploads\n"
		    "prefix = public/\n");
	warned(LINE, "its 'parents' lack second",
	       BASE FILES "parent = second\n" SECOND);
	warned(LINE, "no user that {user} could stand for",
	       BASE PLACE "prefix = public/{user}/\n");
	warned(11, "[download get] is open to callers, and there is no",
	       STATE ACCOUNT PARENT FILES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_every_key),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_expression),
		cmocka_unit_test(test_domain),
		cmocka_unit_test(test_public_url),
		cmocka_unit_test(test_link_age),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_same_path),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_parents),
		cmocka_unit_test(test_accounts),
		cmocka_unit_test(test_bad_links),
		cmocka_unit_test(test_idle_keys),
		cmocka_unit_test(test_bad_expressions),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_link_warnings),
		cmocka_unit_test(test_secret_warnings),
		cmocka_unit_test(test_other_warnings),
		cmocka_unit_test(test_reach_warnings),
		cmocka_unit_test(test_counts_warning),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/conf", folder);
	write_file("secret", HEX, strlen(HEX));
	write_file("link.secret", LONG_SECRET "\n", strlen(LONG_SECRET) + 1);
	failed = UNIT_RUN(tests);
	config_free(config);
	remove_file("secret");
	remove_file("link.secret");
	rmdir(folder);
	return failed;
}
