#include "expression.h"

static const char *const names[LINK_EXPRESSION_COUNT] = {
	[LINK_EXPRESSION_TEXT] = "",
	[LINK_EXPRESSION_EXPIRES] = "secure_link_expires",
	[LINK_EXPRESSION_URI] = "uri",
	[LINK_EXPRESSION_ADDRESS] = "remote_addr",
	[LINK_EXPRESSION_SECRET] = "secret",
};

static bool is_name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* Take the variable at the beginning of *rest, which is "$". False when none is
 * there, or one of another name. */
static bool take_variable(struct slice *rest, enum link_expression_part *kind)
{
	const char *at = rest->data + 1, *end = rest->data + rest->length;
	bool braces = at < end && *at == '{';
	const char *start = at + braces;
	struct slice name;

	at = start;
	while (at < end && is_name_character(*at))
		at++;
	name = slice_of(start, (size_t)(at - start));
	if (braces && (at == end || *at++ != '}'))
		return false;
	for (*kind = LINK_EXPRESSION_TEXT + 1; *kind < LINK_EXPRESSION_COUNT;
	     (*kind)++) {
		if (slice_is(name, names[*kind])) {
			*rest = slice_of(at, (size_t)(end - at));
			return true;
		}
	}
	return false;
}

static void take_text(struct slice *rest, struct slice *text)
{
	const char *dollar = memchr(rest->data, '$', rest->length);
	size_t length = dollar ? (size_t)(dollar - rest->data) : rest->length;

	*text = slice_of(rest->data, length);
	*rest = slice_of(rest->data + length, rest->length - length);
}

bool links_expression_has(const struct link_expression *expression,
			  enum link_expression_part kind)
{
	for (size_t i = 0; i < expression->count; i++) {
		if (expression->parts[i].kind == kind)
			return true;
	}
	return false;
}

enum error links_expression_read(struct link_expression *expression,
				 struct slice text, struct problem *problem)
{
	expression->count = 0;
	while (text.length > 0) {
		size_t at = expression->count++;

		if (at == LINK_EXPRESSION_PARTS_MAX)
			return problem_set(problem, ERROR_CONFIG, NULL,
					   "it has more than %d parts",
					   LINK_EXPRESSION_PARTS_MAX);
		expression->parts[at].kind = LINK_EXPRESSION_TEXT;
		if (text.data[0] != '$')
			take_text(&text, &expression->parts[at].text);
		else if (!take_variable(&text, &expression->parts[at].kind))
			return problem_set(
				problem, ERROR_CONFIG, NULL,
				"it has an unknown variable; the variables are "
				"$secure_link_expires, $uri, $remote_addr and "
				"$secret");
	}
	if (!links_expression_has(expression, LINK_EXPRESSION_SECRET))
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "it lacks $secret, so anybody could make a "
				   "link; add it");
	if (!links_expression_has(expression, LINK_EXPRESSION_URI))
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "it lacks $uri, so a link to one file would "
				   "open all; add it");
	return ERROR_NONE;
}
