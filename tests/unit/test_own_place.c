/* Links to hosts of our own: which section they lead to, what they can't be
 * asked for, and what a caller may have of them. */
#include "lib/base/problems.h"
#include "unit_service.h"

#include "cgi/input/fields_json.h"
#include "cgi/issue/entry.h"
#include "cgi/issue/own_link.h"
#include "lib/links/kind.h"

#define SECTION(name, path, bucket, prefix, more)                \
	"[download " name "]\npath = " path "\nbucket = " bucket \
	"\nprefix = " prefix "\n" more
#define SIGNED "open-to = link\nlink-secret-file = secret\nlink = "
#define DOMAIN(host, bucket, ttl)             \
	"[domain " host "]\nbucket = " bucket \
	"\nsecret-file = secret\nttl = " ttl "\n"

static const char config_text[] = UNIT_HEAD(
	"public-url = https://www.example.org/mint\n"
	"max-link-age = 365d\n") UNIT_PARENT("rw", "object-read-write",
					     "one two bare")
	UNIT_PARENT("other", "object-read-only",
		    "one foreign") UNIT_PARENT_FETCHED("cf", "object-read-only",
						       "remote")

		SECTION("files", "/get/", "one", "public/",
			"parent = rw\n" SIGNED
			"bunny signed\n") SECTION("inner", "/get/in/", "two",
						  "*",
						  SIGNED
						  "signed\n") SECTION("second",
								      "/two/",
								      "two",
								      "a",
								      SIGNED
								      "signed\n")
			SECTION("open", "/open/", "bare", "*",
				"open-to = everyone\n") SECTION("old", "/old/",
								"bare", "*",
								SIGNED
								"bunny\n")
				SECTION("theirs", "/theirs/", "foreign", "*",
					SIGNED
					"signed\n") DOMAIN("one.example.org",
							   "one", "2h")
					DOMAIN("two.example.org", "two",
					       "1h") DOMAIN("deux.example.org",
							    "two", "1h")
						DOMAIN("remote.example.org",
						       "remote", "1h")
							DOMAIN("long.example.org",
							       "foreign", "30d")

	/* May use both parents of bucket one. */
	"[caller long]\nbearer-sha256 = " HASH_OF_FOO "\n"
	"parents = rw other cf\nbuckets = one two bare foreign remote\n"
	"permissions = object-read-write\nprefixes = public/ a in/ x/\n"
	"max-ttl = 1h\nmax-link-age = 30d\n"

	/* Has links as long as its other things. */
	"[caller brief]\nbearer-sha256 = " HASH_OF_BAR "\n"
	"parents = rw\nbuckets = one two\n"
	"permissions = object-read-only\nprefixes = *\nmax-ttl = 1h\n"

	/* Reads the bucket of [download files], but by another parent. */
	"[caller apart]\nbearer-sha256 = " HASH_OF_BAZ "\n"
	"parents = other\nbuckets = one\n"
	"permissions = object-read-only object-write-only\n"
	"prefixes = *\nmax-ttl = 1h\n";

#define LONG "foo"
#define BRIEF "bar"
#define APART "baz"
#define OWNER NULL

/* What became of a request with one entry. */
struct settled {
	enum error error;
	char pointer[PROBLEM_POINTER_MAX];
	char message[PROBLEM_MESSAGE_MAX];
	char section[CONFIG_NAME_MAX + 1];
	char parent[CONFIG_NAME_MAX + 1];
	char url[OWN_LINK_URL_MAX + 1];
	uint32_t ttl;
	int64_t now;
};

static void make(struct settled *settled, const struct order *order,
		 const struct entry *entry, const struct terms *terms)
{
	static struct own_link link;

	settled->ttl = terms->scope.ttl;
	settled->now = order->now;
	snprintf(settled->section, sizeof(settled->section), "%s",
		 own_place_name(&order->own));
	snprintf(settled->parent, sizeof(settled->parent), "%s",
		 order->grant.parent->key.name);
	own_link_begin(&link, &order->own);
	own_link_one(&link, slice_text("x/first"), 1, 1);
	own_link_one(&link, entry->key, order->now, terms->scope.ttl);
	memcpy(settled->url, link.url, link.url_length);
	settled->url[link.url_length] = '\0';
	own_link_end(&link);
	for (size_t i = 0; i < sizeof(link.url); i++)
		assert_int_equal(link.url[i], 0);
}

