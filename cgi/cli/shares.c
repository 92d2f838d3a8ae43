#include "shares.h"

#include <time.h>

#include "labels.h"
#include "lib/base/date.h"

enum cli_status shares_begin(const struct command *command, int argc,
			     char **argv, struct shares_request *request,
			     struct config **config)
{
	enum cli_status status = command_read(command, argc, argv, request);
	struct problem problem;

	if (status == CLI_DONE &&
	    config_load(config, cli_config_path(request->config), &problem))
		status = cli_problem(&problem);
	return status;
}

static const char *date_of(const struct share_file *share,
			   enum share_number number, char text[DATE_TEXT_MAX])
{
	date_text((int64_t)share->head.number[number], text);
	return text;
}

static bool is_over(const struct share_file *share)
{
	return (int64_t)share->head.number[SHARE_EXPIRES] < time(NULL);
}

static void print_foreign(struct cli_output *out, const char *label,
			  struct slice text)
{
	if (text.length == 0)
		return;
	labels_begin(out, label);
	cli_print_foreign(out, text);
	sink_text(&out->sink, "\n");
}

void shares_print(struct cli_output *out, const struct share_file *share)
{
	const struct share_head *head = &share->head;
	char text[DATE_TEXT_MAX];

	cli_print(out, "share %s%s\n", share->id,
		  is_over(share) ? " (over)" : "");
	print_foreign(out, "title", head->text[SHARE_TITLE]);
	print_foreign(out, "caller", head->text[SHARE_CALLER]);
	print_foreign(out, "user", head->text[SHARE_USER]);
	print_foreign(out, "bucket", head->text[SHARE_BUCKET]);
	labels_number(out, "files", head->number[SHARE_COUNT]);
	if (head->number[SHARE_MAX_DOWNLOADS] > 0)
		labels_number(out, "downloads of each",
			      head->number[SHARE_MAX_DOWNLOADS]);
	labels_text(out, "made", date_of(share, SHARE_CREATED, text));
	labels_text(out, "until", date_of(share, SHARE_EXPIRES, text));
	print_foreign(out, "request", head->text[SHARE_REQUEST]);
}

void shares_json(struct jsonout *json, const struct share_file *share)
{
	const struct share_head *head = &share->head;
	char text[DATE_TEXT_MAX];

	jsonout_text(json, "id", share->id);
	jsonout_slice(json, "title", head->text[SHARE_TITLE]);
	jsonout_slice(json, "message", head->text[SHARE_MESSAGE]);
	jsonout_slice(json, "caller", head->text[SHARE_CALLER]);
	jsonout_slice(json, "user", head->text[SHARE_USER]);
	jsonout_slice(json, "account", head->text[SHARE_ACCOUNT]);
	jsonout_slice(json, "parent", head->text[SHARE_PARENT]);
	jsonout_slice(json, "bucket", head->text[SHARE_BUCKET]);
	jsonout_number(json, "count", (int64_t)head->number[SHARE_COUNT]);
	jsonout_number(json, "maxDownloads",
		       (int64_t)head->number[SHARE_MAX_DOWNLOADS]);
	jsonout_text(json, "createdAt", date_of(share, SHARE_CREATED, text));
	jsonout_text(json, "expiresAt", date_of(share, SHARE_EXPIRES, text));
	jsonout_slice(json, "request", head->text[SHARE_REQUEST]);
}

enum cli_status shares_need_folder(const struct config *config)
{
	if (config->shares_dir)
		return CLI_DONE;
	return cli_complain("%s: [mintage] has no 'shares-dir', so there are "
			    "no shares",
			    config->path);
}

enum cli_status shares_id(const char *text, char id[SHARE_ID_LENGTH + 1])
{
	const char *begin = text, *mark;

	if (share_id_is(slice_text(text))) {
		memcpy(id, text, SHARE_ID_LENGTH + 1);
		return CLI_DONE;
	}
	/* The service's own address may hold the same mark. */
	while ((mark = strstr(begin, "/s/")))
		begin = mark + 3;
	if (share_id_of(slice_of(begin, strcspn(begin, "/?#")), id))
		return CLI_DONE;
	return cli_complain("SHARE is neither the id of a share, which has %d "
			    "characters of 0-9 and a-f, nor its address, which "
			    "ends in /s/ and 22 characters",
			    SHARE_ID_LENGTH);
}
