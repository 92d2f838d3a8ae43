/* Lists of something else, which must never become keys; and odd keys, which
 * must stay keys. */
#include "unit.h"

#include "lib/manifest/shape.h"
#include "lib/manifest/shape_pattern.h"

#define H32 "d41d8cd98f00b204e9800998ecf8427e"
#define H64 H32 H32

struct text_case {
	const char *text;
	const char *name; /* a part of the shape's name; NULL: none */
};

static void check(const struct text_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct shape_found found =
			shape_find(slice_text(cases[i].text));
		const char *name = found.shape ? found.shape->name : "";

		if (!cases[i].name ? found.shape != NULL :
				     !strstr(name, cases[i].name))
			fail_msg("\"%s\": %s", cases[i].text, name);
	}
}

#define CHECK(cases) check((cases), sizeof(cases) / sizeof((cases)[0]))

static const struct text_case digests[] = {
	{ H64 "  a\n", "sha256sum" },
	{ "# a\n; b\n\n" H64 " *a\n", "sha256sum" },
	{ "SHA256 (a) = " H64 "\n", "sha256sum" },
	{ "SHA2-256(a)= " H64 "\n", "sha256sum" },
	{ "These are the sums:\n" H64 "  a\n", "sha256sum" },
	{ H64 "  a\nb\nc\nd\n", "sha256sum" },
	{ H32 "  a\n", "MD5" },
	{ H32 " a\n", "MD5" },
	{ H32 "\ta\n", "MD5" },
	{ "\\" H32 " *a\\nb\n", "MD5" },
	{ "MD5 (a) = " H32 "\n", "MD5" },
	{ "MD5(a)= " H32 "\n", "MD5" },
	{ "\\MD5 (a\\nb) = " H32 "\n", "MD5" },
	{ H32 "01234567  a\n", "SHA-1" },
	{ "SHA1 (a) = " H32 "01234567\n", "SHA-1" },
	{ "SHA-1 (a) = " H32 "01234567\n", "SHA-1" },
	{ H32 "012345670123456701234567  a\n", "SHA-224" },
	{ H64 H32 "  a\n", "SHA-384" },
	{ "SHA2-384(a)= " H64 H32 "\n", "SHA-384" },
	{ H64 H64 "  a\n", "SHA-512" },
	{ "SHA512 (a) = " H64 H64 "\n", "SHA-512" },
	{ "SHA2-512(a)= " H64 H64 "\n", "SHA-512" },
	{ "BLAKE2b (a) = " H64 H64 "\n", "BLAKE2" },
	{ "BLAKE2b-256 (a) = " H64 "\n", "BLAKE2" },
	{ "SHA3-256 (a) = " H64 "\n", "other" },
	{ "HMAC-SHA2-256(a)= " H64 "\n", "other" },
	{ "RIPEMD160(a)= " H32 "01234567\n", "other" },
	{ "SHA256 (a) = 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
	  "SHA-256" },
	{ "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" H64 "  a\n",
	  "PGP" },
	{ "4294967295 0 a\n3515105045 1 b\n", "cksum" },
	{ "00000     1 a\n", "cksum" },
	{ "; by a program\na.rar 1A2B3C4D\nb.rar 00000000\n", "SFV" },
	{ "deadbeef  a\n", "CRC-32" },
	{ "a: OK\nb: FAILED\nc: FAILED open or read\n", "--check" },
	{ "%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n"
	  "## Invoked from: /\n3," H32 "," H64 ",/a\n",
	  "hashdeep" },
	{ "SHA256 hash of a:\r\n" H64 "\r\nCertUtil: -hashfile "
	  "command completed successfully.\r\n",
	  "certutil" },
	{ "SHA256-Hash von a:\r\n" H64 "\r\nCertUtil: -hashfile-Befehl "
	  "wurde erfolgreich ausgef\u00FChrt.\r\n",
	  "certutil" },
	{ "\r\nAlgorithm       Hash          Path\r\n"
	  "---------       ----          ----\r\n"
	  "SHA256          " H64 "       C:\\a\r\n\r\n",
	  "Get-FileHash" },
	{ "Algorithm : SHA256\r\nHash      : " H64 "\r\nPath      : C:\\a\r\n",
	  "Get-FileHash" },
	/* Keys */
	{ H64 "\n", NULL },
	{ H32 "\n", NULL },
	{ H32 ".pdf\n", NULL },
	{ H32 "/a b\n", NULL },
	{ "deadbeef report.pdf\n", NULL },
	{ "Report (final) = 3\n", NULL },
	{ "Shape (a) = " H32 "\n", NULL },
	{ "photo 20260101\nphoto 20260102\n", NULL },
	{ "a.jpg 20260101\na.jpg 20260102\n", NULL },
	{ "20260101  a\n20260102  b\n", NULL },
	{ "1 2 buckle my shoe\n3 4 knock\n", NULL },
	{ "20260101 120000 a.jpg\n20260102 120000 b.jpg\n", NULL },
};