static const struct settled *settle(const char *token, const char *text)
{
	static struct settled settled;
	static struct fields fields;
	static struct order order;
	static struct problems problems;
	static struct audit_request who;
	struct subject subject = { .kind = SUBJECT_OWNER };
	struct order_request asks = {
		.service = &unit_service,
		.kind = ISSUE_LINKS,
		.format = unit_service.renderer.formats,
		.subject = &subject,
		.account_id = slice_text("aa"),
		.fields = &fields,
		.who = &who,
	};
	struct problem problem;
	struct terms terms;
	struct entry entry;

	if (token)
		subject = (struct subject){
			.kind = SUBJECT_BEARER,
			.caller = subject_bearer(unit_service.config,
						 slice_text(token)),
		};
	settled = (struct settled){ .error = ERROR_NONE };
	fields_begin(&fields);
	problems_free(&problems);
	fields_json_read(&fields, slice_text(text), &problems);
	settled.error = order_settle(&order, &asks, &problems);
	if (settled.error) {
		problem = problems.list[0];
	} else {
		manifest_rewind(&fields.entries);
		assert_int_equal(manifest_next(&fields.entries, &entry,
					       &problem),
				 MANIFEST_ENTRY);
		settled.error =
			issue_entry_check(&order, &entry, &terms, &problem);
	}
	if (settled.error) {
		memcpy(settled.pointer, problem.pointer,
		       sizeof(settled.pointer));
		memcpy(settled.message, problem.message,
		       sizeof(settled.message));
	} else {
		make(&settled, &order, &entry, &terms);
	}
	order_free(&order);
	fields_end(&fields);
	return &settled;
}

/* The beginnings and the ends of requests. */
#define IN(bucket, more) "{\"bucket\":\"" bucket "\"" more
#define DOWNLOAD(bucket, more) IN(bucket, ",\"sign\":\"download\"" more)
#define WAF(bucket, more) IN(bucket, ",\"sign\":\"waf\"" more)
#define KEY(key) ",\"objects\":[\"" key "\"]}"
#define OBJECT(key, more) ",\"objects\":[{\"key\":\"" key "\"," more "}]}"
#define NAMED(name) ",\"download\":\"" name "\""
#define TTL(seconds) ",\"ttlSeconds\":" seconds

/* ---- what is made --------------------------------------------------------- */

static const struct {
	const char *why;
	const char *token;
	const char *text;
	const char *section;
	const char *parent;
	const char *begin; /* of the link, up to its "?" */
	uint32_t ttl;
} good[] = {
	{ "the only section of a bucket", LONG,
	  DOWNLOAD("one", KEY("public/a b")), "files", "rw",
	  "https://www.example.org/mint/get/a%20b?", 900 },
	{ "a month, for who may have a month", LONG,
	  DOWNLOAD("one", TTL("2592000") KEY("public/a")), "files", "rw",
	  "https://www.example.org/mint/get/a?", 2592000 },
	{ "an entry's own time", LONG,
	  DOWNLOAD("one", OBJECT("public/a", "\"ttlSeconds\":\"30d\"")),
	  "files", "rw", "https://www.example.org/mint/get/a?", 2592000 },
	{ "the parent of the section, named too", LONG,
	  DOWNLOAD("one", ",\"parentAccessKeyId\":\"idrw\"" KEY("public/a")),
	  "files", "rw", "https://www.example.org/mint/get/a?", 900 },
	{ "one of two sections, by its name", LONG,
	  DOWNLOAD("two", NAMED("second") KEY("a/b")), "second", "rw",
	  "https://www.example.org/mint/two//b?", 900 },
	{ "the other", LONG, DOWNLOAD("two", NAMED("inner") KEY("a/b")),
	  "inner", "rw", "https://www.example.org/mint/get/in/a/b?", 900 },
	{ "every byte that a key may have", LONG,
	  DOWNLOAD("one", KEY("public/%2F+#?&='\\\"\\u00e4\\n//x~")), "files",
	  "rw",
	  "https://www.example.org/mint/get/%252F%2B%23%3F%26%3D%27%22%C3%A4"
	  "%0A//x~?",
	  900 },
	{ "a digest beside a key is what the list knows", LONG,
	  DOWNLOAD("one", OBJECT("public/a", "\"sha256\":\"" HASH_OF_FOO "\"")),
	  "files", "rw", "https://www.example.org/mint/get/a?", 900 },
	{ "GET said aloud", LONG,
	  DOWNLOAD("one", ",\"method\":\"GET\"" KEY("public/a")), "files", "rw",
	  "https://www.example.org/mint/get/a?", 900 },
	{ "max-ttl, where the caller has no max-link-age", BRIEF,
	  DOWNLOAD("one", TTL("3600") KEY("public/a")), "files", "rw",
	  "https://www.example.org/mint/get/a?", 3600 },
	{ "the service's max-link-age, for its owner", OWNER,
	  DOWNLOAD("one", TTL("31536000") KEY("public/a")), "files", "rw",
	  "https://www.example.org/mint/get/a?", 31536000 },
	{ "the only domain of a bucket, for as long as its rule says", LONG,
	  WAF("one", ",\"parentAccessKeyId\":\"idrw\"" KEY("public/a b")),
	  "one.example.org", "rw", "https://one.example.org/public/a%20b?",
	  7200 },
	{ "its time said aloud", LONG,
	  WAF("one",
	      ",\"parentAccessKeyId\":\"idrw\"" TTL("7200") KEY("public/a")),
	  "one.example.org", "rw", "https://one.example.org/public/a?", 7200 },
	{ "one of two domains, by its name", LONG,
	  WAF("two", NAMED("deux.example.org") KEY("a")), "deux.example.org",
	  "rw", "https://deux.example.org/a?", 3600 },
	{ "a domain whose parent has no secret here", LONG,
	  WAF("remote", KEY("a")), "remote.example.org", "cf",
	  "https://remote.example.org/a?", 3600 },
	{ "a rule of more than seven days", LONG, WAF("foreign", KEY("a")),
	  "long.example.org", "other", "https://long.example.org/a?", 2592000 },
};

