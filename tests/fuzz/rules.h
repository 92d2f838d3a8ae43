/*
 * rules - who may have what at the site of site.h, and a second opinion on it:
 * plain tables and loops that share no code with the product. Its facts are
 * from Cloudflare's documentation of R2's temporary credentials.
 */
#ifndef MINTAGE_FUZZ_RULES_H
#define MINTAGE_FUZZ_RULES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define RULES_COUNT(list) (sizeof(list) / sizeof((list)[0]))

#define RULES_PUBLIC_URL "https://mint.example/mint"
#define RULES_EXPRESSION "$secure_link_expires$uri$remote_addr $secret"
#define RULES_LINK_TIMEOUT 3600
#define RULES_DOMAIN "files.example.org"
#define RULES_DOMAIN_BUCKET "downloads"
#define RULES_DOMAIN_TTL 1800
#define RULES_DOMAIN_SECRET "waf-secret-6f2c1d7e9b3a4850"

struct rules_account {
	const char *name, *id, *jurisdiction, *host;
};

static const struct rules_account rules_accounts[] = {
	{ "main", "aa", "default", "aa.r2.cloudflarestorage.com" },
	{ "other", "bb", "eu", "bb.eu.r2.cloudflarestorage.com" },
};

struct rules_parent {
	const char *name, *account, *access_key_id, *secret, *permission,
		*buckets;
};

static const struct rules_parent rules_parents[] = {
	{ "rw", "main", "idrw",
	  "11f086d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f0a1",
	  "object-read-write", "uploads shared" },
	{ "ro", "main", "idro",
	  "22f086d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f0a2",
	  "object-read-only", "downloads shared" },
	{ "adm", "other", "idadm",
	  "33f086d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f0a3",
	  "admin-read-write", "vault" },
};

/* A caller; `token` and `user` are how the same is recognised. */
struct rules_caller {
	const char *name, *known_by, *token, *user, *parents, *buckets,
		*permissions, *prefixes;
	bool whole_bucket;
	unsigned max_ttl, max_entries, max_link_age;
};

#define RULES_TOKEN_FOO "token-of-foo-41c5"
#define RULES_TOKEN_BAR "token-of-bar-93d7"
#define RULES_TOKEN_VIC "token-of-vic-58e2"
/* Their SHA-256, as sha256sum prints it. */
#define RULES_HASH_FOO \
	"971d3c025f123b69402087b2522e750b1698493b9d059d8da42d3cf53c57a5bb"
#define RULES_HASH_BAR \
	"25b4874c6b006f965016ea3480b06b3d06868a4a108a92ee65192068c8b068df"
#define RULES_HASH_VIC \
	"a5581215a848b642fe0bd7b80f21b045f059bad9d018a73bccc5c8d0c5a08471"

static const struct rules_caller rules_callers[] = {
	{ "foo", "bearer-sha256 = " RULES_HASH_FOO, RULES_TOKEN_FOO, NULL,
	  "rw ro", "uploads downloads", "object-read-only object-write-only",
	  "public/ pub- note of-signed/", false, 3600, 40, 7200 },
	{ "bar", "bearer-sha256 = " RULES_HASH_BAR, RULES_TOKEN_BAR, NULL, "rw",
	  "uploads shared", "object-read-write", "*", false, 86400, 100,
	  86400 },
	{ "vic", "bearer-sha256 = " RULES_HASH_VIC, RULES_TOKEN_VIC, NULL,
	  "adm", "vault", "admin-read-write", "*", true, 604800, 1000, 604800 },
	{ "ann", "remote-user = ann", NULL, "ann", "ro", "shared downloads",
	  "object-read-only", "users/ann/ public/", false, 900, 100, 600 },
	{ "any", "remote-user = *", NULL, "*", "rw", "shared",
	  "object-write-only", "users/{user}/in-", false, 900, 100, 900 },
	/* Whose name is no segment of a key. */
	{ "own", "remote-user = own/er", NULL, "own/er", "ro", "shared",
	  "object-read-only", "*", false, 900, 100, 900 },
	{ "zoe", "remote-user = zoe", NULL, "zoe", "ro", "shared",
	  "object-read-only", "*", false, 900, 100, 900 },
	{ "local", "anonymous = yes", NULL, NULL, "ro", "downloads",
	  "object-read-only", "public/", false, 600, 20, 600 },
};

