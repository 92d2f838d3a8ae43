#include "check_downloads.h"

#include <stdio.h>

#include "labels.h"
#include "lib/base/escape.h"
#include "lib/config/download.h"
#include "lib/config/reach.h"
#include "lib/links/kind.h"

/* A line of the configuration, which holds a path or a URL, has less bytes. */
#define PATH_BYTES_MAX 200
#define URL_BYTES_MAX 200

/* Write the section's path as it stands in a link, terminated. */
static struct slice encode_path(char dst[ESCAPE_GROWTH * PATH_BYTES_MAX],
				const struct download *download)
{
	size_t length = strlen(download->path);

	if (length > PATH_BYTES_MAX)
		length = PATH_BYTES_MAX;
	return slice_of(dst, escape_url_path(dst, download->path, length));
}

static bool has_kind(const struct download *download, size_t number)
{
	return download->link_kinds & (UINT32_C(1) << number);
}

/* ---- for people ----------------------------------------------------------- */

/* "every key below public/ of files", or "every key of files". */
static void print_keys(struct cli_output *out, const char *keys,
		       const struct download *download)
{
	sink_text(&out->sink, keys);
	if (download->prefix[0] != '\0') {
		sink_text(&out->sink, " below ");
		cli_print_foreign(out, slice_text(download->prefix));
	}
	cli_print(out, " of %s\n", download->bucket);
}

static void print_kinds(struct cli_output *out, const struct download *download)
{
	const char *between = " ";

	for (size_t i = 0; i < LINK_KIND_COUNT; i++) {
		if (!has_kind(download, i))
			continue;
		cli_print(out, "%s%s", between, links_kind_table[i]->name);
		between = ", ";
	}
}

static void print_reach(struct cli_output *out, const struct caller *caller,
			const struct download *download)
{
	char label[sizeof("caller ") + CONFIG_NAME_MAX];
	char why[CONFIG_REACH_WHY_MAX];
	struct config_reach reach;

	config_reach_find(&reach, caller, download);
	snprintf(label, sizeof(label), "caller %s", caller->name);
	labels_begin(out, label);
	switch (reach.extent) {
	case CONFIG_REACH_ALL:
		print_keys(out, "every key", download);
		return;
	case CONFIG_REACH_PART:
		sink_text(&out->sink, "keys below");
		for (size_t i = 0; i < reach.count; i++) {
			sink_text(&out->sink, " ");
			cli_print_foreign(out, reach.prefixes[i]);
		}
		cli_print(out, " of %s\n", download->bucket);
		return;
	case CONFIG_REACH_NOTHING:
		cli_print(out, "nothing: %s\n",
			  config_reach_why(why, &reach, download));
	}
}

static void print_who(struct cli_output *out, const struct config *config,
		      const struct download *download)
{
	labels_begin(out, "open to");
	switch (download->open_to) {
	case OPEN_TO_EVERYONE:
		print_keys(out, "everyone: anybody may read every key",
			   download);
		return;
	case OPEN_TO_LINK:
		sink_text(&out->sink,
			  "link: whoever holds a good link of kinds");
		print_kinds(out, download);
		print_keys(out, " may read its key", download);
		return;
	default:
		sink_text(&out->sink, "callers: each may read\n");
	}
	for (const struct caller *caller = config->callers; caller;
	     caller = caller->next)
		print_reach(out, caller, download);
}

static void print_download(struct cli_output *out, const struct config *config,
			   const struct download *download)
{
	char path[ESCAPE_GROWTH * PATH_BYTES_MAX];

	cli_print(out, "download %s\n", download->name);
	if (config->public_url) {
		labels_begin(out, "address");
		sink_text(&out->sink, config->public_url);
		sink_slice(&out->sink, encode_path(path, download));
		sink_text(&out->sink, "\n");
	}
	labels_begin(out, "path");
	cli_print_foreign(out, slice_text(download->path));
	sink_text(&out->sink, "\n");
	labels_text(out, "account", download->account->name);
	labels_text(out, "bucket", download->bucket);
	labels_begin(out, "prefix");
	if (download->prefix[0] != '\0')
		cli_print_foreign(out, slice_text(download->prefix));
	else
		sink_text(&out->sink, "* (the whole bucket)");
	sink_text(&out->sink, "\n");
	labels_text(out, "parent", download->parent->key.name);
	labels_number(out, "ttl", download->ttl);
	labels_text(out, "disposition",
		    config_download_disposition_names[download->disposition]);
	if (download->max_downloads > 0)
		labels_number(out, "max downloads", download->max_downloads);
	print_who(out, config, download);
}