static void test_digests(void **state)
{
	(void)state;
	CHECK(digests);
}

static void test_files(void **state)
{
	static const struct text_case cases[] = {
		{ "total 12\n-rw-r--r-- 1 me me    3 Jan  1 00:00 a\n",
		  "ls -l" },
		{ "total 12K\ndrwxr-xr-x 2 me me 4.0K Jan  1 00:00 .\n"
		  "-rw-r--r--. 1 me me 3 Jan 1 2025 a\n",
		  "ls -l" },
		{ "insgesamt 4\nlrwxrwxrwx 1 me me 1 2026-01-01 00:00 a -> b\n",
		  "ls -l" },
		{ "x:\n-rw-r--r-- 1 1000 1000 3 Jan  1 00:00 a\n", "ls -l" },
		{ "   123456      4 -rw-r--r--   1 me me 3 Jan  1 00:00 ./a\n",
		  "find -ls" },
		{ "4\t./a\n4.0K\t./b\n", "du" },
		{ "-rw-r--r-- me/me         3 2026-01-01 00:00 a\n",
		  "tar -tv" },
		{ "-rw-r--r-- me/me         3 2026-01-01 00:00:00 a\n",
		  "tar -tv" },
		{ "-rw-r--r--  3.0 unx 3 tx stor 26-Jan-01 00:00 a\n",
		  "unzip" },
		{ ".rw-r--r-- 3 me 1 Jan 00:00 a\n", "ls -l" },
		{ "Archive:  a.zip\n  Length      Date    Time    Name\n"
		  "---------  ---------- -----   ----\n"
		  "        3  2026-01-01 00:00   a\n"
		  "---------                     -------\n"
		  "        3                     1 file\n",
		  "unzip -l" },
		{ ".\n\u251C\u2500\u2500 a\n\u2514\u2500\u2500 b\n", "tree" },
		{ "\r\n\r\n    Directory: C:\\x\r\n\r\n\r\n"
		  "Mode                 LastWriteTime         Length Name\r\n"
		  "----                 -------------         ------ ----\r\n"
		  "-a----         1/1/2026  12:00 AM              3 a\r\n",
		  "PowerShell" },
		{ "d----           01.01.2026    00:00                a\r\n",
		  "PowerShell" },
		{ " Volume in drive C has no label.\r\n"
		  " Volume Serial Number is 1234-5678\r\n\r\n"
		  " Directory of C:\\x\r\n\r\n"
		  "01/01/2026  12:00 AM    <DIR>          .\r\n"
		  "01/01/2026  12:00 AM                 3 a\r\n"
		  "               1 File(s)              3 bytes\r\n",
		  "dir prints" },
		{ "01.01.2026  00:00                 3 a\r\n", "dir prints" },
		/* Keys */
		{ "total 12\n", NULL },
		{ "-rw.txt\n", NULL },
		{ "----\na\nb\n", NULL },
		{ "d-- a\n", NULL },
	};

	(void)state;
	CHECK(cases);
}

