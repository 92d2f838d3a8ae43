/*
 * check_links - what must hold whatever link a client shows. As check.h.
 */
#ifndef MINTAGE_FUZZ_CHECK_LINKS_H
#define MINTAGE_FUZZ_CHECK_LINKS_H

#include "check.h"
#include "lib/base/percent.h"
#include "lib/links/expression.h"
#include "lib/links/kind.h"
#include "lib/links/signed.h"

/* The parts of an input are its lines: the path as sent, the query, the
 * client's address; the rest is the secret. A query of "-" is none. */
static inline struct slice check_links_line(struct slice *rest)
{
	struct slice line = slice_of(NULL, 0);

	(void)slice_split(rest, '\n', &line);
	return line;
}

static inline bool check_links_within(struct slice inner, struct slice outer)
{
	return inner.data >= outer.data &&
	       inner.data + inner.length == outer.data + outer.length;
}

/* A link without the secret is never good: no code of the input is one. Each
 * byte that is changed here spoils a link that is. */
static inline void check_links_shown(uint32_t kinds,
				     const struct link_rules *rules,
				     const struct link_shown *shown)
{
	struct link_right right = { .key = slice_of(NULL, 0) }, again;
	struct link_rules other = *rules;
	struct keyed another;
	enum link_verdict verdict, second;

	verdict = links_kind_verify(kinds, rules, shown, &right);
	second = links_kind_verify(kinds, rules, shown, &again);
	CHECK(verdict == second);
	if (verdict == LINK_BAD)
		return;
	if (verdict == LINK_GOOD) {
		CHECK(check_links_within(right.key, shown->decoded));
		CHECK(right.expires >= 0);
		CHECK(right.expires == again.expires);
	}
	keyed_begin(&another, slice_of("another secret", 14));
	other.secret = &another;
	CHECK(links_kind_verify(kinds, &other, shown, &again) == LINK_BAD);
}

/* What we make of these bytes is good until its time, as its kind. */
static inline void check_links_made(const struct link_rules *rules,
				    struct slice key, int64_t expires)
{
	char text[LINK_SIGNED_MAX], decoded[LINK_SIGNED_MAX];
	struct link_signer signer;
	struct link_shown shown = { .now = expires };
	struct link_right right;

	if (key.length > LINK_SIGNED_KEY_MAX)
		return;
	links_signed_begin(&signer, rules->secret);
	shown.query =
		slice_of(text, links_signed_make(&signer, key, expires, text));
	links_signed_end(&signer);
	CHECK(slice_split(&shown.query, '?', &shown.sent));
	CHECK(percent_decode(decoded, shown.sent, &shown.decoded));
	CHECK(slice_equal(shown.decoded, key));
	CHECK(links_signed_kind.verify(rules, &shown, &right) == LINK_GOOD);
	CHECK(slice_equal(right.key, key) && right.expires == expires);
	shown.now++;
	CHECK(links_signed_kind.verify(rules, &shown, &right) == LINK_OVER);
}

static inline void check_links(const uint8_t *data, size_t size)
{
	static const char text[] =
		"$secure_link_expires$uri$remote_addr $secret";
	struct slice rest = slice_of((const char *)data, size);
	struct link_expression expression;
	struct link_shown shown = { .now = 1767225600 };
	struct link_rules rules = {
		.timeout = 3600,
		.expression = &expression,
		.code_name = slice_text("md5"),
		.expires_name = slice_text("expires"),
		.uri_prefix = slice_text("/"),
	};
	struct problem problem;
	struct keyed keyed;
	char *decoded = malloc(size ? size : 1);

	CHECK(decoded != NULL);
	CHECK(links_expression_read(&expression, slice_text(text), &problem) ==
	      ERROR_NONE);
	shown.sent = check_links_line(&rest);
	shown.query = check_links_line(&rest);
	if (slice_is(shown.query, "-"))
		shown.query = slice_of(NULL, 0);
	shown.address = check_links_line(&rest);
	/* A secret has 1 to KEYED_TEXT_MAX bytes. */
	if (rest.length == 0)
		rest = slice_text("secret");
	if (rest.length > KEYED_TEXT_MAX)
		rest.length = KEYED_TEXT_MAX;
	keyed_begin(&keyed, rest);
	rules.secret = &keyed;
	if (percent_decode(decoded, shown.sent, &shown.decoded)) {
		for (size_t i = 0; i < LINK_KIND_COUNT; i++)
			check_links_shown(UINT32_C(1) << i, &rules, &shown);
		check_links_shown((UINT32_C(1) << LINK_KIND_COUNT) - 1, &rules,
				  &shown);
		check_links_made(&rules, shown.decoded, 1767225600);
	}
	free(decoded);
	/* And the bytes as an expression. */
	if (links_expression_read(&expression,
				  slice_of((const char *)data, size),
				  &problem) != ERROR_NONE) {
		check_problem(&problem);
		return;
	}
	CHECK(expression.count <= LINK_EXPRESSION_PARTS_MAX);
	CHECK(links_expression_has(&expression, LINK_EXPRESSION_SECRET));
	CHECK(links_expression_has(&expression, LINK_EXPRESSION_URI));
}

#endif
