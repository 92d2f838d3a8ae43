/* Encodings there and back: hex, base64, percent, and what each escaper makes
 * of any bytes, read again by a plain reader. */
#include <json-c/json.h>

#include "check.h"
#include "codes.h"
#include "lib/base/base64.h"
#include "lib/base/escape.h"
#include "lib/base/hex.h"
#include "lib/base/percent.h"
#include "markup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_MAX 8192

static char text_dst[ESCAPE_GROWTH * TEXT_MAX + 16];

/* ---- bytes as text -------------------------------------------------------- */

static void text_hex(struct slice text)
{
	static uint8_t back[TEXT_MAX];
	static char wanted[2 * TEXT_MAX + 1];
	size_t length = hex_encode(text_dst, text.data, text.length);

	codes_hex((const uint8_t *)text.data, text.length, wanted);
	CHECK(length == 2 * text.length);
	CHECK(memcmp(text_dst, wanted, length) == 0);
	CHECK(hex_is_lower(text_dst, length));
	CHECK(hex_decode(back, text_dst, length));
	CHECK(memcmp(back, text.data, text.length) == 0);
	/* The input as digits: what can be decoded says the same again. */
	if (hex_decode(back, text.data, text.length)) {
		length = hex_encode(text_dst, back, text.length / 2);
		CHECK(strncasecmp(text_dst, text.data, length) == 0);
	}
}

typedef size_t text_encoder(char *dst, const void *src, size_t length);
typedef bool text_decoder(uint8_t *dst, size_t *written, const char *src,
			  size_t length);

static void text_base64(struct slice text, text_encoder *encode,
			text_decoder *decode, bool is_url)
{
	static uint8_t back[TEXT_MAX + 8];
	static char other[2 * TEXT_MAX + 8];
	size_t length = encode(text_dst, text.data, text.length), written;
	size_t other_length;

	CHECK(length == (is_url ? BASE64URL_LENGTH(text.length) :
				  BASE64_LENGTH(text.length)));
	CHECK(codes_base64(slice_of(text_dst, length), is_url, other,
			   &other_length));
	CHECK(slice_equal(text, slice_of(other, other_length)));
	CHECK(decode(back, &written, text_dst, length));
	CHECK(slice_equal(text, slice_of((char *)back, written)));
	/* The input as base64: one text has one meaning, and only it. */
	if (decode(back, &written, text.data, text.length)) {
		length = encode(text_dst, back, written);
		CHECK(slice_equal(text, slice_of(text_dst, length)));
	}
}

static void text_percent(struct slice text)
{
	static char back[3 * TEXT_MAX + 1], wanted[3 * TEXT_MAX + 1];
	struct slice decoded;
	size_t length = escape_url(text_dst, text.data, text.length);

	CHECK(length == codes_percent(text, false, wanted));
	CHECK(memcmp(text_dst, wanted, length) == 0);
	CHECK(percent_decode(back, slice_of(text_dst, length), &decoded));
	CHECK(slice_equal(decoded, text));
	length = escape_url_path(text_dst, text.data, text.length);
	CHECK(length == codes_percent(text, true, wanted));
	CHECK(memcmp(text_dst, wanted, length) == 0);
	if (!percent_decode(back, text, &decoded))
		return;
	CHECK(decoded.length == codes_unpercent(text, false, wanted));
	CHECK(memcmp(decoded.data, wanted, decoded.length) == 0);
}

/* ---- escapers ------------------------------------------------------------- */

static struct slice text_given; /* to the escaper */
static bool text_is_sheet;

static void text_same(struct slice text)
{
	/* A quote that was added says that the cell is no formula. */
	if (text_is_sheet && text.length > 0 && text.data[0] == '\'')
		text = slice_of(text.data + 1, text.length - 1);
	CHECK(slice_equal(text, text_given));
}

/* In pieces or at once it is the same, as far as what begins a cell is begun
 * but once. */
static void text_pieces(escape_fn *escape, struct slice text)
{
	static char pieces[ESCAPE_GROWTH * TEXT_MAX];
	size_t whole = escape(text_dst, text.data, text.length);
	size_t used = 0, part = text.length / 2;

	CHECK(whole <= ESCAPE_GROWTH * text.length);
	/* Pieces are long; what a cell begins with is never cut. */
	if (part < 4)
		return;
	used = escape(pieces, text.data, part);
	used += escape_rest(escape)(pieces + used, text.data + part,
				    text.length - part);
	CHECK(slice_equal(slice_of(pieces, used), slice_of(text_dst, whole)));
}

static void text_json(struct slice text)
{
	size_t length = 1;
	json_object *root;

	text_dst[0] = '"';
	length += escape_json(text_dst + 1, text.data, text.length);
	text_dst[length++] = '"';
	root = markup_json(slice_of(text_dst, length));
	markup_json_values(root, text_same);
	json_object_put(root);
}

static void text_cell(struct slice text, escape_fn *escape, bool is_sheet)
{
	size_t length = 1;

	text_is_sheet = is_sheet;
	text_dst[0] = '"';
	length += escape(text_dst + 1, text.data, text.length);
	memcpy(text_dst + length, "\"\r\n", 3);
	CHECK(markup_csv(slice_of(text_dst, length + 3), is_sheet, text_same) ==
	      0);
	text_is_sheet = false;
}

static void text_shell(struct slice text)
{
	static const char start[] = "export A='";
	size_t length = sizeof(start) - 1;

	memcpy(text_dst, start, length);
	length += escape_shell(text_dst + length, text.data, text.length);
	memcpy(text_dst + length, "'\n", 3);
	markup_shell(text_dst, text_same);
}

static void text_curl(struct slice text)
{
	static const char start[] = "url = \"";
	size_t length = sizeof(start) - 1;

	memcpy(text_dst, start, length);
	length += escape_curl(text_dst + length, text.data, text.length);
	text_dst[length++] = '"';
	/* No line of it ends before its quote. */
	CHECK(!memchr(text_dst, '\n', length));
}

static void text_nothing(struct slice text)
{
	(void)text;
}

static void text_markup(struct slice text, escape_fn *escape, bool is_xml)
{
	static const char start[] = "<a b=\"";
	size_t length = sizeof(start) - 1;

	memcpy(text_dst, start, length);
	length += escape(text_dst + length, text.data, text.length);
	strcpy(text_dst + length, "\"></a>");
	markup_tags(text_dst, is_xml, text_nothing);
	length = 3;
	memcpy(text_dst, "<a>", length);
	length += escape(text_dst + length, text.data, text.length);
	strcpy(text_dst + length, "</a>");
	markup_tags(text_dst, is_xml, text_nothing);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static escape_fn *const escapers[] = {
		escape_none, escape_json, escape_html, escape_url, escape_shell,
		escape_csv,  escape_curl, escape_line, escape_xml, escape_sheet
	};
	struct slice text = slice_of((const char *)data, size);

	if (size > TEXT_MAX / 2)
		return 0;
	text_given = text;
	text_hex(text);
	text_base64(text, base64_encode, base64_decode, false);
	text_base64(text, base64_url_encode, base64_url_decode, true);
	text_percent(text);
	for (size_t i = 0; i < sizeof(escapers) / sizeof(escapers[0]); i++)
		text_pieces(escapers[i], text);
	/* What is for text gets valid text without NUL. */
	if (unicode_valid(text) != size || memchr(data, '\0', size))
		return 0;
	text_json(text);
	text_cell(text, escape_csv, false);
	text_cell(text, escape_sheet, true);
	text_shell(text);
	text_curl(text);
	text_markup(text, escape_html, false);
	text_markup(text, escape_xml, true);
	return 0;
}