/* What the responder would make of a link to [download files]. */
static void judge(const char *why, const struct settled *settled,
		  const char *decoded)
{
	const struct download *download = unit_service.config->downloads;
	const char *query = strchr(settled->url, '?') + 1;
	struct link_shown shown = {
		.decoded = slice_text(decoded),
		.query = slice_text(query),
		.now = settled->now + settled->ttl,
	};
	struct link_right right;

	if (links_signed_kind.verify(&download->rules, &shown, &right) !=
	    LINK_GOOD)
		fail_msg("%s: is not good to its end: %s", why, settled->url);
	shown.now++;
	if (links_signed_kind.verify(&download->rules, &shown, &right) !=
	    LINK_OVER)
		fail_msg("%s: is good beyond its end", why);
}

static void test_made(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const struct settled *settled =
			settle(good[i].token, good[i].text);

		if (settled->error)
			fail_msg("%s: %d at '%s': %s", good[i].why,
				 (int)settled->error, settled->pointer,
				 settled->message);
		if (strcmp(settled->section, good[i].section) != 0 ||
		    strcmp(settled->parent, good[i].parent) != 0)
			fail_msg("%s: [%s], parent %s", good[i].why,
				 settled->section, settled->parent);
		if (strncmp(settled->url, good[i].begin,
			    strlen(good[i].begin)) != 0)
			fail_msg("%s: %s", good[i].why, settled->url);
		if (settled->ttl != good[i].ttl)
			fail_msg("%s: %u seconds", good[i].why,
				 (unsigned)settled->ttl);
	}
	judge("a b", settle(LONG, good[0].text), "a b");
	judge("a month", settle(LONG, good[1].text), "a");
	judge("odd bytes", settle(LONG, good[6].text),
	      "%2F+#?&='\"\xc3\xa4\n//x~");
}

/* ---- what is refused ------------------------------------------------------ */

