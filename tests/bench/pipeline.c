/*
 * pipeline CONFIG RUNS COUNT PART - a batch of COUNT keys through the service's
 * own steps (issue.h), to a sink that drops what it is given; the same keys in
 * batches of PART; and as many batches of one key.
 *
 * The first two do the same work for the same keys. What a batch costs however
 * small it is, the third shows. One line a run: seconds of the checking pass
 * and of the writing pass, for each of the three.
 */
#include "bench.h"
#include "cgi/input/negotiate.h"
#include "cgi/issue/issue.h"
#include "lib/base/problems.h"

struct pipeline {
	struct service service;
	struct slice *keys;
	struct issue issue;
	struct fields fields;
	struct audit_request who;
	struct problems problems;
	double checked; /* seconds */
	double written;
	char window[SINK_MIN];
};

static bool drop(void *context, const char *data, size_t length)
{
	(void)context;
	(void)data;
	(void)length;
	return true;
}

static void set_fields(struct pipeline *pipeline, struct slice manifest)
{
	const struct {
		enum field field;
		struct slice value;
	} given[] = {
		{ FIELD_BUCKET, slice_text(job("BENCH_BUCKET")) },
		{ FIELD_PERMISSION, slice_text(job("BENCH_SCOPE")) },
		{ FIELD_MANIFEST_FORMAT, slice_text("lines") },
		{ FIELD_MANIFEST, manifest },
	};
	struct problems *problems = &pipeline->problems;

	fields_begin(&pipeline->fields);
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		fields_set(&pipeline->fields,
			   slice_text(field_names[given[i].field]),
			   given[i].value, problems);
	if (problems->count > 0)
		fail("%s", problems->list[0].message);
}

static void prepare(struct pipeline *pipeline, struct slice manifest)
{
	const struct subject owner = { .kind = SUBJECT_OWNER };
	struct order_request request = {
		.service = &pipeline->service,
		.kind = ISSUE_BATCH,
		.subject = &owner,
		.account_id = slice_text(job("BENCH_ACCOUNT")),
		.fields = &pipeline->fields,
		.who = &pipeline->who,
	};
	struct problem problem;

	set_fields(pipeline, manifest);
	if (!audit_request_id(&pipeline->service.audit.ids, pipeline->who.id) ||
	    negotiate_format(&pipeline->service.renderer, FORMAT_CREDENTIALS,
			     slice_text("json"), slice_of(NULL, 0),
			     &request.format, &problem))
		fail("no format");
	if (issue_prepare(&pipeline->issue, &request, &pipeline->problems))
		fail("%s", pipeline->problems.list[0].message);
}

/* One batch of what lies between two keys. */
static void batch(struct pipeline *pipeline, size_t first, size_t count)
{
	struct slice last = pipeline->keys[first + count - 1];
	const char *start = pipeline->keys[first].data;
	struct issue *issue = &pipeline->issue;
	struct sink sink = {
		.window = pipeline->window,
		.size = sizeof(pipeline->window),
		.flush = drop,
	};
	double before = seconds(), between;
	bool complete;

	prepare(pipeline,
		slice_of(start, (size_t)(last.data + last.length - start)));
	between = seconds();
	complete = issue_write(issue, &sink);
	sink_wipe(&sink);
	issue_end(issue, complete, sink.passed);
	if (!complete || issue->tally.issued != count)
		fail("%zu keys, %ju credentials", count,
		     (uintmax_t)issue->tally.issued);
	pipeline->checked += between - before;
	pipeline->written += seconds() - between;
}

/* Keys 0 to `count`, of each `step` the first `size`. */
static void batches(struct pipeline *pipeline, size_t count, size_t step,
		    size_t size)
{
	pipeline->checked = pipeline->written = 0;
	for (size_t at = 0; at + step <= count; at += step)
		batch(pipeline, at, size);
	printf("%.9f %.9f ", pipeline->checked, pipeline->written);
}

int main(int argc, char **argv)
{
	struct pipeline *pipeline = calloc(1, sizeof(*pipeline));
	struct problem problem;
	size_t runs, count, part;

	if (argc != 5 || !pipeline)
		fail("pipeline CONFIG RUNS COUNT PART");
	runs = number(argv[2]);
	count = number(argv[3]);
	part = number(argv[4]);
	if (service_load(&pipeline->service, argv[1], SERVICE_STAYS, &problem))
		fail("%s", problem.message);
	pipeline->who.caller = "owner";
	pipeline->who.route = "mint";
	pipeline->keys = split_lines(map_file(job("BENCH_KEYS")), count);
	for (size_t i = 0; i < runs; i++) {
		batches(pipeline, count, count, count);
		batches(pipeline, count, part, part);
		batches(pipeline, count, part, 1);
		printf("\n");
	}
	service_free(&pipeline->service);
	return 0;
}
