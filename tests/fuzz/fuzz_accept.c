/* Which format an Accept header chooses, and what a Content-Type says of a
 * body. */
#include "cgi/input/negotiate.h"
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct renderer *accept_renderer(void)
{
	static struct renderer renderer;
	static bool is_ready;
	struct problem problem;

	if (!is_ready)
		CHECK(renderer_load(&renderer, NULL, NULL, &problem) ==
		      ERROR_NONE);
	is_ready = true;
	return &renderer;
}

/* ---- a second opinion ----------------------------------------------------- */

struct accept_choice {
	unsigned quality, kind;
	size_t place;
};

/* The quality of ";q=0.5" or of nothing. False for anything else. */
static bool accept_weight(struct slice text, unsigned *quality)
{
	unsigned digit = 100;

	*quality = 1000;
	if (text.length == 0)
		return true;
	if (text.length < 4 || strncasecmp(text.data, ";q=", 3) != 0 ||
	    (text.data[3] != '0' && text.data[3] != '1'))
		return false;
	*quality = text.data[3] == '1' ? 1000 : 0;
	if (text.length == 4)
		return true;
	if (text.length > 8 || text.length < 6 || text.data[4] != '.')
		return false;
	for (size_t i = 5; i < text.length; i++, digit /= 10) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		*quality += digit * (unsigned)(text.data[i] - '0');
	}
	return *quality <= 1000;
}

/* One range, and how it matches `type`. False where it is not written in the
 * plainest way, of which alone this knows the meaning. */
static bool accept_range(struct slice range, struct slice type,
			 struct accept_choice *found)
{
	size_t length = 0, slash = 0;
	unsigned kind = 0;

	while (length < range.length && range.data[length] != ';')
		length++;
	for (size_t i = 0; i < length; i++) {
		if (range.data[i] == '/')
			slash = slash ? SIZE_MAX : i;
		else if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789+-*",
				 range.data[i]) ||
			 !range.data[i])
			return false;
	}
	if (slash == 0 || slash >= length - 1 ||
	    !accept_weight(slice_of(range.data + length, range.length - length),
			   &found->quality))
		return false;
	range.length = length;
	if (slice_is(range, "*/*"))
		kind = 1;
	else if (memchr(range.data, '*', length) &&
		 (range.data[slash + 1] != '*' || length != slash + 2 ||
		  memchr(range.data, '*', slash)))
		return false;
	else if (range.data[slash + 1] == '*')
		kind = slice_starts(type, slice_of(range.data, slash + 1)) ? 2 :
									     0;
	else if (slice_equal(range, type))
		kind = 3;
	found->kind = kind;
	return true;
}

/* How much `accept` wants `type`. False where that is beyond this. */
static bool accept_judge(struct slice accept, struct slice type,
			 struct accept_choice *best)
{
	struct accept_choice one = { 0 };
	struct slice range;

	*best = (struct accept_choice){ 0 };
	for (size_t place = 0; slice_split(&accept, ',', &range); place++) {
		if (!accept_range(slice_trim(range), type, &one))
			return false;
		/* Which of two that say the same counts is not told. */
		if (one.kind > 0 && one.kind == best->kind)
			return false;
		if (one.kind > best->kind) {
			*best = one;
			best->place = place;
		}
	}
	return true;
}

static bool accept_is_better(struct accept_choice a, struct accept_choice b)
{
	if (a.quality != b.quality)
		return a.quality > b.quality;
	if (a.kind != b.kind)
		return a.kind > b.kind;
	return a.place < b.place;
}

/* `format` is the one that the header prefers; NULL: it takes none. */
static void accept_compare(unsigned use, struct slice accept,
			   const struct format *format)
{
	const struct renderer *renderer = accept_renderer();
	struct accept_choice best = { 0 }, one;
	const struct format *wanted = NULL;

	for (size_t i = 0; i < FORMAT_COUNT; i++) {
		const struct format *other = &renderer->formats[i];
		struct slice rest = slice_text(other->content_type), type;

		CHECK(slice_split(&rest, ';', &type));
		if (!(other->uses & use) || !(other->uses & FORMAT_ACCEPTABLE))
			continue;
		if (!accept_judge(accept, type, &one))
			return;
		if (one.quality > 0 && one.kind > 0 &&
		    (!wanted || accept_is_better(one, best))) {
			wanted = other;
			best = one;
		}
	}
	CHECK(wanted == format);
}

/* ---- what is chosen ------------------------------------------------------- */

/* A name is obeyed, whatever Accept says. */
static void accept_check(unsigned use, struct slice name, struct slice accept)
{
	const struct format *format = NULL;
	struct problem problem;
	enum error error;

	error = negotiate_format(accept_renderer(), use, name, accept, &format,
				 &problem);
	CHECK(format != NULL);
	if (error != ERROR_NONE) {
		CHECK(error == problem.error);
		check_problem(&problem);
	} else {
		CHECK(format->uses & use);
		CHECK(name.length > 0 ? slice_is(name, format->name) :
					(format->uses & FORMAT_ACCEPTABLE) > 0);
	}
	if (name.length == 0 && slice_trim(accept).length > 0)
		accept_compare(use, accept, error ? NULL : format);
}

static void accept_body(struct slice type)
{
	const struct manifest_reader *format = NULL;
	enum body_kind kind = negotiate_body(type, &format);

	CHECK(kind <= BODY_MANIFEST);
	CHECK(kind == BODY_MANIFEST || !format);
}

/* Three lines: the format by name, the use, and the header. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = slice_of((const char *)data, size), name, use;
	struct problem problem;

	accept_body(rest);
	if (negotiate_encoding_check(rest, &problem) != ERROR_NONE)
		check_problem(&problem);
	if (!slice_split(&rest, '\n', &name) || !slice_split(&rest, '\n', &use))
		return 0;
	accept_check(slice_is(use, "links") ? FORMAT_LINKS : FORMAT_CREDENTIALS,
		     name, rest);
	return 0;
}