/* A [download]. `kind` is NULL where no link is asked for, and `most` is 0
 * where links are good any number of times. */
struct rules_download {
	const char *name, *path, *bucket, *parent, *prefix, *open_to, *kind,
		*secret;
	unsigned ttl, most;
};

#define RULES_LINKED(name, number)                                       \
	{                                                                \
		name, "/l/" name "/", "downloads", "ro", "of-" name "/", \
			"link", name, "link-secret-" number "-0d94ab17", \
			60 + (number)[0], 0                              \
	}

static const struct rules_download rules_downloads[] = {
	{ "files", "/get/", "downloads", "ro", "public/", "everyone", NULL,
	  NULL, 300, 0 },
	/* Longer than the caller's own links may live. */
	{ "mine", "/mine/", "shared", "ro", "users/{user}/", "callers", NULL,
	  NULL, 1200, 0 },
	RULES_LINKED("signed", "1"),
	RULES_LINKED("secdownload-md5", "2"),
	RULES_LINKED("secdownload-hmac-sha1", "3"),
	RULES_LINKED("secdownload-hmac-sha256", "4"),
	RULES_LINKED("secure-link", "5"),
	RULES_LINKED("secure-link-md5", "6"),
	RULES_LINKED("auth-token", "7"),
	RULES_LINKED("bunny", "8"),
	{ "twice", "/l/twice/", "shared", "ro", "public/twice/", "link",
	  "signed", "link-secret-9-0d94ab17", 130, 2 },
	{ "once", "/l/once/", "shared", "ro", "public/once-", "link",
	  "secure-link", "link-secret-0-0d94ab17", 140, 1 },
};

/* ---- permissions ---------------------------------------------------------- */

#define RULES_ACTION_COUNT 16
static const char *const rules_actions[RULES_ACTION_COUNT] = {
	"HeadObject",
	"GetObject",
	"GetBucketLocation",
	"ListObjectsV1",
	"ListObjectsV2",
	"ListMultipartUploads",
	"ListParts",
	"PutObject",
	"DeleteObject",
	"DeleteObjects",
	"CopyObject",
	"CreateMultipartUpload",
	"UploadPart",
	"UploadPartCopy",
	"AbortMultipartUpload",
	"CompleteMultipartUpload",
};

/* What each permission may do: a bit for each action, and two more for what
 * admins may do to a bucket. */
#define RULES_READ 0x007fU
#define RULES_ALL 0xffffU
#define RULES_UPLOAD 0xd880U /* without UploadPartCopy, which reads */
#define RULES_ADMIN_READ 0x10000U
#define RULES_ADMIN_WRITE 0x20000U

struct rules_permission {
	const char *name;
	uint32_t may;
};

static const struct rules_permission rules_permissions[] = {
	{ "object-read-only", RULES_READ },
	{ "object-read-write", RULES_ALL },
	{ "object-write-only", RULES_UPLOAD },
	{ "admin-read-only", RULES_READ | RULES_ADMIN_READ },
	{ "admin-read-write",
	  RULES_ALL | RULES_ADMIN_READ | RULES_ADMIN_WRITE },
};

/* 0 for a name that is none. */
static inline uint32_t rules_may(const char *permission, size_t length)
{
	for (size_t i = 0; i < RULES_COUNT(rules_permissions); i++) {
		const char *name = rules_permissions[i].name;

		if (strlen(name) == length &&
		    strncmp(name, permission, length) == 0)
			return rules_permissions[i].may;
	}
	return 0;
}

static inline uint32_t rules_action(const char *name)
{
	for (unsigned i = 0; i < RULES_ACTION_COUNT; i++) {
		if (strcmp(rules_actions[i], name) == 0)
			return UINT32_C(1) << i;
	}
	return 0;
}

/* ---- words ---------------------------------------------------------------- */

/* The next word of *rest, which is moved behind it; its length is 0 at the
 * end. */
static inline const char *rules_word(const char **rest, size_t *length)
{
	const char *word = *rest + strspn(*rest, " ");

	*length = strcspn(word, " ");
	*rest = word + *length;
	return word;
}

static inline bool rules_lists(const char *words, const char *word)
{
	size_t length;
	const char *one;

	while ((one = rules_word(&words, &length)), length > 0) {
		if (strlen(word) == length && strncmp(one, word, length) == 0)
			return true;
	}
	return false;
}

