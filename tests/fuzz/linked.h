/*
 * linked - what a link in an answer opens: which key of which bucket, by which
 * method and until when; signed with this parent's secret, within the caller's
 * rules, and asked for.
 */
#ifndef MINTAGE_FUZZ_LINKED_H
#define MINTAGE_FUZZ_LINKED_H

#include "recorded.h"
#include "wanted.h"

static const struct {
	const char *method, *action, *part_action;
} linked_methods[] = {
	{ "GET", "GetObject", NULL },
	{ "HEAD", "HeadObject", NULL },
	{ "PUT", "PutObject", "UploadPart" },
	{ "DELETE", "DeleteObject", NULL },
};

/* ---- presigned links ------------------------------------------------------ */

/* The path of a presigned link names a bucket and a key. */
static inline void linked_read_path(const struct issued_url *url,
				    struct issued *issued)
{
	const char *key = strchr(url->path + 1, '/');
	char again[3 * sizeof(issued->key) + 1];
	struct slice text;

	CHECK(key != NULL && key[1] != '\0');
	snprintf(issued->bucket, sizeof(issued->bucket), "%.*s",
		 (int)(key - url->path - 1), url->path + 1);
	CHECK(strlen(key) < sizeof(issued->key));
	text = slice_text(key + 1);
	issued->key_length = codes_unpercent(text, false, issued->key);
	/* There is one way to write it. */
	codes_percent(slice_of(issued->key, issued->key_length), true, again);
	CHECK(strcmp(again, key + 1) == 0);
}

/* Whose link it is. Sets the secret that signed it. */
static inline void linked_read_signer(const struct issued_url *url,
				      struct issued *issued, char secret[65])
{
	static char token[32768];
	const struct rules_account *account;
	char credential[128], expires[16];
	struct issued scoped;
	json_object *claims = NULL;

	CHECK(issued_parameter(url->query, "X-Amz-Credential", credential,
			       sizeof(credential)));
	CHECK(issued_parameter(url->query, "X-Amz-Expires", expires, 16));
	issued->ttl = atol(expires);
	*strchrnul(credential, '/') = '\0';
	issued->parent = rules_parent_of_key(credential);
	CHECK(issued->parent != NULL);
	account = rules_account(issued->parent->account);
	CHECK(account != NULL && strcmp(url->host, account->host) == 0);
	snprintf(secret, 65, "%s", issued->parent->secret);
	if (!issued_parameter(url->query, "X-Amz-Security-Token", token,
			      sizeof(token)))
		return;
	issued->is_scoped = true;
	CHECK(issued_read_token(slice_text(token), &scoped, &claims, secret));
	CHECK(strcmp(scoped.bucket, issued->bucket) == 0);
	CHECK(scoped.ttl == issued->ttl && scoped.objects);
	CHECK(asked_has(slice_text("scoped")));
	CHECK(!scoped.prefixes ||
	      json_object_array_length(scoped.prefixes) == 0);
	CHECK(json_object_array_length(scoped.objects) == 1);
	CHECK(slice_equal(slice_text(json_object_get_string(
				  json_object_array_get_idx(scoped.objects, 0))),
			  slice_of(issued->key, issued->key_length)));
	issued->may = scoped.may;
	json_object_put(claims);
}

/* The method is not in the link: it is the one whose signature this is. */
static inline void linked_find_method(const struct issued_url *url,
				      struct issued *issued, const char *secret)
{
	char part[16];

	for (size_t i = 0; i < RULES_COUNT(linked_methods); i++) {
		const char *action = linked_methods[i].action;

		if (!issued_is_signed(url, linked_methods[i].method, secret))
			continue;
		if (linked_methods[i].part_action &&
		    issued_parameter(url->query, "partNumber", part, 16))
			action = linked_methods[i].part_action;
		snprintf(issued->method, sizeof(issued->method), "%s",
			 linked_methods[i].method);
		/* A scoped link's credential may do this one thing. */
		CHECK(!issued->is_scoped ||
		      issued->may == rules_action(action));
		issued->may = rules_action(action);
		issued->has_actions = true;
		return;
	}
	CHECK(false && "the signature is wrong for each method");
}

