#include "page_refused.h"

#include <stdio.h>

#include "mount.h"
#include "status.h"

/* The page has no lists, but a changed template may name some. */
static bool no_rows(void *context, size_t number)
{
	(void)context;
	(void)number;
	return false;
}

/* The number of the value that says why. */
static size_t reason_of(enum error error)
{
#define REASON(id, name, status) { VALUE_REFUSED_##id, status },
	static const struct {
		size_t value;
		int status;
	} reasons[] = { PAGES_REFUSED(REASON) };
#undef REASON

	if (error == ERROR_INSECURE)
		return VALUE_REFUSED_PLAIN_HTTP;
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i].status == error_status(error))
			return reasons[i].value;
	}
	return VALUE_REFUSED_OTHERWISE;
}

void page_refused_write(struct answer *answer, enum error error)
{
	struct slice values[VALUE_NUMBER_OF_PAGE_NAMES] = { 0 };
	const struct template_data data = { values, no_rows, NULL };
	int status = error_status(error);
	struct buffer assets = { 0 };
	char text[64];

	snprintf(text, sizeof(text), "%d %s", status, status_text(status));
	/* Without memory for the styles' address the page is plain. */
	if (mount_add_assets(&assets, answer->request->script))
		values[VALUE_ASSETS] = buffer_slice(&assets);
	values[VALUE_STATUS] = slice_text(text);
	values[VALUE_REQUEST_ID] = slice_text(answer->who->id);
	values[reason_of(error)] = (struct slice)SLICE("1");
	template_run(answer_page(answer, PAGE_REFUSED), &data, &answer->sink);
	buffer_free(&assets);
}
