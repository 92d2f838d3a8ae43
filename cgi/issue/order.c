#include "order.h"

#include <stdio.h>

#include "lib/base/clock.h"
#include "lib/base/problems.h"
#include "order_share.h"
#include "signer.h"

/* Refuse a field that does not belong in an order of this kind. */
static void refuse_if_given(const struct order *order, enum field field,
			    const char *why, struct problems *problems)
{
	char pointer[PROBLEM_POINTER_MAX];

	if (!fields_has(order->fields, field))
		return;
	snprintf(pointer, sizeof(pointer), "/%s", field_names[field]);
	problems_add(problems, ERROR_BAD_VALUE, pointer, "%s", why);
}

static void check_required(const struct order *order, struct problems *problems)
{
	const struct fields *fields = order->fields;

	if (!fields_has(fields, FIELD_BUCKET))
		problems_add(problems, ERROR_MISSING_FIELD, "/bucket",
			     "no bucket is named: name one");
	if (order->kind != ISSUE_LINKS &&
	    !fields_has(fields, FIELD_PERMISSION) &&
	    !fields_has(fields, FIELD_ACTIONS))
		problems_add(problems, ERROR_MISSING_FIELD, "/permission",
			     "no permission is named: name one, such as "
			     "object-read-only");
}

static void check_misplaced(const struct order *order,
			    struct problems *problems)
{
	const struct order_share share = {
		.fields = order->fields,
		.config = order->service->config,
		.is_share = order->share_id != NULL,
	};

	if (order->kind == ISSUE_SINGLE)
		refuse_if_given(
			order, FIELD_ON_ERROR,
			"'onError' is for batches and links: a single "
			"credential is refused as a whole, so leave it out",
			problems);
	order_share_check(&share, problems);
	if (order->kind == ISSUE_LINKS) {
		refuse_if_given(
			order, FIELD_PREFIXES,
			"a link opens one object, not a prefix: name keys "
			"in 'objects'",
			problems);
		if (!fields_sign_is_own(order->fields->sign))
			refuse_if_given(
				order, FIELD_DOWNLOAD,
				"'download' names the section of a link with "
				"sign=download or sign=waf: write one of "
				"these, or leave it out",
				problems);
		return;
	}
	refuse_if_given(
		order, FIELD_METHOD,
		"'method' is for links: a credential's permission says what "
		"it may do, so leave it out",
		problems);
	refuse_if_given(order, FIELD_SIGN,
			"'sign' is for links, not for credentials: leave it "
			"out",
			problems);
	refuse_if_given(order, FIELD_DOWNLOAD,
			"'download' is for links, not for credentials: leave "
			"it out",
			problems);
	for (size_t i = FIELD_COUNT - LINK_TERM_COUNT; i < FIELD_COUNT; i++)
		refuse_if_given(order, (enum field)i,
				"it is for links, not for credentials: leave "
				"it out, or ask for presigned-urls",
				problems);
}

static void add_manifest(const struct order *order, struct problems *problems)
{
	struct fields *fields = order->fields;
	struct problem problem;

	if (fields_has(fields, FIELD_MANIFEST_FORMAT) &&
	    !fields_has(fields, FIELD_MANIFEST))
		problems_add(problems, ERROR_BAD_VALUE, "/manifestFormat",
			     "'manifestFormat' says how to read 'manifest', "
			     "and no manifest was sent");
	if (fields_has(fields, FIELD_KEY_NAME) &&
	    !fields_has(fields, FIELD_MANIFEST))
		problems_add(problems, ERROR_BAD_VALUE, "/keyName",
			     "'keyName' says where 'manifest' has its keys, "
			     "and no manifest was sent");
	if (fields_has(fields, FIELD_MANIFEST) && fields->manifest.data &&
	    manifest_add_document(&fields->entries, fields->manifest_format,
				  fields->manifest, &problem))
		problems_push(problems, &problem);
}

/* A single credential without paths reaches the whole bucket. Only a caller who
 * may have the whole bucket gets one, and only where no list was sent at all. */
static void check_extent(const struct order *order, struct problems *problems)
{
	if (order->entries->part_count > 0)
		return;
	if (order->kind != ISSUE_SINGLE)
		problems_add(problems, ERROR_EMPTY, "/objects",
			     "%s, or send a manifest",
			     order->kind == ISSUE_LINKS ?
				     "a link opens an object: name objects" :
				     "a batch needs entries: name objects or "
				     "prefixes");
	else if (!order->grant.whole_bucket)
		problems_add(problems, ERROR_ACCESS_DENIED, "/objects",
			     "this caller may not have the whole bucket: name "
			     "objects or prefixes");
}

