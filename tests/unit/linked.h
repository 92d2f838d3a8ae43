/*
 * linked - links of vectors/links.json, which are not ours, shown to the kinds
 * in lib/links; and what must hold for each of them however it is spoilt.
 */
#ifndef MINTAGE_UNIT_LINKED_H
#define MINTAGE_UNIT_LINKED_H

#include "unit.h"

#include <inttypes.h>
#include <json-c/json.h>

#include "lib/base/percent.h"
#include "lib/links/expression.h"
#include "lib/links/kind.h"

#define LINKED_TEXT 16384

/* One vector, and what a client shows of it. */
struct linked {
	struct json_object *vector;
	const struct link_kind *kind;
	struct link_rules rules;
	struct link_expression expression;
	struct keyed secret;
	struct link_shown shown;
	struct link_right right;
	char path[LINKED_TEXT], decoded[LINKED_TEXT], query[LINKED_TEXT];
};

static struct json_object *linked_vectors;
static struct linked linked;

static inline const char *linked_text(const char *name)
{
	struct json_object *member = NULL;

	json_object_object_get_ex(linked.vector, name, &member);
	return json_object_get_string(member);
}

static inline int64_t linked_number(const char *name)
{
	struct json_object *member = NULL;

	json_object_object_get_ex(linked.vector, name, &member);
	return json_object_get_int64(member);
}

static inline bool linked_is(const char *verdict)
{
	return strcmp(linked_text("verdict"), verdict) == 0;
}

/* The code's place in what is shown. */
static inline char *linked_code(void)
{
	const char *code = linked_text("code");
	char *place = strstr(linked.query, code);

	if (!place)
		place = strstr(linked.path, code);
	assert_non_null(place);
	return place;
}

static inline void linked_read_expression(void)
{
	struct json_object *arguments = NULL;
	struct problem problem;

	if (!linked_text("expression"))
		return;
	json_object_object_get_ex(linked.vector, "arguments", &arguments);
	assert_int_equal(
		links_expression_read(&linked.expression,
				      slice_text(linked_text("expression")),
				      &problem),
		ERROR_NONE);
	linked.rules.expression = &linked.expression;
	linked.rules.uri_prefix = slice_text(linked_text("uri"));
	linked.rules.code_name = slice_text(json_object_get_string(
		json_object_array_get_idx(arguments, 0)));
	linked.rules.expires_name = slice_text(json_object_get_string(
		json_object_array_get_idx(arguments, 1)));
}

/* Write two texts, one behind the other; dst may not be one of them. */
static inline void linked_join(char *dst, const char *a, const char *between,
			       const char *b)
{
	assert_true(strlen(a) + strlen(between) + strlen(b) < LINKED_TEXT);
	stpcpy(stpcpy(stpcpy(dst, a), between), b);
}

/* Take a vector: its rules, and its link, which may be spoilt then. */
static inline void linked_take(struct json_object *vector)
{
	linked.vector = vector;
	linked.kind = NULL;
	for (size_t i = 0; i < LINK_KIND_COUNT; i++) {
		if (strcmp(links_kind_table[i]->name, linked_text("kind")) == 0)
			linked.kind = links_kind_table[i];
	}
	assert_non_null(linked.kind);
	keyed_begin(&linked.secret, slice_text(linked_text("secret")));
	/* Only codes by MD5 need the text. */
	if (!linked.kind->is_md5)
		keyed_drop_text(&linked.secret);
	linked.rules = (struct link_rules){
		.secret = &linked.secret,
		.timeout = (uint32_t)linked_number("timeout"),
	};
	linked_read_expression();
	linked.shown = (struct link_shown){
		.address = slice_text(linked_text("address")),
		.now = linked_number("now"),
	};
	linked_join(linked.path, linked_text("path"), "", "");
	linked_join(linked.query,
		    linked_text("query") ? linked_text("query") : "", "", "");
}

/* What the kind says to linked.path, and to linked.query where it is not empty
 * or the vector has one. Each is a copy of its own size, so that a byte too far
 * is seen. */
