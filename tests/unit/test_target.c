/* target: the path of a download is what the client sent, byte for byte, or
 * nothing. */
#include "unit.h"

#include "cgi/download/target.h"

static struct download_target target;
static struct problem problem;

/* Read an address; NULL counts as absent. */
static enum error read_at(const char *uri, const char *script,
			  const char *path_info, bool is_rewritten)
{
	const struct download_address address = {
		.request_uri = slice_text(uri),
		.script = slice_text(script),
		.path_info = slice_text(path_info),
		.is_rewritten = is_rewritten,
	};

	memset(&target, 'x', sizeof(target));
	return download_target_read(&target, &address, &problem);
}

static void assert_path(struct slice found, const char *expected,
			const char *uri)
{
	if (!slice_is(found, expected))
		fail_msg("%s: %.*s, expected %s", uri, (int)found.length,
			 found.length ? found.data : "", expected);
}

/* The mount is /mint. `path` is what follows it, decoded. */
static void assert_takes(const char *uri, const char *path_info,
			 const char *path)
{
	if (read_at(uri, "/mint", path_info, false))
		fail_msg("%s: %s", uri, problem.message);
	assert_path(target.path, path, uri);
}

static void assert_refuses(const char *uri, const char *script,
			   const char *path_info, const char *why)
{
	if (read_at(uri, script, path_info, false) == ERROR_NONE)
		fail_msg("%s is taken as %.*s", uri, (int)target.path.length,
			 target.path.data);
	assert_int_equal(problem.error, ERROR_BAD_VALUE);
	assert_string_equal(problem.pointer, "");
	if (!strstr(problem.message, why))
		fail_msg("%s: %s", uri, problem.message);
}

/* ---- what is taken -------------------------------------------------------- */

