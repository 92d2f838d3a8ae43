#include "quota.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/config/rate.h"

bool quota_is_limited(const struct caller *caller)
{
	return caller && (caller->rate.most > 0 || caller->daily_entries > 0);
}

static const char *plural(uint32_t count)
{
	return count == 1 ? "" : "s";
}

static const char *entry_word(uint32_t count)
{
	return count == 1 ? "entry" : "entries";
}

/* ---- counting ------------------------------------------------------------- */

static struct state_limits_ask
asking(const struct caller *caller, enum state_limits_kind kind, uint64_t some)
{
	return (struct state_limits_ask){
		.name = caller->name,
		.limits = { [STATE_LIMITS_REQUESTS] = { caller->rate.most,
							caller->rate.seconds },
			    [STATE_LIMITS_ENTRIES] = { caller->daily_entries,
						       QUOTA_DAY } },
		.kind = kind,
		.some = some,
	};
}

static enum error take(struct quota *quota, struct state_limits *limits,
		       const struct state_limits_ask *ask,
		       struct state_limits_answer *answer,
		       struct problem *problem)
{
	enum error error = state_limits_take(limits, ask, answer, problem);

	quota->is_known = error == ERROR_NONE;
	memcpy(quota->standing, answer->standing, sizeof(quota->standing));
	return error;
}

enum error quota_request(struct quota *quota, struct state_limits *limits,
			 const struct caller *caller, struct problem *problem)
{
	struct state_limits_answer answer;
	struct state_limits_ask ask;

	*quota = (struct quota){ .caller = NULL };
	if (!quota_is_limited(caller))
		return ERROR_NONE;
	quota->caller = caller;
	ask = asking(caller, STATE_LIMITS_REQUESTS, 1);
	if (take(quota, limits, &ask, &answer, problem))
		return problem->error;
	if (answer.taken)
		return ERROR_NONE;
	problem_set(problem, ERROR_TOO_MANY_REQUESTS, NULL,
		    "you may ask %" PRIu32 " time%s in any %s, and have done "
		    "so: ask again in %" PRIu32 " second%s",
		    caller->rate.most, plural(caller->rate.most),
		    config_rate_unit(caller->rate.seconds), answer.wait,
		    plural(answer.wait));
	problem->retry_after = answer.wait;
	return problem->error;
}

void quota_look(struct quota *quota, struct state_limits *limits,
		const struct caller *caller)
{
	struct state_limits_answer answer;
	struct state_limits_ask ask;
	struct problem problem;
	enum error unknown;

	*quota = (struct quota){ .caller = NULL };
	if (!quota_is_limited(caller))
		return;
	quota->caller = caller;
	ask = asking(caller, STATE_LIMITS_REQUESTS, 0);
	unknown = take(quota, limits, &ask, &answer, &problem);
	(void)unknown;
}

enum error quota_entries(struct quota *quota, struct state_limits *limits,
			 const struct caller *caller, uint64_t entries,
			 int64_t *time, struct problem *problem)
{
	struct state_limits_answer answer;
	struct state_limits_ask ask;
	uint64_t left;

	if (!caller || caller->daily_entries == 0)
		return ERROR_NONE;
	quota->caller = caller;
	if (entries > caller->daily_entries)
		return problem_set(problem, ERROR_TOO_LARGE, NULL,
				   "you may have %" PRIu32 " %s in any 24 "
				   "hours, and these are %" PRIu64 ": ask for "
				   "fewer",
				   caller->daily_entries,
				   entry_word(caller->daily_entries), entries);
	ask = asking(caller, STATE_LIMITS_ENTRIES, entries);
	if (take(quota, limits, &ask, &answer, problem))
		return problem->error;
	*time = answer.time;
	if (answer.taken)
		return ERROR_NONE;
	left = answer.standing[STATE_LIMITS_ENTRIES].left;
	problem_set(problem, ERROR_TOO_MANY_REQUESTS, NULL,
		    "you may have %" PRIu32 " %s in any 24 hours, of "
		    "which %" PRIu64 " %s left, and asked for %" PRIu64
		    ": ask again in %" PRIu32 " second%s%s",
		    caller->daily_entries, entry_word(caller->daily_entries),
		    left, left == 1 ? "is" : "are", entries, answer.wait,
		    plural(answer.wait),
		    left > 0 ? ", or now for no more than are left" : "");
	problem->retry_after = answer.wait;
	return problem->error;
}

void quota_give_back(struct quota *quota, struct state_limits *limits,
		     uint64_t entries, int64_t time)
{
	struct state_limits_ask ask;

	if (!quota->caller || quota->caller->daily_entries == 0 || entries == 0)
		return;
	ask = asking(quota->caller, STATE_LIMITS_ENTRIES, 0);
	state_limits_give_back(limits, &ask, time, entries);
	quota_look(quota, limits, quota->caller);
}

/* ---- telling -------------------------------------------------------------- */

bool quota_limit(const struct quota *quota, size_t row,
		 struct quota_limit *limit)
{
	const struct caller *caller = quota->caller;

	if (caller && caller->rate.most > 0 && row-- == 0) {
		*limit = (struct quota_limit){
			.name = "rate",
			.what = "requests",
			.most = caller->rate.most,
			.seconds = caller->rate.seconds,
			.unit = config_rate_unit(caller->rate.seconds),
			.standing = quota->standing[STATE_LIMITS_REQUESTS],
		};
		return true;
	}
	if (caller && caller->daily_entries > 0 && row == 0) {
		*limit = (struct quota_limit){
			.name = "daily-entries",
			.what = "entries",
			.most = caller->daily_entries,
			.seconds = QUOTA_DAY,
			.unit = "24 hours",
			.standing = quota->standing[STATE_LIMITS_ENTRIES],
		};
		return true;
	}
	return false;
}

void quota_headers(const struct quota *quota, char dst[QUOTA_HEADERS_MAX])
{
	char policy[96] = "", left[96] = "";
	struct quota_limit limit;
	size_t p = 0, l = 0;

	for (size_t row = 0; quota_limit(quota, row, &limit); row++) {
		const char *comma = row > 0 ? ", " : "";

		p += (size_t)snprintf(policy + p, sizeof(policy) - p,
				      "%s\"%s\";q=%" PRIu64 ";w=%" PRIu32,
				      comma, limit.name, limit.most,
				      limit.seconds);
		l += (size_t)snprintf(left + l, sizeof(left) - l,
				      "%s\"%s\";r=%" PRIu64, comma, limit.name,
				      limit.standing.left);
		if (limit.standing.wait > 0)
			l += (size_t)snprintf(left + l, sizeof(left) - l,
					      ";t=%" PRIu32,
					      limit.standing.wait);
	}
	dst[0] = '\0';
	if (p > 0)
		p = (size_t)snprintf(dst, QUOTA_HEADERS_MAX,
				     "RateLimit-Policy: %s\r\n", policy);
	if (p > 0 && quota->is_known)
		snprintf(dst + p, QUOTA_HEADERS_MAX - p, "RateLimit: %s\r\n",
			 left);
}
