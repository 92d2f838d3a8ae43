#include "kind.h"

#define LINK_ADDRESS(kind) &(kind),
const struct link_kind *const links_kind_table[LINK_KIND_COUNT] = { LINK_KINDS(
	LINK_ADDRESS) };
#undef LINK_ADDRESS

enum link_verdict links_kind_verify(uint32_t kinds,
				    const struct link_rules *rules,
				    const struct link_shown *shown,
				    struct link_right *right)
{
	enum link_verdict verdict = LINK_BAD;

	for (size_t i = 0; i < LINK_KIND_COUNT && verdict != LINK_GOOD; i++) {
		enum link_verdict one = LINK_BAD;

		if (kinds & (UINT32_C(1) << i))
			one = links_kind_table[i]->verify(rules, shown, right);
		if (one > verdict)
			verdict = one;
	}
	return verdict;
}