static const struct {
	const char *why;
	const char *token;
	const char *text;
	enum error error;
	const char *pointer;
	const char *message; /* a part of it */
} bad[] = {
	/* The section. */
	{ "two sections", LONG, DOWNLOAD("two", KEY("a/b")), ERROR_AMBIGUOUS,
	  "/download", "[download inner] and [download second]" },
	{ "two domains", LONG, WAF("two", KEY("a/b")), ERROR_AMBIGUOUS,
	  "/download", "[domain two.example.org] and" },
	{ "a section of another bucket", LONG,
	  DOWNLOAD("one", NAMED("inner") KEY("public/a")), ERROR_ACCESS_DENIED,
	  "/download", "no [download inner] for bucket 'one'" },
	{ "a section that there isn't", LONG,
	  DOWNLOAD("one", NAMED("nope") KEY("public/a")), ERROR_ACCESS_DENIED,
	  "/download", "no [download nope]" },
	{ "a domain's name for a download", LONG,
	  DOWNLOAD("one", NAMED("one.example.org") KEY("public/a")),
	  ERROR_ACCESS_DENIED, "/download", "no [download one.example.org]" },
	{ "a download's name for a domain", LONG,
	  WAF("two", NAMED("second") KEY("a")), ERROR_ACCESS_DENIED,
	  "/download", "no [domain second]" },
	{ "sections without links, or of other kinds", LONG,
	  DOWNLOAD("bare", KEY("a")), ERROR_ACCESS_DENIED, "/sign",
	  "must write open-to = link and link = signed" },
	{ "one of them, by its name", LONG,
	  DOWNLOAD("bare", NAMED("old") KEY("a")), ERROR_ACCESS_DENIED,
	  "/download", "must write open-to = link and link = signed" },
	{ "no section", LONG, DOWNLOAD("remote", KEY("a")), ERROR_ACCESS_DENIED,
	  "/sign", "no [download] for bucket 'remote'" },
	{ "no domain", LONG, WAF("bare", KEY("a")), ERROR_ACCESS_DENIED,
	  "/sign", "no [domain] for bucket 'bare'" },
	{ "a section whose parent isn't the caller's", APART,
	  DOWNLOAD("one", KEY("public/a")), ERROR_ACCESS_DENIED, "/sign",
	  "this caller has no [download]" },
	{ "and by its name: not even that it is there", APART,
	  DOWNLOAD("one", NAMED("files") KEY("public/a")), ERROR_ACCESS_DENIED,
	  "/download", "this caller has no [download files]" },
	{ "a parent that isn't the section's", LONG,
	  DOWNLOAD("one", ",\"parentAccessKeyId\":\"idother\"" KEY("public/a")),
	  ERROR_ACCESS_DENIED, "/sign", "this caller has no [download]" },
	{ "two parents, of which a domain says nothing", LONG,
	  WAF("one", KEY("public/a")), ERROR_AMBIGUOUS, "/parentAccessKeyId",
	  "2 parents fit" },
	{ "a bucket that isn't the caller's, before any section is told", BRIEF,
	  DOWNLOAD("foreign", KEY("a")), ERROR_ACCESS_DENIED, "/bucket",
	  "this caller may not use bucket" },
	{ "nor of a domain", BRIEF, WAF("foreign", KEY("a")),
	  ERROR_ACCESS_DENIED, "/bucket", "this caller may not use bucket" },

	/* The field. */
	{ "a section for a link to R2", LONG,
	  IN("one", NAMED("files") KEY("public/a")), ERROR_BAD_VALUE,
	  "/download", "sign=download or sign=waf" },
	{ "for one that a credential signs", LONG,
	  IN("one", ",\"sign\":\"scoped\"" NAMED("files") KEY("public/a")),
	  ERROR_BAD_VALUE, "/download", "sign=download or sign=waf" },
	{ "no name", LONG, DOWNLOAD("one", NAMED("") KEY("public/a")),
	  ERROR_BAD_VALUE, "/download", "1 to 63 bytes" },
	{ "a sign that there isn't", LONG,
	  IN("one", ",\"sign\":\"cdn\"" KEY("public/a")), ERROR_BAD_VALUE,
	  "/sign", "\"download\" or \"waf\"" },

	/* The key. */
	{ "a key outside the caller's prefixes, as ever", LONG,
	  DOWNLOAD("one", KEY("secret/a")), ERROR_ACCESS_DENIED, "/objects/0",
	  "keys must begin with" },
	{ "a key outside the section's prefix", LONG,
	  DOWNLOAD("one", KEY("x/a")), ERROR_ACCESS_DENIED, "/objects/0",
	  "[download files] has only keys that begin with public/" },
	{ "a key outside the section's prefix by its last byte", BRIEF,
	  DOWNLOAD("one", KEY("public")), ERROR_ACCESS_DENIED, "/objects/0",
	  "begin with public/" },
	{ "the prefix itself", LONG, DOWNLOAD("one", KEY("public/")),
	  ERROR_OBJECT_NAME, "/objects/0", "it is the prefix" },
	{ "a folder", LONG, DOWNLOAD("one", KEY("public/a/")),
	  ERROR_OBJECT_NAME, "/objects/0", "ends in a slash" },
	{ "a dot segment", LONG, DOWNLOAD("one", KEY("public/../public/a")),
	  ERROR_OBJECT_NAME, "/objects/0", "'.' or '..' segment" },
	{ "one that appears behind the prefix", LONG,
	  DOWNLOAD("two", NAMED("second") KEY("a../b")), ERROR_OBJECT_NAME,
	  "/objects/0", "'.' or '..'" },
	{ "an address of a section with a longer path", LONG,
	  DOWNLOAD("one", KEY("public/in/a")), ERROR_OBJECT_NAME, "/objects/0",
	  "another [download] has that path" },

	/* What it can't carry. */
	{ "a download name", LONG,
	  DOWNLOAD("one", OBJECT("public/a", "\"filename\":\"b\"")),
	  ERROR_BAD_VALUE, "/objects/0/filename", "'disposition'" },
	{ "a download name for a domain", LONG,
	  WAF("two",
	      NAMED("two.example.org") OBJECT("a", "\"filename\":\"b\"")),
	  ERROR_BAD_VALUE, "/objects/0/filename", "leave it out" },
	{ "a way to show it", LONG,
	  DOWNLOAD("one", OBJECT("public/a", "\"disposition\":\"inline\"")),
	  ERROR_BAD_VALUE, "/objects/0/disposition", "in the section" },
	{ "another type to answer with", LONG,
	  DOWNLOAD("one",
		   OBJECT("public/a", "\"responseContentType\":\"a/b\"")),
	  ERROR_BAD_VALUE, "/objects/0/responseContentType", "can't carry" },
	{ "another cache control, for all of a domain", LONG,
	  WAF("two", NAMED("two.example.org") ",\"responseCacheControl\":"
					      "\"no-store\"" KEY("a")),
	  ERROR_BAD_VALUE, "/objects/0",
	  "the request's 'responseCacheControl'" },
	{ "a term of uploads, for all", LONG,
	  DOWNLOAD("one", ",\"cacheControl\":\"no-store\"" KEY("public/a")),
	  ERROR_BAD_VALUE, "/objects/0", "PUT" },
	{ "a type", LONG,
	  DOWNLOAD("one", OBJECT("public/a", "\"contentType\":\"a/b\"")),
	  ERROR_BAD_VALUE, "/objects/0/contentType", "PUT" },
	{ "a length", LONG,
	  DOWNLOAD("one", OBJECT("public/a", "\"contentLength\":1")),
	  ERROR_BAD_VALUE, "/objects/0/contentLength", "PUT" },
	{ "HEAD", LONG, DOWNLOAD("one", ",\"method\":\"HEAD\"" KEY("public/a")),
	  ERROR_BAD_VALUE, "/method", "answers HEAD too" },
	{ "PUT, of an entry", LONG,
	  DOWNLOAD("one", OBJECT("public/a", "\"method\":\"PUT\"")),
	  ERROR_BAD_VALUE, "/objects/0/method", "sign=parent" },
	{ "DELETE, of a domain", LONG,
	  WAF("two",
	      NAMED("two.example.org") ",\"method\":\"DELETE\"" KEY("a")),
	  ERROR_BAD_VALUE, "/method", "opens by GET" },

	/* The time. */
	{ "more than the caller's max-link-age", LONG,
	  DOWNLOAD("one", TTL("2592001") KEY("public/a")), ERROR_ACCESS_DENIED,
	  "/ttlSeconds", "1 to 2592000" },
	{ "an entry's own", LONG,
	  DOWNLOAD("one", OBJECT("public/a", "\"ttlSeconds\":2592001")),
	  ERROR_ACCESS_DENIED, "/objects/0/ttlSeconds", "1 to 2592000" },
	{ "more than max-ttl, where there is no max-link-age", BRIEF,
	  DOWNLOAD("one", TTL("3601") KEY("public/a")), ERROR_ACCESS_DENIED,
	  "/ttlSeconds", "1 to 3600" },
	{ "more than the service's max-link-age", OWNER,
	  DOWNLOAD("one", TTL("31536001") KEY("public/a")), ERROR_ACCESS_DENIED,
	  "/ttlSeconds", "1 to 31536000" },
	{ "no long life for a link to R2", LONG,
	  IN("one",
	     ",\"parentAccessKeyId\":\"idrw\"" TTL("604801") KEY("public/a")),
	  ERROR_BAD_VALUE, "/ttlSeconds", "write 1 to 604800" },
	{ "not for its owner either", OWNER,
	  IN("two", TTL("604801") KEY("public/a")), ERROR_BAD_VALUE,
	  "/ttlSeconds", "write 1 to 604800" },
	{ "nor for an entry", OWNER,
	  IN("two", OBJECT("a", "\"ttlSeconds\":604801")), ERROR_BAD_VALUE,
	  "/objects/0/ttlSeconds", "write 1 to 604800" },
	{ "nor for one that a credential signs", OWNER,
	  IN("two", ",\"sign\":\"scoped\"" TTL("604801") KEY("a")),
	  ERROR_BAD_VALUE, "/ttlSeconds", "write 1 to 604800" },
	{ "more than anything may live", OWNER,
	  DOWNLOAD("one", TTL("315360001") KEY("public/a")), ERROR_BAD_VALUE,
	  "/ttlSeconds", "too long" },
	{ "another time than the rule's", LONG,
	  WAF("two", NAMED("two.example.org") TTL("60") KEY("a")),
	  ERROR_BAD_VALUE, "/ttlSeconds", "write 3600" },
	{ "another time than the rule's, of an entry", LONG,
	  WAF("two", NAMED("two.example.org") OBJECT("a", "\"ttlSeconds\":60")),
	  ERROR_BAD_VALUE, "/objects/0/ttlSeconds", "write 3600" },
	{ "a rule that is too long for the caller", BRIEF,
	  WAF("one", KEY("public/a")), ERROR_ACCESS_DENIED, "/ttlSeconds",
	  "live 7200 seconds, and this caller may have at most 3600" },
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct settled *settled =
			settle(bad[i].token, bad[i].text);

		if (settled->error != bad[i].error ||
		    strcmp(settled->pointer, bad[i].pointer) != 0 ||
		    !strstr(settled->message, bad[i].message))
			fail_msg("%s: %d at '%s': %s", bad[i].why,
				 (int)settled->error, settled->pointer,
				 settled->message);
	}
}