static inline void linked_split(const char *text, struct issued_url *url)
{
	const char *path, *query = strchr(text, '?');

	CHECK(strncmp(text, "https://", 8) == 0 && query != NULL);
	path = strchr(text + 8, '/');
	CHECK(path != NULL && path < query);
	CHECK((size_t)(query - path) < sizeof(url->path));
	snprintf(url->host, sizeof(url->host), "%.*s", (int)(path - text - 8),
		 text + 8);
	snprintf(url->path, sizeof(url->path), "%.*s", (int)(query - path),
		 path);
	url->query = query + 1;
}

/* ---- links of our own ----------------------------------------------------- */

static inline void linked_set_key(struct issued *issued, const char *prefix,
				  const char *path)
{
	CHECK(strlen(path) + strlen(prefix) < sizeof(issued->key));
	strcpy(issued->key, prefix);
	issued->key_length = strlen(prefix);
	issued->key_length += codes_unpercent(slice_text(path), false,
					      issued->key + issued->key_length);
	strcpy(issued->method, "GET");
	issued->may = rules_action("GetObject");
	issued->has_actions = true;
	issued->is_own = true;
}

/* The section whose links these are, by the path behind the service's own. */
static inline const struct rules_download *linked_section(const char *path)
{
	CHECK(strncmp(path, "/mint/", 6) == 0);
	for (size_t i = 0; i < RULES_COUNT(rules_downloads); i++) {
		const char *start = rules_downloads[i].path;

		if (strncmp(path + 5, start, strlen(start)) == 0)
			return &rules_downloads[i];
	}
	CHECK(false && "no section has this path");
	return NULL;
}

/* Links of kind "signed", as mintage-deploy(7) has their formula. */
static inline void linked_read_download(const struct issued_url *url,
					struct issued *issued)
{
	const struct rules_download *section = linked_section(url->path);
	char text[8192], code[64], expires[32], got[64];
	uint8_t digest[32];

	CHECK(section->kind && strcmp(section->kind, "signed") == 0);
	CHECK(strcmp(section->name, granted.download) == 0);
	linked_set_key(issued, section->prefix,
		       url->path + 5 + strlen(section->path));
	CHECK(issued_parameter(url->query, "expires", expires, 32));
	CHECK(issued_parameter(url->query, "signature", got, 64));
	snprintf(text, sizeof(text), "/%s\n%s",
		 issued->key + strlen(section->prefix), expires);
	codes_hmac(slice_text(section->secret), slice_text(text), digest);
	codes_url64(digest, 32, code);
	CHECK(strcmp(code, got) == 0);
	issued->parent = rules_parent_of_key("idro");
	CHECK(labs(granted.made_at - codes_now()) < 60);
	issued->ttl = atol(expires) - granted.made_at;
	strcpy(issued->bucket, section->bucket);
}

static inline void linked_read_waf(const struct issued_url *url,
				   struct issued *issued)
{
	char text[8192], code[64], verify[96];
	uint8_t digest[32];
	size_t length;

	linked_set_key(issued, "", url->path + 1);
	CHECK(issued_parameter(url->query, "verify", verify, 96));
	length = strcspn(verify, "-");
	CHECK(labs(atol(verify) - codes_now()) < 60);
	snprintf(text, sizeof(text), "%s%.*s", url->path, (int)length, verify);
	codes_hmac(slice_text(RULES_DOMAIN_SECRET), slice_text(text), digest);
	codes_url64(digest, 32, code);
	CHECK(strcmp(code, verify + length + 1) == 0);
	issued->parent = rules_parent_of_key("idro");
	issued->ttl = RULES_DOMAIN_TTL;
	strcpy(issued->bucket, RULES_DOMAIN_BUCKET);
}

/* ---- any link ------------------------------------------------------------- */

/* `headers` as the canonical request has them, or NULL where they are not
 * known. False where the signature then can't be made again. */
static inline bool linked_read(const char *text, const char *headers,
			       const char *payload, struct issued *issued)
{
	struct issued_url url = { .headers = headers };
	char secret[65], names[1024], lines[160];

	*issued = (struct issued){ .is_link = true };
	linked_split(text, &url);
	if (strcmp(url.host, "mint.example") == 0) {
		linked_read_download(&url, issued);
		return true;
	}
	if (strcmp(url.host, RULES_DOMAIN) == 0) {
		linked_read_waf(&url, issued);
		return true;
	}
	linked_read_path(&url, issued);
	linked_read_signer(&url, issued, secret);
	CHECK(issued_parameter(url.query, "X-Amz-SignedHeaders", names, 1024));
	snprintf(lines, sizeof(lines), "host:%s\n", url.host);
	if (strcmp(names, "host") == 0) {
		url.headers = lines;
		url.payload = "UNSIGNED-PAYLOAD";
	} else if (!headers) {
		return false;
	} else {
		url.payload = payload;
	}
	linked_find_method(&url, issued, secret);
	return true;
}