static inline enum link_verdict linked_ask(void)
{
	struct link_shown *shown = &linked.shown;
	char *path = strdup(linked.path), *query = strdup(linked.query);
	enum link_verdict verdict;

	assert_true(path && query);
	shown->sent = slice_text(path);
	shown->query = linked_text("query") || query[0] ? slice_text(query) :
							  slice_of(NULL, 0);
	if (!percent_decode(linked.decoded, shown->sent, &shown->decoded))
		shown->decoded = slice_of(linked.decoded, 0);
	verdict = linked.kind->verify(&linked.rules, shown, &linked.right);
	free(path);
	free(query);
	return verdict;
}

static inline void linked_fail(const char *why)
{
	fail_msg("%s: %s, now %" PRId64 ": %s?%s", why, linked_text("note"),
		 linked.shown.now, linked.path, linked.query);
}

static inline void linked_refuse(const char *why)
{
	if (linked_ask() != LINK_BAD)
		linked_fail(why);
}

/* Call `check` for each vector of a kind that is not bad. */
static inline void linked_each(const char *kind, void (*check)(void))
{
	size_t count = 0;

	for (size_t i = 0; i < json_object_array_length(linked_vectors); i++) {
		linked_take(json_object_array_get_idx(linked_vectors, i));
		if (strcmp(linked.kind->name, kind) != 0)
			continue;
		check();
		count++;
	}
	assert_true(count >= 20);
}

/* ---- what must hold ------------------------------------------------------- */

/* The verdict, and the right, are those of the vector. */
static inline void linked_check_verdict(void)
{
	static const char *const names[] = { "bad", "over", "good" };
	enum link_verdict verdict = linked_ask();
	const char *key = linked_text("key");

	if (!linked_is(names[verdict]))
		linked_fail(names[verdict]);
	if (verdict != LINK_GOOD)
		return;
	assert_int_equal(linked.right.key.length, strlen(key));
	assert_memory_equal(linked.right.key.data, key, strlen(key));
	assert_int_equal(linked.right.expires, linked_number("expires"));
}

/* Whoever has no right code learns nothing about the time. */
static inline void linked_check_silence(void)
{
	static const int64_t times[] = {
		0, 1, INT32_MAX, UINT32_MAX, 10000000000, 1000000000000
	};
	char *code = linked_code();

	if (linked_is("bad"))
		return;
	code[0] = code[0] == 'a' ? 'b' : 'a';
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		linked.shown.now = times[i];
		linked_refuse("a wrong code");
	}
}

/* One of bunny's is good for each key of a folder. */
static inline bool linked_has_folder(void)
{
	return strstr(linked.query, "token_path") != NULL;
}

/* A link that ends early: at each byte. */
static inline void linked_check_cut(void)
{
	size_t length;

	if (linked_is("bad") || strlen(linked.path) > 200)
		return;
	for (length = strlen(linked.query); length-- > 0;) {
		linked.query[length] = '\0';
		linked_refuse("cut");
	}
	linked_take(linked.vector);
	if (linked_has_folder())
		return;
	for (length = strlen(linked.path); length-- > 0;) {
		linked.path[length] = '\0';
		linked_refuse("cut");
	}
}

/* The whole link twice, and each of its parts. */
static inline void linked_check_doubled(void)
{
	char once[LINKED_TEXT];

	if (linked_is("bad") || strlen(linked.path) > 200)
		return;
	linked_join(once, linked.path, "", "");
	linked_join(linked.path, once, "", once);
	if (!linked_has_folder() && once[0] != '\0')
		linked_refuse("the path twice");
	linked_join(linked.path, once, "/", once);
	if (!linked_has_folder())
		linked_refuse("the path twice");
	linked_take(linked.vector);
	linked_join(once, linked.query, "", "");
	if (once[0] == '\0')
		return;
	linked_join(linked.query, once, "", once);
	linked_refuse("the query twice");
	linked_join(linked.query, once, "&", once);
	linked_refuse("the query twice");
	for (char *one = strtok(once, "&"); one; one = strtok(NULL, "&")) {
		linked_take(linked.vector);
		linked_join(linked.query, linked_text("query"), "&", one);
		linked_refuse("an argument twice");
	}
}

