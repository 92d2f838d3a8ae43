/* Links against those that botocore made. */
#include "unit.h"

#include <json-c/json.h>
#include <time.h>

#include "lib/sign/presign.h"
#include "lib/sign/presign_disposition.h"

static struct json_object *vectors;
static struct presign presign;

static const char *text_of(struct json_object *object, const char *name)
{
	struct json_object *member = NULL;

	json_object_object_get_ex(object, name, &member);
	return json_object_get_string(member);
}

static struct slice slice_at(struct json_object *object, const char *name)
{
	return slice_text(text_of(object, name));
}

static int64_t time_at(struct json_object *vector)
{
	struct tm tm = { 0 };

	assert_non_null(
		strptime(text_of(vector, "time"), "%Y%m%dT%H%M%SZ", &tm));
	return (int64_t)timegm(&tm);
}

/* A link, and what its lists borrow. */
struct made {
	struct presign_link link;
	struct presign_pair query[8];
	struct presign_pair headers[16];
};

static void add_query(struct made *made, const char *name, struct slice value)
{
	made->link.query = made->query;
	if (value.length > 0)
		made->query[made->link.query_count++] =
			(struct presign_pair){ slice_text(name), value };
}

static void add_header(struct made *made, const char *name, struct slice value)
{
	made->link.headers = made->headers;
	if (value.length > 0)
		made->headers[made->link.header_count++] =
			(struct presign_pair){ slice_text(name), value };
}

/* Parameters of botocore's operations, and where they go, sorted. */
static const char *const parameters[][2] = {
	{ "PartNumber", "partNumber" },
	{ "ResponseCacheControl", "response-cache-control" },
	{ "ResponseContentDisposition", "response-content-disposition" },
	{ "ResponseContentType", "response-content-type" },
	{ "UploadId", "uploadId" },
};
static const char *const headers[][2] = {
	{ "CacheControl", "Cache-Control" },
	{ "ContentDisposition", "Content-Disposition" },
	{ "ContentEncoding", "Content-Encoding" },
	{ "ContentType", "Content-Type" },
	{ "IfNoneMatch", "If-None-Match" },
};

static void add_metadata(struct made *made, struct json_object *params)
{
	static char names[8][64];
	struct json_object *metadata = NULL;
	size_t i = 0;

	if (!json_object_object_get_ex(params, "Metadata", &metadata))
		return;
	json_object_object_foreach(metadata, name, value)
	{
		snprintf(names[i], sizeof(names[i]), "x-amz-meta-%s", name);
		add_header(made, names[i++],
			   slice_text(json_object_get_string(value)));
	}
}