/* What each server makes of it in PATH_INFO stands second. */
static void test_bytes(void **state)
{
	static const char *const rows[][3] = {
		{ "/mint/f/a.txt", "/f/a.txt", "/f/a.txt" },
		/* A server decodes "%2F", and may merge slashes. */
		{ "/mint/f/a%2Fb", "/f/a/b", "/f/a/b" },
		{ "/mint/f/a%2fb", "/f/a/b", "/f/a/b" },
		{ "/mint/f/a%2F/b", "/f/a/b", "/f/a//b" },
		{ "/mint/f/a%2F/b", "/f/a//b", "/f/a//b" },
		{ "/mint/f/a//b", "/f/a/b", "/f/a//b" },
		{ "/mint/f/a//b", "/f/a//b", "/f/a//b" },
		{ "/mint/f///a", "/f/a", "/f///a" },
		{ "/mint/f/a///", "/f/a/", "/f/a///" },
		/* Apache's AllowEncodedSlashes NoDecode leaves it. */
		{ "/mint/f/a%2Fb", "/f/a%2Fb", "/f/a/b" },
		{ "/mint/f/a%2fb", "/f/a%2fb", "/f/a/b" },
		{ "/mint/f/a%2F%25.txt", "/f/a%2F%.txt", "/f/a/%.txt" },
		{ "/mint/f/a%2Fb%252F", "/f/a%2Fb%2F", "/f/a/b%2F" },
		{ "/mint/f/a%2F//b", "/f/a%2F/b", "/f/a///b" },
		/* These are characters of a key like any other. */
		{ "/mint/f/a+b", "/f/a+b", "/f/a+b" },
		{ "/mint/f/a%2Bb", "/f/a+b", "/f/a+b" },
		{ "/mint/f/100%25", "/f/100%", "/f/100%" },
		{ "/mint/f/a%2541", "/f/a%41", "/f/a%41" },
		{ "/mint/f/a%252Fb", "/f/a%2Fb", "/f/a%2Fb" },
		{ "/mint/f/a%3Fb", "/f/a?b", "/f/a?b" },
		{ "/mint/f/a%23b", "/f/a#b", "/f/a#b" },
		{ "/mint/f/a%20b%20", "/f/a b ", "/f/a b " },
		{ "/mint/f/%22a'%60", "/f/\"a'`", "/f/\"a'`" },
		{ "/mint/f/a;b&c=d*~$!,@:(e)", "/f/a;b&c=d*~$!,@:(e)",
		  "/f/a;b&c=d*~$!,@:(e)" },
		{ "/mint/f/a%5Cb", "/f/a\\b", "/f/a\\b" },
		{ "/mint/f/%0A%0D%09%7F", "/f/\n\r\t\x7f", "/f/\n\r\t\x7f" },
		/* NFC and NFD are two keys. */
		{ "/mint/f/%C3%BC", "/f/\xc3\xbc", "/f/\xc3\xbc" },
		{ "/mint/f/u%CC%88", "/f/u\xcc\x88", "/f/u\xcc\x88" },
		{ "/mint/f/\xc3\xbc", "/f/\xc3\xbc", "/f/\xc3\xbc" },
		{ "/mint/f/%F4%8F%BF%BF", "/f/\xf4\x8f\xbf\xbf",
		  "/f/\xf4\x8f\xbf\xbf" },
		/* Dots that are no segment of their own. */
		{ "/mint/f/...", "/f/...", "/f/..." },
		{ "/mint/f/..a/b..", "/f/..a/b..", "/f/..a/b.." },
		{ "/mint/f/.a/a.", "/f/.a/a.", "/f/.a/a." },
		/* The mount itself. */
		{ "/mint/", "/", "/" },
		{ "/mint", NULL, "" },
		/* The script's name is encoded differently. */
		{ "/%6D%69nt/f/a", "/f/a", "/f/a" },
		{ "/mint%2Ff/a", "/f/a", "/f/a" },
		/* Absolute forms. */
		{ "http://host/mint/f/a", "/f/a", "/f/a" },
		{ "https://host:8443/mint/f/a%2Fb?q", "/f/a/b", "/f/a/b" },
		{ "http://host/mint/f/http://x", "/f/http:/x", "/f/http://x" },
		{ "/mint/f/a://b", "/f/a:/b", "/f/a://b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_takes(rows[i][0], rows[i][1], rows[i][2]);
}

static void test_query(void **state)
{
	(void)state;
	assert_takes("/mint/f/a", "/f/a", "/f/a");
	assert_null(target.query.data);
	assert_takes("/mint/f/a?", "/f/a", "/f/a");
	assert_int_equal(target.query.length, 0);
	assert_takes("/mint/f/a?x=%2F..%00?y#z", "/f/a", "/f/a");
	assert_true(slice_is(target.query, "x=%2F..%00?y#z"));
	/* It is the client's query, whatever a rule made of it. */
	assert_takes("http://host/mint/f/a?http://", "/f/a", "/f/a");
	assert_true(slice_is(target.query, "http://"));
}

static void test_below(void **state)
{
	struct slice decoded, sent;

	(void)state;
	assert_takes("/mint/%66%2Fa%20b+c?q", "/f/a b+c", "/f/a b+c");
	assert_true(slice_is(target.sent, "/%66%2Fa%20b+c"));
	download_target_below(&target, 3, &decoded, &sent);
	assert_true(slice_is(decoded, "a b+c"));
	assert_true(slice_is(sent, "a%20b+c"));
	download_target_below(&target, target.path.length, &decoded, &sent);
	assert_int_equal(decoded.length, 0);
	assert_int_equal(sent.length, 0);
	/* Of a rewritten one nobody knows how it was sent. */
	assert_int_equal(read_at("/dl/a b", "/mint", "/f/a b", false),
			 ERROR_NONE);
	assert_null(target.sent.data);
	download_target_below(&target, 3, &decoded, &sent);
	assert_true(slice_is(decoded, "a b"));
	assert_true(slice_is(sent, "a b"));
}

/* The mount may be the root, and a server may write it with a slash. */
static void test_mounts(void **state)
{
	static const char *const scripts[] = { NULL, "/", "//" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(read_at("/f/a%2F/b", scripts[i], "/f/a/b",
					 false),
				 ERROR_NONE);
		assert_path(target.path, "/f/a//b", "/f/a%2F/b");
	}
	assert_int_equal(read_at("/a/mint/f//a", "/a/mint/", "/f/a", false),
			 ERROR_NONE);
	assert_path(target.path, "/f//a", "/a/mint/f//a");
	assert_int_equal(read_at("/b%20%C3%BC/x.cgi/f/a", "/b \xc3\xbc/x.cgi",
				 "/f/a", false),
			 ERROR_NONE);
	assert_path(target.path, "/f/a", "/b%20%C3%BC/x.cgi/f/a");
}

/* ---- what is refused ------------------------------------------------------ */

static void test_no_key(void **state)
{
	static const char *const rows[][2] = {
		/* Dot segments, whatever the server made of them. */
		{ "/mint/f/../g", "'..'" },
		{ "/mint/f/..", "'..'" },
		{ "/mint/f/./g", "'..'" },
		{ "/mint/f/.", "'..'" },
		{ "/mint/f/%2e%2e/g", "'..'" },
		{ "/mint/f/%2E%2E/g", "'..'" },
		{ "/mint/f/.%2e/g", "'..'" },
		{ "/mint/f/%2e./g", "'..'" },
		{ "/mint/f/%2e/g", "'..'" },
		{ "/mint/f/a%2F..%2Fg", "'..'" },
		{ "/mint/f/..%2fg", "'..'" },
		{ "/mint/../mint/f/g", "'..'" },
		{ "/x/%2e%2e/mint/f/g", "'..'" },
		{ "/mint/f/a%00", "NUL" },
		{ "/mint/f/%00/g", "NUL" },
		/* Latin-1, cut, overlong, surrogates, too high. */
		{ "/mint/f/%FC", "UTF-8" },
		{ "/mint/f/\xfc", "UTF-8" },
		{ "/mint/f/%C3", "UTF-8" },
		{ "/mint/f/%C3/%BC", "UTF-8" },
		{ "/mint/f/%C0%AE%C0%AE/g", "UTF-8" },
		{ "/mint/f/%C0%AF", "UTF-8" },
		{ "/mint/f/%E0%80%AF", "UTF-8" },
		{ "/mint/f/%ED%A0%80", "UTF-8" },
		{ "/mint/f/%F4%90%80%80", "UTF-8" },
		{ "/mint/f/%FF", "UTF-8" },
		/* "%" without digits. */
		{ "/mint/f/100%", "%25" },
		{ "/mint/f/100%2", "%25" },
		{ "/mint/f/%zz", "%25" },
		{ "/mint/f/%2x", "%25" },
		{ "/mint/f/%u0041", "%25" },
		{ "/mint/f/%%41", "%25" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_refuses(rows[i][0], "/mint", "/f/g", rows[i][1]);
		assert_refuses(rows[i][0], "/mint", rows[i][0] + 5, rows[i][1]);
	}
}

/* Without the client's own bytes no key is certain. */
static void test_absent(void **state)
{
	static const char *const uris[] = {
		NULL, "", "?", "?a=b", "http://", "http://host", "http://host?q"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(uris) / sizeof(uris[0]); i++)
		assert_refuses(uris[i], "/mint", "/f/a", "REQUEST_URI");
}

/* What is asked for of a server as a whole, or by who knows no slash. */
static void test_no_slash(void **state)
{
	static const char *const uris[] = { "*", "mint/f/a", "host:443",
					    "%41/f/a" };

	(void)state;
	for (size_t i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		assert_refuses(uris[i], "/mint", uris[i], "with a slash");
		assert_refuses(uris[i], "mint", "/f/a", "with a slash");
		assert_refuses(uris[i], NULL, "/f/a", "with a slash");
	}
}

static void test_disagreement(void **state)
{
	static const char *const rows[][2] = {
		{ "/mint/f/a", "/f/b" },
		{ "/mint/f/a", "/f/a/" },
		{ "/mint/f/a", "/f/ab" },
		{ "/mint/f/a", "/f" },
		{ "/mint/f/a", NULL },
		{ "/mint/f/A", "/f/a" },
		{ "/mint/f/a+b", "/f/a b" },
		/* Decoded twice, or not at all. */
		{ "/mint/f/a%2541", "/f/aA" },
		{ "/mint/f/a%20b", "/f/a%20b" },
		{ "/mint/f/a%252Fb", "/f/a/b" },
		{ "/mint/f/a/b", "/f/a%2Fb" },
		/* A fragment, which a server leaves away. */
		{ "/mint/f/a#b", "/f/a" },
		/* NFC is not NFD. */
		{ "/mint/f/%C3%BC", "/f/u\xcc\x88" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_refuses(rows[i][0], "/mint", rows[i][1],
			       "do not mean the same");
}

/* ---- where the server rewrote --------------------------------------------- */

/* A rule that puts the mount before an address leaves the client's bytes. */
static void test_moved(void **state)
{
	static const char *const rows[][3] = {
		{ "/f/a", "/f/a", "/f/a" },
		{ "/f/a%2Fb", "/f/a/b", "/f/a/b" },
		{ "/f/a%2Fb", "/f/a%2Fb", "/f/a/b" },
		{ "/f//a?x", "/f/a", "/f//a" },
		{ "/f/100%25%3F%20+", "/f/100%? +", "/f/100%? +" },
	};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		const char *const *row = rows[i / 2];

		assert_int_equal(read_at(row[0], "/mint", row[1], i % 2),
				 ERROR_NONE);
		assert_path(target.path, row[2], row[0]);
		assert_non_null(target.sent.data);
	}
}

static void test_rewritten(void **state)
{
	static const char *const rows[][2] = {
		{ "/dl/a.txt", "/f/a.txt" },
		{ "/", "/f/index.html" },
		{ "/song-17", "/f/songs/17.mp3" },
		/* The changed part is plain, and the rest is unchanged. */
		{ "/dl/a%20b%25%3Fc", "/f/a b%?c" },
		{ "/dl/%C3%BC+%22", "/f/\xc3\xbc+\"" },
		{ "/\xc3\xbc/a", "/f/a" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(read_at(rows[i][0], "/mint", rows[i][1],
					 false),
				 ERROR_NONE);
		assert_path(target.path, rows[i][1], rows[i][0]);
		assert_null(target.sent.data);
	}
	/* Within the mount only where the server says that it did. */
	assert_int_equal(read_at("/mint/dl/a", "/mint", "/f/a", true),
			 ERROR_NONE);
	assert_path(target.path, "/f/a", "/mint/dl/a");
	assert_refuses("/mint/dl/a", "/mint", "/f/a", "do not mean the same");
	/* "/minty" is not below "/mint". */
	assert_int_equal(read_at("/minty/a", "/mint", "/f/a", false),
			 ERROR_NONE);
}

static void test_rewritten_uncertain(void **state)
{
	static const char *const rows[][3] = {
		/* The server may have merged what is two in the key. */
		{ "/dl/a%2Fb", "/f/a/b", "rewrote" },
		{ "/dl/a//b", "/f/a/b", "rewrote" },
		{ "//mint/f/a", "/f/a", "rewrote" },
		/* It decoded twice, cut at "?", wrote a blank as "+". */
		{ "/dl/a%2541", "/f/aA", "rewrote" },
		{ "/dl/a%3Fb", "/f/a", "rewrote" },
		{ "/dl/a%3Fa", "/f/a", "rewrote" },
		{ "/dl/a%23b", "/f/a", "rewrote" },
		{ "/dl/a%20b", "/f/a+b", "rewrote" },
		{ "/dl/a%20b", "/f/a%20b", "rewrote" },
		{ "/dl/a+b", "/f/a b", "rewrote" },
		{ "/dl/a%5Cb", "/f/a/b", "rewrote" },
		{ "/dl/a", "/f/%61", "rewrote" },
		{ "/dl/a;v=1", "/f/a", "rewrote" },
		/* No key has these. */
		{ "/dl/a", "/f/../a", "no key has" },
		{ "/dl/a", "/f/./a", "no key has" },
		{ "/dl/a", "f/a", "no key has" },
		{ "/dl/a", NULL, "no key has" },
		{ "/dl/a", "/f/\xfc/a", "no key has" },
		{ "/dl/../a", "/f/a", "'..'" },
		{ "/dl/%00", "/f/a", "NUL" },
		{ "/dl/%FC", "/f/a", "UTF-8" },
		{ "/dl/%", "/f/a", "%25" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_refuses(rows[i][0], "/mint", rows[i][1], rows[i][2]);
}

/* ---- lengths -------------------------------------------------------------- */

static void test_lengths(void **state)
{
	static char uri[DOWNLOAD_TARGET_MAX + 2];
	static char path[DOWNLOAD_TARGET_MAX + 2];

	(void)state;
	memset(uri, 'x', sizeof(uri));
	memset(path, 'x', sizeof(path));
	memcpy(uri, "/mint/f/", 8);
	memcpy(path, "/f/", 3);
	uri[DOWNLOAD_TARGET_MAX] = path[DOWNLOAD_TARGET_MAX - 5] = '\0';
	assert_takes(uri, path, path);
	uri[DOWNLOAD_TARGET_MAX] = path[DOWNLOAD_TARGET_MAX - 5] = 'x';
	uri[DOWNLOAD_TARGET_MAX + 1] = path[DOWNLOAD_TARGET_MAX - 4] = '\0';
	assert_refuses(uri, "/mint", path, "too long");
	/* So is PATH_INFO where the server rewrote. */
	path[DOWNLOAD_TARGET_MAX - 4] = 'x';
	path[DOWNLOAD_TARGET_MAX + 1] = '\0';
	assert_refuses("/dl/x", "/mint", path, "no key has");
	/* A key of 1024 bytes, each of them encoded, passes. */
	memcpy(uri, "/mint/f/", 8);
	for (size_t i = 0; i < 1024; i++)
		memcpy(uri + 8 + 3 * i, "%78", 3);
	uri[8 + 3072] = path[3 + 1024] = '\0';
	assert_takes(uri, path, path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_below),
		cmocka_unit_test(test_mounts),
		cmocka_unit_test(test_no_key),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_no_slash),
		cmocka_unit_test(test_disagreement),
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_rewritten),
		cmocka_unit_test(test_rewritten_uncertain),
		cmocka_unit_test(test_lengths),
	};

	return UNIT_RUN(tests);
}
