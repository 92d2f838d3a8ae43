#include "service.h"

#include <limits.h>
#include <string.h>

#include "lib/config/state.h"
#include "strict.h"

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
	struct config *config;
	enum error error;

	*service = (struct service){ .audit = { .file = -1 },
				     .once = { .file = -1 } };
	*problem = (struct problem){ .error = ERROR_NONE };
	error = config_load(&service->config, path, problem);
	if (error)
		return error;
	config = service->config;
	error = strict_check(
		config, stay == SERVICE_PROMPT ? STRICT_PROMPT : STRICT_SERVICE,
		problem);
	if (!error)
		error = (stay == SERVICE_STAYS ? renderer_load : renderer_open)(
			&service->renderer, config->templates, &pages_others,
			problem);
	if (error) {
		service_free(service);
		return error;
	}
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
	explicit_bzero(service->days, sizeof(service->days));
	*service = (struct service){ .audit = { .file = -1 },
				     .once = { .file = -1 } };
}

enum error service_reload(struct service *service, struct problem *problem)
{
	struct problem unused;
	struct service fresh;
	enum error error, reopened;

	error = service_load(&fresh, service->config->path, SERVICE_STAYS,
			     problem);
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
	const struct secret *secret = &parent->key.secret;
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
	presign_day_derive(&place->day, slice_of(secret->text, secret->length),
			   now);
	return &place->day;
}
