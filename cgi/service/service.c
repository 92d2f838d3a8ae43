#include "service.h"

#include <limits.h>
#include <string.h>

#include "files.h"
#include "lib/base/opener.h"
#include "lib/config/state.h"
#include "sandbox.h"

/* Keep the sum of strangers' refusals where the counters are, else beside the
 * log where that is a file. */
static void begin_strangers(struct service *service, enum service_stay stay)
{
	const struct config *config = service->config;
	const struct audit *audit = &service->audit;
	const char *folder = config_state_folder(config);
	char beside[PATH_MAX];

	if (!folder && audit->file >= 0 && audit->kind == AUDIT_FILE &&
	    config_state_beside_log(config, beside, sizeof(beside)))
		folder = beside;
	audit_strangers_begin(&service->strangers, folder, config->audit_log,
			      config->refusal_rate, stay == SERVICE_STAYS);
}

enum error service_load(struct service *service, const char *path,
			enum service_stay stay, struct problem *problem)
{
	enum strict_user user = stay == SERVICE_PROMPT ? STRICT_PROMPT :
							 STRICT_SERVICE;
	struct config *config;
	enum error error;

	*service = (struct service){ .audit = { .file = -1 },
				     .once = { .file = -1 } };
	*problem = (struct problem){ .error = ERROR_NONE };
	error = files_load(&service->config, &service->renderer, path, user,
			   stay == SERVICE_STAYS ? FILES_NOW : FILES_LATER,
			   problem);
	if (!error) {
		service->days =
			locked_take(service->config->locked,
				    SERVICE_DAYS_MAX * sizeof(*service->days));
		if (!service->days)
			error = problem_set(problem, ERROR_CONFIG, NULL,
					    "%s: out of memory", path);
	}
	if (error) {
		service_free(service);
		return error;
	}
	config = service->config;
	metrics_open(&service->metrics, config_state_folder(config));
	if (audit_open(&service->audit, config->audit_log, config->audit_sync,
		       problem) == ERROR_NONE)
		problem->error = ERROR_NONE;
	state_counts_begin(&service->counts, config->state_dir);
	service->limits.folder = config->state_dir;
	service->visitors.folder = config->state_dir;
	begin_strangers(service, stay);
	return ERROR_NONE;
}

void service_rely(struct service *service, struct keeper *keeper)
{
	upstream_prepare(service->config);
	service->keeper = keeper;
	service->upstream.start = keeper_start_helper;
	service->upstream.context = keeper;
	opener_ask(keeper_connect, keeper);
}

void service_free(struct service *service)
{
	upstream_stop(&service->upstream);
	metrics_close(&service->metrics);
	audit_strangers_end(&service->strangers, &service->audit);
	state_counts_end(&service->counts);
	once_close(&service->once);
	audit_close(&service->audit);
	renderer_free(&service->renderer);
	config_free(service->config);
	*service = (struct service){ .audit = { .file = -1 },
				     .once = { .file = -1 } };
}

/* Load the service anew, from what the keeper opened where there is one. */
static enum error load_fresh(struct service *fresh,
			     const struct service *service,
			     struct problem *problem)
{
	struct keeper *keeper = service->keeper;
	const char *path = service->config->path;
	enum error error = ERROR_NONE;
	struct problem moved;

	if (keeper)
		error = keeper_load(keeper, problem);
	if (!error) {
		error = service_load(fresh, path, SERVICE_STAYS, problem);
		/* A file that is named now, but that the keeper has not opened,
		 * can't be opened here. What is wrong is that another one was
		 * changed in between. */
		if (error && opener_missed())
			problem_set(problem, error, NULL,
				    "%s: files were changed while they were "
				    "loaded; load them again",
				    opener_missed());
	}
	if (!error) {
		error = sandbox_check(fresh->config, &moved);
		if (error) {
			service_free(fresh);
			*problem = moved;
		}
	}
	if (keeper)
		keeper_loaded(keeper);
	fresh->keeper = keeper;
	return error;
}

enum error service_reload(struct service *service, struct problem *problem)
{
	struct problem unused;
	struct service fresh;
	enum error error, reopened;

	error = load_fresh(&fresh, service, problem);
	if (error) {
		memcpy(service->outdated, problem->message,
		       sizeof(service->outdated));
		/* The log may have been rotated, so open it anew all the same.
		 * Where that fails, the next line tries again. */
		reopened = audit_reopen(&service->audit, &unused);
		(void)reopened;
		return error;
	}
	/* Where the log is still the same file, it may end with a line that was
	 * cut, and the next line must not be joined to it. */
	if (strcmp(fresh.config->audit_log, service->config->audit_log) == 0)
		fresh.audit.torn = service->audit.torn;
	/* Keep the helper and its open connections. It is sent its settings
	 * with each batch, so it needs no reload. */
	fresh.upstream = service->upstream;
	service->upstream = (struct upstream){ .helper = 0 };
	/* Keep what only this process remembers. */
	if (service->once.file < 0 && !fresh.config->state_dir) {
		fresh.once = service->once;
		service->once = (struct once){ .file = -1 };
	}
	service_free(service);
	*service = fresh;
	return ERROR_NONE;
}

const struct presign_day *service_signing_key(struct service *service,
					      const struct parent *parent,
					      int64_t now)
{
	const struct keyed *secret = parent->key.secret;
	struct service_day *place;

	for (size_t i = 0; i < SERVICE_DAYS_MAX; i++) {
		place = &service->days[i];
		if (place->parent == parent &&
		    presign_day_fits(&place->day, now))
			return &place->day;
	}
	place = &service->days[service->next_day];
	service->next_day = (service->next_day + 1) % SERVICE_DAYS_MAX;
	place->parent = parent;
	presign_day_derive(&place->day, &secret->aws4, now);
	return &place->day;
}
