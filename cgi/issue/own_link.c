#include "own_link.h"

/* Append a text that is short enough, as own_place_settle found. */
static void add_base(struct own_link *link, const char *text)
{
	size_t length = strlen(text);

	memcpy(link->url + link->base_length, text, length);
	link->base_length += length;
}

void own_link_begin(struct own_link *link, const struct own_place *place)
{
	link->place = place;
	link->base_length = 0;
	link->url_length = 0;
	if (place->download) {
		add_base(link, place->config->public_url);
		add_base(link, place->download->path);
		links_signed_begin(&link->signer, place->download->link_secret);
	} else {
		waf_begin(&link->waf, slice_text(place->domain->name),
			  place->domain->secret);
	}
}

void own_link_one(struct own_link *link, struct slice key, int64_t now,
		  uint32_t ttl)
{
	struct slice rest = own_place_rest(link->place, key);
	char *end = link->url + link->base_length;

	link->url_length = link->base_length +
			   (link->place->download ?
				    links_signed_make(&link->signer, rest,
						      now + ttl, end) :
				    waf_link(&link->waf, rest, now, end));
}

void own_link_end(struct own_link *link)
{
	if (link->place->download)
		links_signed_end(&link->signer);
	else
		waf_end(&link->waf);
	explicit_bzero(link->url, sizeof(link->url));
}