void check_downloads_print(struct cli_output *out, const struct config *config)
{
	for (const struct download *download = config->downloads; download;
	     download = download->next)
		print_download(out, config, download);
}

/* ---- as JSON -------------------------------------------------------------- */

static void write_address(struct jsonout *json, const struct config *config,
			  const struct download *download)
{
	char address[URL_BYTES_MAX + ESCAPE_GROWTH * PATH_BYTES_MAX];
	size_t length;

	if (!config->public_url) {
		jsonout_text(json, "address", NULL);
		return;
	}
	length = strnlen(config->public_url, URL_BYTES_MAX);
	memcpy(address, config->public_url, length);
	length += encode_path(address + length, download).length;
	jsonout_slice(json, "address", slice_of(address, length));
}

static void write_links(struct jsonout *json, const struct download *download)
{
	jsonout_array(json, "links");
	for (size_t i = 0; i < LINK_KIND_COUNT; i++) {
		if (download->open_to == OPEN_TO_LINK && has_kind(download, i))
			jsonout_text(json, NULL, links_kind_table[i]->name);
	}
	jsonout_array_end(json);
}

static void write_reach(struct jsonout *json, const struct caller *caller,
			const struct download *download)
{
	static const char *const extents[] = {
		[CONFIG_REACH_NOTHING] = "nothing",
		[CONFIG_REACH_PART] = "part",
		[CONFIG_REACH_ALL] = "all",
	};
	struct config_reach reach;

	config_reach_find(&reach, caller, download);
	jsonout_object(json, NULL);
	jsonout_text(json, "name", caller->name);
	jsonout_text(json, "reaches", extents[reach.extent]);
	jsonout_array(json, "prefixes");
	for (size_t i = 0; i < reach.count; i++)
		jsonout_slice(json, NULL, reach.prefixes[i]);
	jsonout_array_end(json);
	jsonout_text(json, "lacks", reach.lacks);
	jsonout_object_end(json);
}

static void write_callers(struct jsonout *json, const struct config *config,
			  const struct download *download)
{
	const struct caller *caller = config->callers;

	jsonout_array(json, "callers");
	for (; caller && download->open_to == OPEN_TO_CALLERS;
	     caller = caller->next)
		write_reach(json, caller, download);
	jsonout_array_end(json);
}

static void write_download(struct jsonout *json, const struct config *config,
			   const struct download *download)
{
	jsonout_object(json, NULL);
	jsonout_text(json, "name", download->name);
	write_address(json, config, download);
	jsonout_text(json, "path", download->path);
	jsonout_text(json, "account", download->account->name);
	jsonout_text(json, "bucket", download->bucket);
	jsonout_text(json, "prefix", download->prefix);
	jsonout_text(json, "parent", download->parent->key.name);
	jsonout_number(json, "ttlSeconds", download->ttl);
	jsonout_text(json, "disposition",
		     config_download_disposition_names[download->disposition]);
	jsonout_number(json, "maxDownloads", download->max_downloads);
	jsonout_text(json, "openTo",
		     config_download_open_to_names[download->open_to]);
	write_links(json, download);
	write_callers(json, config, download);
	jsonout_number(json, "line", download->line);
	jsonout_object_end(json);
}

void check_downloads_json(struct jsonout *json, const struct config *config)
{
	jsonout_array(json, "downloads");
	for (const struct download *download = config->downloads; download;
	     download = download->next)
		write_download(json, config, download);
	jsonout_array_end(json);
}
