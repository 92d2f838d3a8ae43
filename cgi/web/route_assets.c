/*
 * The route of what pages load: styles and scripts.
 *
 * Their path holds a version, which is a hash over all of them. So a browser
 * may keep them for ever, and scripts that import each other by relative names
 * are always of the same version.
 */
#include "assets_data.h"
#include "visit.h"

static const struct asset *find(struct slice name)
{
	for (size_t i = 0; i < assets_data_count; i++) {
		if (slice_is(name, assets_data[i].name))
			return &assets_data[i];
	}
	return NULL;
}

void route_assets(struct visit *visit)
{
	const struct asset *asset = find(visit->segments[1]);
	struct answer *answer = &visit->answer;
	struct problem problem;

	if (!asset || !slice_is(visit->segments[0], assets_data_version)) {
		problem_set(&problem, ERROR_NO_ROUTE, NULL,
			    "this belongs to a page of another version: load "
			    "that page again");
		visit_refuse_for(visit, &problem);
		return;
	}
	answer->is_kept = true;
	answer_head(answer, 200, asset->type, NULL);
	sink_write(&answer->sink, asset->data, asset->length);
}