static const struct text_case storage[] = {
	{ "2026-01-01 00:00:00          3 a\n", "aws s3 ls" },
	{ "2026-01-01 00:00:00    3 Bytes a\n"
	  "2026-01-01 00:00:00    1.5 GiB b c\n",
	  "aws s3 ls" },
	{ "                           PRE x/\n", "aws s3 ls" },
	{ "2026-01-01 00:00:00 10737418240 a\n\n"
	  "Total Objects: 1\n   Total Size: 10737418240\n",
	  "aws s3 ls" },
	{ "None\n", "empty list" },
	{ "null\n", "empty list" },
	{ "a\tb\tc\n", "tabs" },
	{ "CONTENTS\t\"e\"\ta\t2026-01-01T00:00:00+00:00\t3\tSTANDARD\n",
	  "tabs" },
	{ "        3 a\n     1234 b\n123456789 c\n", "rclone ls," },
	{ "1073741824 a\n2073741824 b\n", "rclone ls," },
	{ "        3 2026-01-01 00:00:00.000000000 a\n", "lsl" },
	{ "1234567890 2026-01-01 00:00:00.000000000 a\n", "lsl" },
	{ "          -1 2026-01-01 00:00:00        -1 x\n", "lsd" },
	{ "x/;-1;2026-11-27 06:07:49\nx/a;1;2026-11-27 06:07:49\n", "lsf" },
	{ "2026-11-27 06:07:49;1;x/a\n", "lsf" },
	{ "x/a|1|2026-11-27 06:07:49\n", "lsf" },
	{ "x/a,1,2026-11-27 06:07:49\n", "lsf" },
	{ "x/a.txt;1\n", "CSV" },
	{ "      3 a\n      5 b\n      8 total\n", "wc" },
	{ "2026-01-01 00:00         3  s3://b/a\n", "s3cmd" },
	{ "                       DIR  s3://b/x/\n", "s3cmd" },
	{ "         3  2026-01-01T00:00:00Z  gs://b/a\n", "gsutil" },
	{ "[2026-01-01 00:00:00 UTC]     3B STANDARD a\n", "mc ls" },
	{ "s3://b/x/a\n", "addresses" },
	{ "gs://b/x/a b\n", "addresses" },
	{ "https://example.com/a\nhttp://example.com/b\n", "addresses" },
	{ "r2://b/a\n", "addresses" },
	{ "r2:b/a\n", "addresses" },
	{ "arn:aws:s3:::b/a\n", "addresses" },
	{ "- x/a\n- x/b\n", "YAML" },
	{ "-----\n| ListObjectsV2 |\n+----+\n|| Key | a ||\n", "aws --output" },
	{ "<?xml version=\"1.0\"?>\n<ListBucketResult>\n", "XML" },
	{ "<!DOCTYPE html>\n<p>Log in, please.\n", "HTML" },
	/* Keys */
	{ "None of these.txt\n", NULL },
	{ "null\na\nb\n", NULL },
	{ "- intro.mp3\n", NULL },
	{ "OK\n", NULL },
	{ "2026-01-01 report.pdf\n", NULL },
	{ "2026-01-01 00:00:00 report.pdf\n", NULL },
	{ "2026-01-01 00:00:00.pdf\n", NULL },
	{ "2026-01-01 10:00 2 photos.zip\n", NULL },
	{ "logs/2026-01-01 00:00:00 3 a\n", NULL },
	{ "2026-01-01/a\n2026-01-02/b\n", NULL },
	{ "1 intro.mp3\n2 verse.mp3\n10 end.mp3\n", NULL },
	{ "01 - a.mp3\n", NULL },
	{ "12 monkeys\n", NULL },
	{ "1234567890 invoice.pdf\n", NULL },
	{ "20260101 a.pdf\n20260102 b.pdf\n", NULL },
	{ "1\n2\n3\n", NULL },
	{ "PRE x/\n", NULL },
	{ "r2d2\n", NULL },
	{ "a://b\n", "addresses" },
	{ "x/a://b\n", NULL },
	{ "//srv/share\n", NULL },
	{ "<script>alert(1)</script>\n", NULL },
};

static void test_storage(void **state)
{
	(void)state;
	CHECK(storage);
}

static void test_rows(void **state)
{
	static const struct text_case cases[] = {
		{ "a.txt,600\n", "CSV" },
		{ "a.txt;600\n", "CSV" },
		{ "x/a.txt , 600\n", "CSV" },
		{ "a.txt,,GET\n", "CSV" },
		{ "a.txt,,\n", "CSV" },
		{ "a.txt,object-read-only\n", "CSV" },
		{ "a.txt," H64 "\n", "CSV" },
		{ "\"a, b.txt\",600\n", "CSV" },
		{ "\"a \"\"b\"\"\",x\n", "CSV" },
		{ "Filename,Size,Modified\r\nx/a.txt,3,2026-01-01\r\n", "CSV" },
		{ "x/one,600\nx/two,60\n", "CSV" },
		{ "a\tb\n", "tabs" },
		/* Keys */
		{ "a,b\nkey,b\n", NULL },
		{ "Smith, John.pdf\n", NULL },
		{ "Report, 2026.pdf\nReport, 2025.pdf\n", NULL },
		{ "St. Louis, 2020\n", NULL },
		{ "tiles/3,4\n", NULL },
		{ "tiles/3,4.png\ntiles/3,5.png\n", NULL },
		{ "51.5,0\n", NULL },
		{ "FILE.;1\n", NULL },
		{ ",600\n,700\n", NULL },
		{ "\"a, b\"\n", NULL },
		{ "\"a\\\", b\"\n", NULL },
		{ "\"\",\n", NULL },
	};

	(void)state;
	CHECK(cases);
}

