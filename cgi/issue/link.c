#include "link.h"

#include "lib/sign/presign_disposition.h"

void issue_link_begin(struct issue_link *link)
{
	link->used = false;
	link->is_own = false;
	link->header = 0;
	link->link = (struct presign_link){ .method = METHOD_NONE };
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
	presign_day_derive(&own, slice_of(mint->secret, MINT_SECRET_LENGTH),
			   order->now);
	done = presign_begin(&link->presign, &signer, &own) == ERROR_NONE;
	explicit_bzero(&own, sizeof(own));
	return done;
}

void issue_link_one(struct issue_link *link, const struct entry *entry,
		    const struct terms *terms)
{
	size_t length = 0;

	if (entry->filename.length)
		length =
			presign_disposition(entry->filename, link->disposition);
	link->link = (struct presign_link){
		.method = terms->method,
		.key = entry->key,
		.expires = terms->scope.ttl,
		.disposition = slice_of(link->disposition, length),
		.content_type = entry->content_type,
		.content_length = entry->content_length,
	};
	/* A digest is signed into an upload. A download is not bound to it. */
	if (terms->method == METHOD_PUT)
		link->link.sha256 = entry->sha256;
	link->header = 0;
	if (link->is_own)
		own_link_one(&link->own, entry->key, link->now,
			     terms->scope.ttl);
	else
		presign_one(&link->presign, &link->link);
}

bool issue_link_header(struct issue_link *link, struct slice *name,
		       struct slice *value, bool *by_client)
{
	const struct {
		const char *name;
		struct slice value;
		bool by_client;
	} headers[] = {
		{ "Content-Type", link->link.content_type, false },
		{ "Content-Length", link->link.content_length, true },
		{ "x-amz-content-sha256", link->link.sha256, false },
	};
	const size_t count = sizeof(headers) / sizeof(headers[0]);

	while (link->header < count) {
		size_t at = link->header++;

		if (headers[at].value.length == 0)
			continue;
		*name = slice_text(headers[at].name);
		*value = headers[at].value;
		*by_client = headers[at].by_client;
		return true;
	}
	link->header = 0;
	return false;
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