/* Links to hosts of this service have a bound of their own, and those to a
 * domain live as long as Cloudflare's rule says. */
static inline void linked_check_age(const struct issued *issued)
{
	const struct rules_caller *caller = granted.caller;
	unsigned most = issued->is_own ? caller->max_link_age : caller->max_ttl;

	CHECK(issued->ttl >= 1 && issued->ttl <= most);
	if (!issued->is_own) {
		CHECK(granted_asked_ttl(issued->ttl, most));
	} else if (granted.download[0]) {
		CHECK(granted_asked_ttl(issued->ttl, most));
		CHECK(asked_has(slice_text("download")));
	} else {
		CHECK(issued->ttl == RULES_DOMAIN_TTL);
		CHECK(asked_has(slice_text("waf")));
	}
}

/* `is_read`: its method and what it may are known. `is_counted`: it is no
 * attribute, which repeats what stands beside it. */
static inline void linked_check(const struct issued *issued, bool is_read,
				bool is_counted)
{
	const struct rules_caller *caller = granted.caller;

	CHECK(caller != NULL);
	CHECK(rules_lists(caller->parents, issued->parent->name));
	CHECK(rules_lists(issued->parent->buckets, issued->bucket));
	CHECK(rules_lists(caller->buckets, issued->bucket));
	CHECK(asked_has(slice_text(issued->bucket)));
	granted_check_path(slice_of(issued->key, issued->key_length));
	linked_check_age(issued);
	if (is_counted)
		wanted_link(issued, is_read);
	if (!is_read) {
		recorded_vague_link();
		return;
	}
	CHECK(rules_allow(caller, issued->parent, issued->may));
	CHECK(strcmp(issued->method, "GET") == 0 ||
	      asked_has(slice_text(issued->method)));
	if (is_counted)
		recorded_link(issued);
}

/* ---- what stands in Location ---------------------------------------------- */

static inline void linked_check_redirect(const char *location)
{
	const struct rules_download *section = NULL;
	const char *method = site_variable("REQUEST_METHOD");
	char prefix[600] = "";
	const char *mark;
	struct issued issued;

	for (size_t i = 0; i < RULES_COUNT(rules_downloads); i++) {
		if (strcmp(rules_downloads[i].name, granted.download) == 0)
			section = &rules_downloads[i];
	}
	CHECK(section != NULL && linked_read(location, NULL, NULL, &issued));
	CHECK(strcmp(issued.method, method) == 0);
	CHECK(strcmp(issued.bucket, section->bucket) == 0);
	CHECK(strcmp(issued.parent->name, section->parent) == 0);
	CHECK(issued.ttl >= 1 && issued.ttl <= section->ttl);
	mark = strstr(section->prefix, "{user}");
	CHECK(!mark || rules_is_segment(granted.user));
	snprintf(prefix, sizeof(prefix), "%.*s%s%s",
		 mark ? (int)(mark - section->prefix) :
			(int)strlen(section->prefix),
		 section->prefix, mark ? granted.user : "",
		 mark ? mark + 6 : "");
	CHECK(strncmp(issued.key, prefix, strlen(prefix)) == 0);
	CHECK(issued.key_length > strlen(prefix));
	recorded_redirect(&issued);
	CHECK(!rules_has_dots(issued.key, issued.key_length));
	CHECK(asked_has(slice_of(issued.key + strlen(prefix),
				 issued.key_length - strlen(prefix))));
	if (strcmp(section->open_to, "callers") != 0)
		return;
	CHECK(granted.caller != NULL);
	CHECK(issued.ttl <= granted.caller->max_ttl);
	CHECK(rules_lists(granted.caller->parents, section->parent));
	CHECK(rules_lists(granted.caller->buckets, section->bucket));
	CHECK(rules_reach(granted.caller, granted.user, issued.key,
			  issued.key_length));
	CHECK(rules_allow(granted.caller, issued.parent, issued.may));
}

#endif