static void test_bytes(void **state)
{
	static const struct slice utf16 = SLICE("a\0/\0b\0\r\0\n\0c\0\r\0\n\0");
	static const struct slice big = SLICE("\0a\0/\0b\0\n\0c\0\n");
	static const struct slice nul = SLICE("./long name\0./another\0");
	static const struct text_case cases[] = {
		{ "\xFF\xFE"
		  "a",
		  "UTF-16" },
		{ "PK\x03\x04zip", "ZIP" },
		{ "\x1F\x8B\x08zip", "compressed" },
		{ "a\rb\rc\r", "carriage return" },
		{ "key,ttlSeconds\rx/a.txt,600\r", "carriage return" },
		{ "a\r\r\nb\r\r\n", "carriage return" },
		{ "a\r\nb\r\n", NULL },
		{ "a\r\nb\rc\r\n", NULL },
		{ "PKa\n", NULL },
		{ "", NULL },
		{ "\n\r\n", NULL },
		{ "# only\n; comments\n", NULL },
	};

	(void)state;
	CHECK(cases);
	assert_non_null(strstr(shape_find(utf16).shape->name, "UTF-16"));
	assert_non_null(strstr(shape_find(big).shape->name, "UTF-16"));
	assert_non_null(strstr(shape_find(nul).shape->name, "NUL"));
}

/* A few odd keys among good ones, and a few good lines among odd ones. */
static void test_agreement(void **state)
{
	static const struct text_case cases[] = {
		{ "a\ns3://b/c\nd\n", NULL },
		{ "s3://b/c\na\nd\n", NULL },
		{ "a\ns3://b/c\n", "addresses" },
		{ "my list\ns3://b/c\ns3://b/d\n", "addresses" },
		{ "a\n" H32 "  a\nb\nc\n", NULL },
		{ "a\nb\nx\ty\n", NULL },
		{ "1 a\n2 b\n        3 c\n", NULL },
	};
	char text[SHAPE_LINES * 8 + 64] = "";

	(void)state;
	CHECK(cases);
	/* Lines behind the last that is looked at don't count. */
	for (size_t i = 0; i < SHAPE_LINES; i++)
		strcat(text, "key\n");
	for (size_t i = 0; i < SHAPE_LINES / 2; i++)
		strcat(text, "a\tb\n");
	assert_null(shape_find(slice_text(text)).shape);
	/* Half of them are enough. */
	for (size_t i = 0; i < SHAPE_LINES / 2; i++)
		memcpy(text + 4 * i, "a\tb\n", 4);
	assert_non_null(shape_find(slice_text(text)).shape);
}

/* The message names a line that looks so, counted from 1. */
static void test_message(void **state)
{
	static const char text[] =
		"# comment\n\nmy list\r\ns3://b/a\ns3://b/c\n";
	struct problem problem;

	(void)state;
	assert_int_equal(shape_refuse(shape_find(slice_text(text)), &problem),
			 ERROR_BAD_VALUE);
	assert_string_equal(problem.pointer, "/manifest");
	assert_ptr_equal(strstr(problem.message, "line 4 looks like addresses"),
			 problem.message);
	assert_non_null(strstr(problem.message, "manifestFormat=lines"));
}

static bool has_good_pieces(const char *pattern)
{
	for (; *pattern; pattern++) {
		if (*pattern == '%' && !strchr("dnNsXw_-DtTqma~*%", *++pattern))
			return false;
	}
	return true;
}

/* Whole sentences, with known pieces and formats, that fit a message. */
static void test_table(void **state)
{
	(void)state;
	for (const struct shape *shape = shape_table; shape->name; shape++) {
		struct shape_found found = { shape, UINT64_MAX };
		struct problem problem;

		assert_int_equal(shape_refuse(found, &problem),
				 ERROR_BAD_VALUE);
		if (strlen(problem.message) >= PROBLEM_MESSAGE_MAX - 1)
			fail_msg("%s is too long", shape->name);
		assert_true(!shape->remedy == !!shape->format);
		for (size_t i = 0; i < SHAPE_PATTERNS; i++) {
			const char *three[] = { shape->opening[i],
						shape->alike[i],
						shape->similar[i] };

			for (size_t k = 0; k < 3; k++) {
				if (three[k] && !has_good_pieces(three[k]))
					fail_msg("%s", three[k]);
			}
		}
	}
}

/* A letter that stands for no piece matches nothing. */
static void test_unknown_piece(void **state)
{
	(void)state;
	assert_true(shape_pattern_matches("a%d", slice_text("a12")));
	assert_false(shape_pattern_matches("a%Z", slice_text("a1")));
	assert_false(shape_pattern_matches("%Z", slice_text("")));
}

/* A text as long as a body, with one line or many: never read to its end. */
static void test_long(void **state)
{
	size_t length = 4 * SHAPE_BYTES;
	char *text = malloc(length);

	(void)state;
	assert_non_null(text);
	memset(text, 'a', length);
	assert_null(shape_find(slice_of(text, length)).shape);
	text[10] = '\t';
	assert_non_null(shape_find(slice_of(text, length)).shape);
	text[10] = 'a';
	text[5] = '\n';
	text[SHAPE_BYTES - 1] = '\t';
	assert_null(shape_find(slice_of(text, length)).shape);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digests),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_storage),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_agreement),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_unknown_piece),
		cmocka_unit_test(test_long),
	};

	return UNIT_RUN(tests);
}
