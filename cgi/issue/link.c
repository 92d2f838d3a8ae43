#include "link.h"

void issue_link_begin(struct issue_link *link)
{
	link->used = false;
	link->is_own = false;
	link->header = 0;
	link->pairs.header_count = 0;
}

bool issue_link_signer(struct issue_link *link, const struct order *order,
		       const struct mint *mint)
{
	const struct parent *parent = order->grant.parent;
	struct presign_signer signer = {
		.endpoint = slice_text(parent->account->endpoint),
		.bucket = order->fields->bucket,
		.access_key_id = slice_text(parent->key.access_key_id),
		.time = order->now,
	};
	struct digest_hmac first;
	struct presign_day own;
	bool done;

	if (!mint && (link->used || link->is_own))
		return true;
	if (own_place_name(&order->own)) {
		own_link_begin(&link->own, &order->own);
		link->now = order->now;
		link->is_own = true;
		return true;
	}
	link->used = true;
	if (!mint)
		return presign_begin(&link->presign, &signer,
				     service_signing_key(order->service, parent,
							 order->now)) ==
		       ERROR_NONE;
	signer.session_token = slice_of(mint->token, mint->token_length);
	keyed_aws4_begin(&first, slice_of(mint->secret, MINT_SECRET_LENGTH));
	presign_day_derive(&own, &first, order->now);
	done = presign_begin(&link->presign, &signer, &own) == ERROR_NONE;
	explicit_bzero(&first, sizeof(first));
	explicit_bzero(&own, sizeof(own));
	return done;
}

void issue_link_one(struct issue_link *link, struct slice key,
		    const struct terms *terms)
{
	struct presign_link signing = {
		.method = terms->link.method,
		.key = key,
		.expires = terms->scope.ttl,
		.query = link->pairs.query,
		.headers = link->pairs.headers,
	};

	link->header = 0;
	link->pairs.header_count = 0;
	if (link->is_own) {
		own_link_one(&link->own, key, link->now, terms->scope.ttl);
		return;
	}
	link_pairs_fill(&link->pairs, &terms->link);
	signing.query_count = link->pairs.query_count;
	signing.header_count = link->pairs.header_count;
	presign_one(&link->presign, &signing);
}

bool issue_link_header(struct issue_link *link, struct slice *name,
		       struct slice *value, bool *by_client)
{
	const struct presign_pair *header = &link->pairs.headers[link->header];

	if (link->header == link->pairs.header_count) {
		link->header = 0;
		return false;
	}
	link->header++;
	*name = header->name;
	*value = header->value;
	*by_client = header->name.data ==
		     link_terms_table[LINK_TERM_CONTENT_LENGTH].there.data;
	return true;
}

void issue_link_end(struct issue_link *link)
{
	if (link->used)
		presign_end(&link->presign);
	link->used = false;
	if (link->is_own)
		own_link_end(&link->own);
	link->is_own = false;
}