static void make(struct made *made, struct json_object *vector)
{
	struct json_object *params = NULL;
	struct problem problem;

	*made = (struct made){ .link = { .method = METHOD_NONE } };

	assert_int_equal(method_parse(slice_at(vector, "method"), "",
				      &made->link.method, &problem),
			 ERROR_NONE);
	json_object_object_get_ex(vector, "params", &params);
	made->link.key = slice_at(vector, "key");
	made->link.expires = (uint32_t)atoi(text_of(vector, "expires"));
	for (size_t i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++)
		add_query(made, parameters[i][1],
			  slice_at(params, parameters[i][0]));
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		add_header(made, headers[i][1],
			   slice_at(params, headers[i][0]));
	add_metadata(made, params);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The query's parameters, sorted, joined again. */
static void sort_query(const char *url, char *dst, size_t size)
{
	char *copy = strdup(url), *query = strchr(copy, '?'), *save = NULL;
	char *parts[32];
	size_t count = 0, n;

	assert_non_null(query);
	*query++ = '\0';
	for (char *part = strtok_r(query, "&", &save); part;
	     part = strtok_r(NULL, "&", &save))
		parts[count++] = part;
	qsort(parts, count, sizeof(parts[0]), compare);
	n = (size_t)snprintf(dst, size, "%s", copy);
	for (size_t i = 0; i < count; i++)
		n += (size_t)snprintf(dst + n, size - n, "\n%s", parts[i]);
	free(copy);
}

static void begin(struct json_object *vector, char endpoint[256])
{
	struct presign_day day;
	struct keyed secret;
	struct presign_signer signer = {
		.bucket = slice_at(vector, "bucket"),
		.access_key_id = slice_at(vector, "accessKeyId"),
		.time = time_at(vector),
		.session_token = slice_at(vector, "sessionToken"),
	};

	snprintf(endpoint, 256, "https://%s", text_of(vector, "host"));
	signer.endpoint = slice_text(endpoint);
	keyed_begin(&secret, slice_at(vector, "secretAccessKey"));
	keyed_drop_text(&secret);
	presign_day_derive(&day, &secret.aws4, signer.time);
	assert_int_equal(presign_begin(&presign, &signer, &day), ERROR_NONE);
}

static void assert_vector(struct json_object *vector)
{
	char ours[8192], theirs[8192], url[8192];
	struct made made;

	make(&made, vector);
	presign_one(&presign, &made.link);
	snprintf(url, sizeof(url), "%.*s", (int)presign.url_length,
		 presign.url);
	sort_query(url, ours, sizeof(ours));
	sort_query(text_of(vector, "url"), theirs, sizeof(theirs));
	assert_string_equal(ours, theirs);
}

static void test_vectors(void **state)
{
	(void)state;
	assert_true(json_object_array_length(vectors) >= 27);
	for (size_t i = 0; i < json_object_array_length(vectors); i++) {
		struct json_object *vector =
			json_object_array_get_idx(vectors, i);
		char endpoint[256];

		begin(vector, endpoint);
		assert_vector(vector);
		/* Once more: nothing of the link before is left. */
		assert_vector(vector);
	}
}

/* One state, all links that share its signer, in a row. */
static void test_batch(void **state)
{
	struct json_object *first = json_object_array_get_idx(vectors, 0);
	char endpoint[256];
	size_t done = 0;

	(void)state;
	begin(first, endpoint);
	for (size_t i = 0; i < json_object_array_length(vectors); i++) {
		struct json_object *vector =
			json_object_array_get_idx(vectors, i);

		if (text_of(vector, "sessionToken") ||
		    strcmp(text_of(vector, "host"), text_of(first, "host")) ||
		    strcmp(text_of(vector, "secretAccessKey"),
			   text_of(first, "secretAccessKey")))
			continue;
		assert_vector(vector);
		done++;
	}
	assert_true(done >= 10);
}

/* Each thing that is signed changes the signature. */
static void test_all_is_signed(void **state)
{
	struct json_object *vector = json_object_array_get_idx(vectors, 0);
	static const char digest[] = "ba7816bf8f01cfea414140de5dae2223"
				     "b00361a396177a9cb410ff61f20015ad";
	enum { COUNT = 13 };
	static struct made links[COUNT];
	char signatures[COUNT][64], endpoint[256];

	(void)state;
	begin(vector, endpoint);
	for (int i = 0; i < COUNT; i++)
		make(&links[i], vector);
	links[1].link.method = METHOD_HEAD;
	links[2].link.expires++;
	add_query(&links[3], "response-content-disposition",
		  slice_text("attachment"));
	add_query(&links[4], "response-content-type", slice_text("text/plain"));
	add_header(&links[5], "Content-Type", slice_text("text/plain"));
	add_header(&links[6], "Content-Length", slice_text("17"));
	add_header(&links[7], "x-amz-content-sha256", slice_text(digest));
	links[8].link.key = slice_text("plain.txu");
	add_header(&links[9], "x-amz-meta-a", slice_text("b"));
	add_header(&links[10], "x-amz-meta-a", slice_text("c"));
	add_header(&links[11], "x-amz-meta-b", slice_text("b"));
	add_header(&links[12], "If-None-Match", slice_text("*"));
	for (int i = 0; i < COUNT; i++) {
		presign_one(&presign, &links[i].link);
		memcpy(signatures[i], presign.url + presign.url_length - 64,
		       64);
		for (int j = 0; j < i; j++)
			assert_memory_not_equal(signatures[i], signatures[j],
						64);
	}
}

static void test_signed_headers(void **state)
{
	struct made made = { .link = { .method = METHOD_NONE } };
	char names[PRESIGN_NAMES_MAX];
	size_t length = presign_signed_headers(&made.link, names);

	(void)state;
	assert_true(slice_is(slice_of(names, length), "host"));
	add_header(&made, "Content-Length", slice_text("1"));
	add_header(&made, "Content-Type", slice_text("a/b"));
	add_header(&made, "hos", slice_text("0"));
	add_header(&made, "Hosts", slice_text("0"));
	add_header(&made, "x-amz-content-sha256", slice_text("00"));
	length = presign_signed_headers(&made.link, names);
	assert_true(slice_is(slice_of(names, length),
			     "content-length;content-type;hos;host;hosts;"
			     "x-amz-content-sha256"));
}

/* Names in lower case, host in its place, and the digest as the payload. */
static void test_canonical(void **state)
{
	struct made made = { .link = { .method = METHOD_PUT } };
	char text[PRESIGN_CANONICAL_MAX];
	size_t length;

	(void)state;
	presign.host = slice_text("h:1");
	length = presign_canonical(&presign, &made.link, slice_text("/b/k"),
				   slice_text("q=1"), text);
	assert_true(slice_is(slice_of(text, length),
			     "PUT\n/b/k\nq=1\nhost:h:1\n\nhost\n"
			     "UNSIGNED-PAYLOAD"));
	add_header(&made, "Cache-Control", slice_text("no-store"));
	add_header(&made, "If-None-Match", slice_text("*"));
	add_header(&made, "x-amz-content-sha256", slice_text("00"));
	add_header(&made, "x-amz-meta-a", slice_text("b c"));
	length = presign_canonical(&presign, &made.link, slice_text("/b/k"),
				   slice_text("q=1"), text);
	assert_true(slice_is(slice_of(text, length),
			     "PUT\n/b/k\nq=1\ncache-control:no-store\n"
			     "host:h:1\nif-none-match:*\n"
			     "x-amz-content-sha256:00\nx-amz-meta-a:b c\n\n"
			     "cache-control;host;if-none-match;"
			     "x-amz-content-sha256;x-amz-meta-a\n00"));
}

static void test_day(void **state)
{
	struct digest_hmac secret;
	struct presign_day day;

	(void)state;
	keyed_aws4_begin(&secret, slice_text("s"));
	presign_day_derive(&day, &secret, 1770000000);
	assert_true(presign_day_fits(&day, 1770000000));
	assert_true(presign_day_fits(&day, 1770000000 / 86400 * 86400));
	assert_false(presign_day_fits(&day, 1770000000 / 86400 * 86400 - 1));
	assert_false(presign_day_fits(&day, 1770000000 + 86400));
}

static void test_longest(void **state)
{
	static char key[KEY_MAX], value[PRESIGN_QUERY_MAX];
	static char name[PRESIGN_HEADERS_MAX];
	static struct presign_pair query[PRESIGN_PAIRS_MAX];
	static struct presign_pair many[PRESIGN_PAIRS_MAX];
	static char token[PRESIGN_SESSION_TOKEN_MAX];
	struct presign_signer signer = {
		.endpoint = SLICE("https://h"),
		.bucket = SLICE("bbb"),
		.access_key_id = SLICE("a"),
	};
	struct presign_day day = { 0 };
	struct presign_link link = { .expires = TTL_MAX };

	(void)state;
	memset(key, 0xff, sizeof(key));
	memset(value, 0xff, sizeof(value));
	memset(token, '+', sizeof(token));
	signer.session_token = slice_of(token, sizeof(token));
	link.key = slice_of(key, sizeof(key));
	/* The list of headers and that of parameters are as long as they can be:
	 * first with one long pair in each, then with as many pairs as fit. */
	memset(name, 'n', sizeof(name));
	for (size_t i = 0; i < PRESIGN_PAIRS_MAX; i++) {
		query[i].value =
			slice_of(value, sizeof(value) / PRESIGN_PAIRS_MAX);
		many[i].name = slice_of(name, sizeof(name) / PRESIGN_PAIRS_MAX);
	}
	link.query = query;
	link.headers = many;
	link.query_count = link.header_count = PRESIGN_PAIRS_MAX;
	assert_int_equal(presign_begin(&presign, &signer, &day), 0);
	presign_one(&presign, &link);
	assert_true(presign.url_length <= PRESIGN_URL_MAX);
	query[0].value = slice_of(value, sizeof(value));
	many[0].name = slice_of(name, sizeof(name));
	link.query_count = link.header_count = 1;
	presign_one(&presign, &link);
	assert_true(presign.url_length <= PRESIGN_URL_MAX);
	many[0] = (struct presign_pair){ slice_of(name, 1),
					 slice_of(name, sizeof(name) - 1) };
	presign_one(&presign, &link);
	assert_true(presign.url_length <= PRESIGN_URL_MAX);
}

static void test_disposition(void **state)
{
	static const char *const cases[][2] = {
		{ "Q1 report.pdf", "attachment; filename=\"Q1 report.pdf\"; "
				   "filename*=UTF-8''Q1%20report.pdf" },
		{ "a\"b\\c%41,d;e'f(g)*.txt",
		  "attachment; filename=\"a_b_c_41,d;e'f(g)*.txt\"; "
		  "filename*=UTF-8''a%22b%5Cc%2541%2Cd%3Be%27f%28g%29%2A"
		  ".txt" },
		{ "\u00c1r \u2014 \u65e5\U0001F600.bin",
		  "attachment; filename=\"_r _ __.bin\"; "
		  "filename*=UTF-8''%C3%81r%20%E2%80%94%20%E6%97%A5"
		  "%F0%9F%98%80.bin" },
	};
	const struct slice none = slice_of("", 0);
	char out[PRESIGN_VALUE_MAX], longest[1024];
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t n =
			presign_disposition(none, slice_text(cases[i][0]), out);

		assert_true(slice_is(slice_of(out, n), cases[i][1]));
	}
	memset(longest, 0xcc, sizeof(longest));
	assert_int_equal(
		presign_disposition(none, slice_of(longest, 1024), out), 0);
	assert_int_equal(presign_disposition(none, none, out), 0);
	length = presign_disposition(slice_text("inline"), none, out);
	assert_true(slice_is(slice_of(out, length), "inline"));
	length =
		presign_disposition(slice_text("inline"), slice_text("a"), out);
	assert_true(slice_is(slice_of(out, length),
			     "inline; filename=\"a\"; filename*=UTF-8''a"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_all_is_signed),
		cmocka_unit_test(test_signed_headers),
		cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_day),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_disposition),
	};
	int failed;

	vectors = json_object_from_file(unit_path("vectors/presigned.json"));
	if (!vectors) {
		printf("Bail out! no vectors\n");
		return 1;
	}
	failed = UNIT_RUN(tests);
	json_object_put(vectors);
	return failed;
}