/* Which field a problem with the permission or action belongs to. */
static const char *abilities_pointer(const struct order *order)
{
	if (order->kind == ISSUE_LINKS)
		return "/method";
	return fields_has(order->fields, FIELD_PERMISSION) ? "/permission" :
							     "/actions";
}

/* Choose the parent and gather the grant, from the terms that hold for entries
 * without terms of their own. */
static enum error settle_grant(struct order *order,
			       const struct order_request *request,
			       struct problem *problem)
{
	struct want want = {
		.account_id = request->account_id,
		.any_account = order->share_id != NULL &&
			       request->account_id.length == 0,
		.bucket = order->fields->bucket,
		.access_key_id = order->fields->parent,
		.field = abilities_pointer(order),
	};
	enum error error;

	order->defaults = terms_defaults(order->kind, order->fields);
	error = terms_settle(&order->defaults, NULL, &order->terms, problem);
	if (error)
		return error;
	want.abilities = scope_abilities(&order->terms.scope);
	error = own_place_settle(&order->own, &order->grant,
				 order->service->config, request->subject,
				 &want, order->fields, problem);
	if (error || order->own.domain)
		return error;
	return signer_terms_check(&order->grant, order->kind, &order->terms,
				  order->defaults.scope.actions != 0, problem);
}

/* Put a lifetime in place of one that was not named, and check the terms
 * against the grant. */
static enum error settle_ttl(struct order *order, struct problem *problem)
{
	uint32_t max = order->grant.max_ttl;
	uint32_t usual = order->share_id ? ORDER_SHARE_TTL : TTL_DEFAULT;
	enum error error;

	error = own_place_ttl_check(&order->own, &order->grant,
				    &order->defaults.scope.ttl, problem);
	if (error)
		return error;
	if (order->defaults.scope.ttl == 0)
		order->defaults.scope.ttl = max < usual ? max : usual;
	order->terms.scope.ttl = order->defaults.scope.ttl;
	return terms_check(order->kind, &order->grant, &order->terms, problem);
}

/* Settle when the share ends, where the order is for one. */
static enum error settle_expiry(struct order *order, struct problem *problem)
{
	if (!order->share_id)
		return ERROR_NONE;
	return order_share_expiry(order->fields, order->now,
				  order->grant.max_link_age,
				  &order->share_expires, problem);
}

/* Refuse an answer whose template is broken before anything is issued. The log
 * has the template's own problem, with the file's name. */
static enum error need_template(const struct order *order,
				struct problems *problems)
{
	struct problem problem;

	if (renderer_need(&order->service->renderer, order->format, &problem))
		return problems_add(problems, ERROR_TEMPLATE, "/format",
				    "format '%s' can't be used now: tell the "
				    "administrator",
				    order->format->name);
	return ERROR_NONE;
}

static enum error settle_fields(struct order *order, struct problems *problems)
{
	enum error error = need_template(order, problems);
	struct problem problem;

	if (error)
		return error;
	/* The body did not parse. Stop here, or every field would be reported
	 * as missing. */
	if (problems_first(problems) == ERROR_MALFORMED)
		return ERROR_MALFORMED;
	check_required(order, problems);
	if (order_share_lifetime(order->fields, order->share_id != NULL,
				 order->now, &problem))
		problems_push(problems, &problem);
	if (terms_ttl_check(order->fields->sign, order->fields->scope.ttl,
			    &problem))
		problems_push(problems, &problem);
	check_misplaced(order, problems);
	add_manifest(order, problems);
	return problems_first(problems);
}

enum error order_settle(struct order *order,
			const struct order_request *request,
			struct problems *problems)
{
	struct problem problem;
	struct timespec now;

	*order = (struct order){
		.service = request->service,
		.kind = request->kind,
		.format = request->format,
		.fields = request->fields,
		.entries = &request->fields->entries,
		.who = request->who,
		.share_id = request->share_id,
	};
	/* Whatever is issued expires by this clock, so without it nothing is. */
	if (clock_read(&now, &problem)) {
		problems_push(problems, &problem);
		return problems_first(problems);
	}
	order->now = now.tv_sec;
	if (settle_fields(order, problems))
		return problems_first(problems);
	if (settle_grant(order, request, &problem) ||
	    settle_ttl(order, &problem) || settle_expiry(order, &problem))
		problems_push(problems, &problem);
	else
		check_extent(order, problems);
	return problems_first(problems);
}

void order_free(struct order *order)
{
	grant_free(&order->grant);
	repeats_free(&order->repeats);
}
