#include "order_share.h"

static void refuse(const struct order_share *share, enum field field,
		   const char *why, struct problems *problems)
{
	if (fields_has(share->fields, field))
		problems_add(problems, ERROR_BAD_VALUE, field_pointers[field],
			     "%s", why);
}

/* Refuse what a share can't have. */
static void check_share(const struct order_share *share,
			struct problems *problems)
{
	const struct fields *fields = share->fields;

	if (fields->link.method != METHOD_NONE &&
	    fields->link.method != METHOD_GET)
		problems_add(problems, ERROR_BAD_VALUE, "/method",
			     "the files of a share are downloaded: leave "
			     "'method' out");
	if (fields->sign != SIGN_PARENT)
		problems_add(problems, ERROR_BAD_VALUE, "/sign",
			     "the links of a share lead through this service: "
			     "leave 'sign' out");
	refuse(share, FIELD_DOWNLOAD,
	       "the links of a share belong to no section: leave 'download' "
	       "out",
	       problems);
	refuse(share, FIELD_ON_ERROR,
	       "a share is made of all its files or not at all: leave "
	       "'onError' out",
	       problems);
	if (fields->max_downloads > 0 && !share->config->state_dir)
		problems_add(problems, ERROR_BAD_VALUE, "/maxDownloads",
			     "this service counts nothing: leave "
			     "'maxDownloads' out, or ask the administrator to "
			     "set state-dir");
}

void order_share_check(const struct order_share *share,
		       struct problems *problems)
{
	static const enum field own[] = { FIELD_TITLE, FIELD_MESSAGE,
					  FIELD_EXPIRES, FIELD_MAX_DOWNLOADS };

	if (share->is_share) {
		check_share(share, problems);
		return;
	}
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		refuse(share, own[i],
		       "this field is for shares only: leave it out, or send "
		       "the request to /shares",
		       problems);
}

enum error order_share_lifetime(struct fields *fields, bool is_share,
				int64_t now, struct problem *problem)
{
	const char *pointer = field_pointers[FIELD_LIFETIME];
	enum field other = is_share ? FIELD_EXPIRES : FIELD_TTL;
	int64_t seconds = (int64_t)fields->lifetime_in;

	if (!fields_has(fields, FIELD_LIFETIME))
		return ERROR_NONE;
	if (fields_has(fields, other))
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "'%s' and '%s' say the same: leave one of "
				   "them out",
				   field_names[FIELD_LIFETIME],
				   field_names[other]);
	if (fields->lifetime_at)
		seconds = fields->lifetime_at - now;
	if (seconds <= 0 || seconds > CONFIG_LINK_AGE_MAX)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "this time is %s: name another",
				   seconds <= 0 ? "over already" :
						  "too far away");
	if (is_share)
		fields->expires_at = now + seconds;
	else
		fields->scope.ttl = (uint32_t)seconds;
	return ERROR_NONE;
}

enum error order_share_expiry(const struct fields *fields, int64_t now,
			      uint32_t most, int64_t *expires,
			      struct problem *problem)
{
	if (fields->expires_in)
		*expires = now + (int64_t)fields->expires_in;
	else if (fields->expires_at || fields_has(fields, FIELD_EXPIRES))
		*expires = fields->expires_at;
	else
		*expires =
			now + (ORDER_SHARE_AGE < most ? ORDER_SHARE_AGE : most);
	if (*expires <= now)
		return problem_set(problem, ERROR_BAD_VALUE, "/expires",
				   "this time is over already: name one that "
				   "is to come");
	if (*expires - now <= most)
		return ERROR_NONE;
	return problem_set(problem, ERROR_ACCESS_DENIED, "/expires",
			   "a share of this caller may live %lu seconds at "
			   "most: name an earlier end",
			   (unsigned long)most);
}