static inline void linked_put_behind(char *place, const char *text)
{
	char rest[LINKED_TEXT];

	linked_join(rest, place, "", "");
	linked_join(place, text, "", rest);
}

/* The code with one bit changed, in capitals, with padding, and with bits that
 * say nothing. */
static inline void linked_check_code(void)
{
	static const char *const behind[] = { "=",   "==", "%3D", "%3d%3d",
					      "A",   "0",  "+",   " ",
					      "%00", "\t", ".",   "%" };
	size_t length = strlen(linked_text("code"));
	char *code;

	if (linked_is("bad") || strlen(linked.path) > 200)
		return;
	for (size_t bit = 0; bit < 8 * length; bit++) {
		linked_take(linked.vector);
		linked_code()[bit / 8] ^= (char)(1 << bit % 8);
		linked_refuse("a bit changed");
	}
	for (size_t i = 0; i < length; i++) {
		linked_take(linked.vector);
		code = linked_code() + i;
		if (*code < 'a' || *code > 'z')
			continue;
		*code = (char)(*code - 'a' + 'A');
		linked_refuse("a capital");
	}
	for (size_t i = 0; i < sizeof(behind) / sizeof(behind[0]); i++) {
		linked_take(linked.vector);
		linked_put_behind(linked_code() + length, behind[i]);
		linked_refuse("more behind the code");
		linked_take(linked.vector);
		linked_put_behind(linked_code(), behind[i]);
		linked_refuse("more before the code");
	}
	for (int c = 1; c < 256; c++) {
		linked_take(linked.vector);
		code = linked_code() + length - 1;
		if (*code == (char)c)
			continue;
		*code = (char)c;
		linked_refuse("another last character");
	}
}

/* ---- the program ---------------------------------------------------------- */

#define LINKED_TESTS(kind, id)                           \
	static void test_verdicts_##id(void **state)     \
	{                                                \
		(void)state;                             \
		linked_each(kind, linked_check_verdict); \
	}                                                \
	static void test_silence_##id(void **state)      \
	{                                                \
		(void)state;                             \
		linked_each(kind, linked_check_silence); \
	}                                                \
	static void test_cut_##id(void **state)          \
	{                                                \
		(void)state;                             \
		linked_each(kind, linked_check_cut);     \
	}                                                \
	static void test_doubled_##id(void **state)      \
	{                                                \
		(void)state;                             \
		linked_each(kind, linked_check_doubled); \
	}                                                \
	static void test_code_##id(void **state)         \
	{                                                \
		(void)state;                             \
		linked_each(kind, linked_check_code);    \
	}

#define LINKED_UNIT_TESTS(id)                        \
	cmocka_unit_test(test_verdicts_##id),        \
		cmocka_unit_test(test_silence_##id), \
		cmocka_unit_test(test_cut_##id),     \
		cmocka_unit_test(test_doubled_##id), \
		cmocka_unit_test(test_code_##id)

/* Read the vectors, run the tests. */
#define LINKED_RUN(tests)                                                \
	(linked_vectors =                                                \
		 json_object_from_file(unit_path("vectors/links.json")), \
	 !linked_vectors ?                                               \
		 (printf("Bail out! no vectors\n"), 1) :                 \
		 (UNIT_RUN(tests) | !json_object_put(linked_vectors)))

/* The first vector of a kind, to be spoilt further. */
static inline void linked_first(const char *kind, const char *note)
{
	for (size_t i = 0; i < json_object_array_length(linked_vectors); i++) {
		linked_take(json_object_array_get_idx(linked_vectors, i));
		if (strcmp(linked.kind->name, kind) == 0 &&
		    strcmp(linked_text("note"), note) == 0)
			return;
	}
	fail_msg("no vector of %s: %s", kind, note);
}

#endif