/* ---- who may what --------------------------------------------------------- */

static inline const struct rules_caller *rules_caller(const char *name)
{
	for (size_t i = 0; i < RULES_COUNT(rules_callers); i++) {
		if (strcmp(rules_callers[i].name, name) == 0)
			return &rules_callers[i];
	}
	return NULL;
}

static inline const struct rules_parent *rules_parent_of_key(const char *id)
{
	for (size_t i = 0; i < RULES_COUNT(rules_parents); i++) {
		if (strcmp(rules_parents[i].access_key_id, id) == 0)
			return &rules_parents[i];
	}
	return NULL;
}

static inline const struct rules_account *rules_account(const char *name)
{
	for (size_t i = 0; i < RULES_COUNT(rules_accounts); i++) {
		if (strcmp(rules_accounts[i].name, name) == 0)
			return &rules_accounts[i];
	}
	return NULL;
}

/* May this caller, by this parent, do all of these at once? */
static inline bool rules_allow(const struct rules_caller *caller,
			       const struct rules_parent *parent,
			       uint32_t wanted)
{
	uint32_t bound =
		rules_may(parent->permission, strlen(parent->permission));
	const char *rest = caller->permissions, *one;
	size_t length;

	while ((one = rules_word(&rest, &length)), length > 0) {
		if (wanted != 0 &&
		    (wanted & ~(rules_may(one, length) & bound)) == 0)
			return true;
	}
	return false;
}

/* A path of "." or ".." between slashes leads elsewhere with many clients. */
static inline bool rules_has_dots(const char *path, size_t length)
{
	size_t start = 0;

	for (size_t i = 0; i <= length; i++) {
		if (i < length && path[i] != '/')
			continue;
		if ((i - start == 1 && path[start] == '.') ||
		    (i - start == 2 && path[start] == '.' &&
		     path[start + 1] == '.'))
			return true;
		start = i + 1;
	}
	return false;
}

/* In the form in which R2 stores keys; the caller frees. */
static inline char *rules_stored(const char *text, size_t length)
{
	utf8proc_uint8_t *stored = NULL;

	if (utf8proc_map((const utf8proc_uint8_t *)text,
			 (utf8proc_ssize_t)length, &stored,
			 UTF8PROC_STABLE | UTF8PROC_COMPOSE) < 0)
		abort();
	return (char *)stored;
}

/* A name that is one segment of a key, and is stored as it is. */
static inline bool rules_is_segment(const char *user)
{
	char *stored;
	bool is_same;

	if (!user || !*user || strchr(user, '/') ||
	    rules_has_dots(user, strlen(user)))
		return false;
	stored = rules_stored(user, strlen(user));
	is_same = strcmp(stored, user) == 0;
	free(stored);
	return is_same;
}

/* Write one of the caller's prefixes, with `user` in place of its mark. False
 * where this user has none. */
static inline bool rules_prefix(const char *one, size_t length,
				const char *user, char *dst, size_t size)
{
	const char *mark = strstr(one, "{user}");

	if (!mark || mark >= one + length) {
		snprintf(dst, size, "%.*s", (int)length, one);
		return true;
	}
	snprintf(dst, size, "%.*s%s%.*s", (int)(mark - one), one, user,
		 (int)(one + length - mark - 6), mark + 6);
	return rules_is_segment(user);
}

/* Does `path`, as it came and as R2 stores it, begin with one of the caller's
 * prefixes? `user` stands for its mark. */
static inline bool rules_reach(const struct rules_caller *caller,
			       const char *user, const char *path,
			       size_t path_length)
{
	const char *rest = caller->prefixes, *one;
	char prefix[1024], *stored;
	size_t length;
	bool is_within = false;

	if (caller->whole_bucket || rules_lists(caller->prefixes, "*"))
		return true;
	stored = rules_stored(path, path_length);
	while ((one = rules_word(&rest, &length)), length > 0) {
		if (!rules_prefix(one, length, user, prefix, sizeof(prefix)))
			continue;
		length = strlen(prefix);
		is_within = is_within || (path_length >= length &&
					  memcmp(path, prefix, length) == 0 &&
					  strncmp(stored, prefix, length) == 0);
	}
	free(stored);
	return is_within;
}

#endif
