/* Templates as users write them: compiled, and if they can be, run twice. The
 * first byte chooses the escaper. */
#include "check.h"
#include "lib/render/template_compile.h"

#define ROWS_MAX 1000
#define OUTPUT_MAX ((size_t)64 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum template_value {
	SHOWN_KEY,
	SHOWN_ID,
	SHOWN_NONE,
	SHOWN_ROWS,
	SHOWN_COUNT
};

static const struct template_name template_names[SHOWN_COUNT] = {
	[SHOWN_KEY] = { "key", TEMPLATE_TEXT },
	[SHOWN_ID] = { "accessKeyId", TEMPLATE_PLAIN },
	[SHOWN_NONE] = { "nothing", TEMPLATE_TEXT },
	[SHOWN_ROWS] = { "rows", TEMPLATE_LIST },
};

struct template_pass {
	struct slice values[SHOWN_COUNT];
	size_t rows;
	struct transcript transcript;
	size_t length;
};

/* Two rows a section, and an end to all nesting. */
static bool template_next_row(void *context, size_t number)
{
	struct template_pass *run = context;

	CHECK(number == SHOWN_ROWS);
	return run->rows++ % 3 < 2 && run->rows < ROWS_MAX;
}

static bool template_take(void *context, const char *data, size_t length)
{
	struct template_pass *run = context;

	CHECK(length > 0 && length <= SINK_MIN);
	transcript_add(&run->transcript, data, length);
	run->length += length;
	return run->length < OUTPUT_MAX;
}

static uint64_t template_run_once(const struct template *template)
{
	static char window[SINK_MIN];
	struct template_pass run = {
		.values = { [SHOWN_KEY] = SLICE("<\"'&\\\n$(x)"),
			    [SHOWN_ID] = SLICE("0123abc") }
	};
	struct template_data values = { .values = run.values,
					.next = template_next_row,
					.context = &run };
	struct sink sink = { .window = window,
			     .size = sizeof(window),
			     .flush = template_take,
			     .context = &run };

	template_run(template, &values, &sink);
	sink_flush(&sink);
	return run.transcript.hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static escape_fn *const escapers[] = { escape_none,  escape_json,
					       escape_html,  escape_url,
					       escape_shell, escape_csv };
	const struct template_schema schema = { template_names, SHOWN_COUNT,
						NULL };
	struct template *template = NULL;
	struct problem problem;
	escape_fn *escape = escape_none;

	if (size > 0) {
		escape = escapers[*data++ % 6];
		size--;
	}
	if (template_compile(&template, "t.tmpl",
			     slice_of((const char *)data, size), &schema,
			     escape, &problem) == ERROR_NONE) {
		CHECK(template != NULL);
		CHECK(template_run_once(template) ==
		      template_run_once(template));
	} else {
		CHECK(template == NULL);
		CHECK(problem.error == ERROR_TEMPLATE);
		check_problem(&problem);
		CHECK(strncmp(problem.message, "t.tmpl", 6) == 0);
	}
	template_free(template);
	return 0;
}