/* Kinds of links are of no use to a section that is not open to links. */
static void test_open_to(void **state)
{
	struct download *files = unit_service.config->downloads;
	const struct settled *settled;

	(void)state;
	files->open_to = OPEN_TO_CALLERS;
	settled = settle(LONG, DOWNLOAD("one", KEY("public/a")));
	files->open_to = OPEN_TO_LINK;
	assert_int_equal(settled->error, ERROR_ACCESS_DENIED);
	assert_string_equal(settled->pointer, "/sign");
}

/* Without its own address the service can make no link to itself. */
static void test_no_address(void **state)
{
	char *address = unit_service.config->public_url;
	char longest[OWN_PLACE_BASE_MAX + 1];
	const struct settled *settled;

	(void)state;
	unit_service.config->public_url = NULL;
	settled = settle(LONG, DOWNLOAD("one", KEY("public/a")));
	assert_int_equal(settled->error, ERROR_BAD_VALUE);
	assert_string_equal(settled->pointer, "/sign");
	assert_non_null(strstr(settled->message, "public-url"));
	settled = settle(LONG, WAF("remote", KEY("a")));
	assert_int_equal(settled->error, ERROR_NONE);

	/* The longest address and the longest key fit, and not a byte more. */
	memset(longest, 'a', sizeof(longest));
	longest[OWN_PLACE_BASE_MAX - strlen("/get/")] = '\0';
	unit_service.config->public_url = longest;
	settled = settle(LONG, DOWNLOAD("one", KEY("public/a")));
	assert_int_equal(settled->error, ERROR_NONE);
	longest[strlen(longest)] = 'a';
	longest[OWN_PLACE_BASE_MAX - strlen("/get/") + 1] = '\0';
	settled = settle(LONG, DOWNLOAD("one", KEY("public/a")));
	assert_int_equal(settled->error, ERROR_BAD_VALUE);
	assert_non_null(strstr(settled->message, "shorter"));
	unit_service.config->public_url = address;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_open_to),
		cmocka_unit_test(test_no_address),
	};
	int failed;

	unit_service_begin(config_text);
	failed = UNIT_RUN(tests);
	unit_service_end();
	return failed;
}
