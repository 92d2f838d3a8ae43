/*
 * secure_md5 - links of nginx's secure_link and secure_link_md5:
 * KEY?md5=B64URL&expires=UNIX, where B64URL is the MD5, in base64url without
 * padding, of the expression that the administrator wrote. nginx's
 * ngx_http_secure_link_module; as there, the values of the arguments are taken
 * as they are sent, and a link whose last second is now is good.
 *
 * What is stricter here: a code has neither padding nor bits that say nothing,
 * a time has 10 digits, and each argument is there once, by its exact name.
 */
#include "expression.h"
#include "lib/base/digest.h"
#include "link.h"
#include "part.h"

static void compute(const struct link_rules *rules,
		    const struct link_shown *shown, struct slice digits,
		    uint8_t code[DIGEST_MD5_SIZE])
{
	const struct link_expression *expression = rules->expression;
	struct digest_md5 hash;
	struct slice text;

	digest_md5_begin(&hash);
	for (size_t i = 0; i < expression->count; i++) {
		switch (expression->parts[i].kind) {
		case LINK_EXPRESSION_EXPIRES:
			text = digits;
			break;
		case LINK_EXPRESSION_URI:
			digest_md5_add(&hash, rules->uri_prefix.data,
				       rules->uri_prefix.length);
			text = shown->decoded;
			break;
		case LINK_EXPRESSION_ADDRESS:
			text = shown->address;
			break;
		case LINK_EXPRESSION_SECRET:
			text = keyed_text(rules->secret);
			break;
		default:
			text = expression->parts[i].text;
		}
		digest_md5_add(&hash, text.data, text.length);
	}
	digest_md5_end(&hash, code);
}

static enum link_verdict verify(const struct link_rules *rules,
				const struct link_shown *shown,
				struct link_right *right)
{
	struct slice code_text, digits = slice_of(NULL, 0);
	uint8_t code[DIGEST_MD5_SIZE];

	right->expires = 0;
	if (!links_part_argument(shown->query, rules->code_name, &code_text))
		return LINK_BAD;
	if (rules->expires_name.length > 0 &&
	    (!links_part_argument(shown->query, rules->expires_name, &digits) ||
	     !links_part_fixed_expires(digits, &right->expires)))
		return LINK_BAD;
	compute(rules, shown, digits, code);
	if (!links_part_is_base64(code_text, code, sizeof(code)))
		return LINK_BAD;
	right->key = shown->decoded;
	if (right->expires > 0 && right->expires < shown->now)
		return LINK_OVER;
	return LINK_GOOD;
}

const struct link_kind links_secure_md5_kind = {
	.name = "secure-link-md5",
	.has_expression = true,
	.is_md5 = true,
	.verify = verify,
};
