/*
 * mintage share revoke - closes a share at once.
 */
#include "share_revoke.h"

#include <errno.h>
#include <stdio.h>

#include "cgi/share/own.h"
#include "login.h"
#include "shares.h"

static enum cli_status revoke(struct service *service, const char *user,
			      const char *id)
{
	const struct subject owner = { .kind = SUBJECT_OWNER };
	struct audit_request who = { .caller = "owner",
				     .user = user,
				     .route = "share" };
	struct problem problem;
	enum error error;

	if (!audit_request_id(&service->audit.ids, who.id))
		return cli_complain("no random numbers: %s", strerror(errno));
	error = share_own_revoke(service, &owner, &who, slice_text(id),
				 &problem);
	if (error == ERROR_NO_ROUTE)
		return cli_complain("there is no share %s; 'mintage share "
				    "list' shows those that there are",
				    id);
	if (error && service->audit.failed)
		return cli_complain("%s", service->audit.why);
	if (error)
		return cli_problem(&problem);
	printf("Share %s is closed. Addresses of R2 that it led to are good "
	       "until they expire.\n",
	       id);
	return CLI_DONE;
}

static enum cli_status load_and_revoke(const struct shares_request *request)
{
	struct service service;
	char user[USER_MAX + 1], id[SHARE_ID_LENGTH + 1];
	struct problem problem;
	enum cli_status status = shares_id(request->id, id);

	if (status != CLI_DONE)
		return status;
	if (service_load(&service, cli_config_path(request->config),
			 SERVICE_PROMPT, &problem))
		return cli_problem(&problem);
	cli_login_name(user, sizeof(user));
	/* Without the audit log nothing can be recorded, so nothing is revoked.
	 */
	status = problem.error ? cli_problem(&problem) :
				 shares_need_folder(service.config);
	if (status == CLI_DONE)
		status = revoke(&service, user, id);
	service_free(&service);
	return status;
}

static const struct cli_option options[] = {
	{ "config", OPTION_TEXT("FILE", struct shares_request, config),
	  "the configuration" },
	OPTIONS_END,
};

static enum cli_status run(const struct command *command, int argc, char **argv)
{
	struct shares_request request = { .config = NULL };
	enum cli_status status = command_read(command, argc, argv, &request);

	return status == CLI_DONE ? load_and_revoke(&request) : status;
}

const struct command share_revoke_command = {
	.group = "share",
	.name = "revoke",
	.summary = "close a share at once; SHARE is its id or its address",
	.synopsis = "SHARE",
	.options = options,
	.argument = { "SHARE", true, offsetof(struct shares_request, id) },
	.run = run,
};
