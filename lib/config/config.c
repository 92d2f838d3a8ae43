#include "config.h"

#include <stdlib.h>

#include "sections.h"

#ifndef MINTAGE_TEMPLATES_DIR
#define MINTAGE_TEMPLATES_DIR "/usr/share/mintage/templates"
#endif

#define MAX_BODY_DEFAULT (UINT64_C(128) << 20)
#define MAX_BODY_MAX (UINT64_C(1) << 40)
#define MAX_ENTRIES_DEFAULT 1000000
#define AUDIT_LOG_DEFAULT "/var/log/mintage/audit.jsonl"
#define TIMEOUT_DEFAULT 60
#define TIMEOUT_MAX 86400
#define CONCURRENCY_DEFAULT 8
#define CONCURRENCY_MAX 64
#define DEADLINE_DEFAULT 60
#define DEADLINE_MAX 600

enum service_key {
	SERVICE_TEMPLATES,
	SERVICE_MAX_BODY,
	SERVICE_MAX_ENTRIES,
	SERVICE_AUDIT_LOG,
	SERVICE_AUDIT_SYNC,
	SERVICE_REQUIRE_HTTPS,
	SERVICE_REQUEST_TIMEOUT,
	SERVICE_API_CONCURRENCY,
	SERVICE_API_DEADLINE,
	SERVICE_API_PROXY,
	SERVICE_API_CA_FILE,
	SERVICE_STATE_DIR,
	SERVICE_KEY_COUNT
};

static const struct config_key service_keys[SERVICE_KEY_COUNT] = {
	[SERVICE_TEMPLATES] = { "templates", false },
	[SERVICE_MAX_BODY] = { "max-body", false },
	[SERVICE_MAX_ENTRIES] = { "max-entries", false },
	[SERVICE_AUDIT_LOG] = { "audit-log", false },
	[SERVICE_AUDIT_SYNC] = { "audit-sync", false },
	[SERVICE_REQUIRE_HTTPS] = { "require-https", false },
	[SERVICE_REQUEST_TIMEOUT] = { "request-timeout", false },
	[SERVICE_API_CONCURRENCY] = { "api-concurrency", false },
	[SERVICE_API_DEADLINE] = { "api-deadline", false },
	[SERVICE_API_PROXY] = { "api-proxy", false },
	[SERVICE_API_CA_FILE] = { "api-ca-file", false },
	[SERVICE_STATE_DIR] = { "state-dir", false },
};

static const struct config_kind service_kind = { "mintage", false, service_keys,
						 SERVICE_KEY_COUNT };

static enum error load_audit_log(struct config *config,
				 const struct config_place *at)
{
	const struct config_value *value = config_value(at, SERVICE_AUDIT_LOG);

	/* The one word that isn't a path. */
	if (value && strcmp(value->text, "syslog") == 0)
		return config_text(at, SERVICE_AUDIT_LOG, &config->audit_log);
	return config_path(at, SERVICE_AUDIT_LOG, &config->audit_log);
}

/* How Cloudflare's API is called. */
static enum error load_calling(struct config *config,
			       const struct config_place *at)
{
	uint64_t concurrency = config->api_concurrency;
	uint64_t deadline = config->api_deadline;
	enum error error;

	if ((error = config_number(at, SERVICE_API_CONCURRENCY, CONCURRENCY_MAX,
				   &concurrency)) ||
	    (error = config_number(at, SERVICE_API_DEADLINE, DEADLINE_MAX,
				   &deadline)) ||
	    (error = config_url(at, SERVICE_API_PROXY, false, false,
				&config->api_proxy, NULL)) ||
	    (error = config_path(at, SERVICE_API_CA_FILE,
				 &config->api_ca_file)) ||
	    (error = config_path(at, SERVICE_STATE_DIR, &config->state_dir)))
		return error;
	config->api_concurrency = (uint32_t)concurrency;
	config->api_deadline = (uint32_t)deadline;
	return ERROR_NONE;
}

static enum error load_service(struct config *config,
			       const struct config_place *at)
{
	uint64_t timeout = config->request_timeout;
	enum error error;

	if ((error = config_path(at, SERVICE_TEMPLATES, &config->templates)) ||
	    (error = config_size(at, SERVICE_MAX_BODY, MAX_BODY_MAX,
				 &config->max_body)) ||
	    (error = config_number(at, SERVICE_MAX_ENTRIES, CONFIG_ENTRIES_MAX,
				   &config->max_entries)) ||
	    (error = load_audit_log(config, at)) ||
	    (error = config_bool(at, SERVICE_AUDIT_SYNC,
				 &config->audit_sync)) ||
	    (error = config_bool(at, SERVICE_REQUIRE_HTTPS,
				 &config->require_https)) ||
	    (error = config_number(at, SERVICE_REQUEST_TIMEOUT, TIMEOUT_MAX,
				   &timeout)))
		return error;
	config->request_timeout = (uint32_t)timeout;
	return load_calling(config, at);
}

static enum error add_account(struct config *config,
			      const struct config_place *at)
{
	struct account **end = &config->accounts;

	while (*end)
		end = &(*end)->next;
	*end = calloc(1, sizeof(**end));
	return *end ? config_account_load(*end, at) : config_no_memory(at);
}

static enum error add_parent(struct config *config,
			     const struct config_place *at)
{
	struct parent **end = &config->parents;

	while (*end)
		end = &(*end)->next;
	*end = calloc(1, sizeof(**end));
	return *end ? config_parent_load(config, *end, at) :
		      config_no_memory(at);
}

static enum error add_caller(struct config *config,
			     const struct config_place *at)
{
	struct caller **end = &config->callers;

	while (*end)
		end = &(*end)->next;
	*end = calloc(1, sizeof(**end));
	return *end ? config_caller_load(config, *end, at) :
		      config_no_memory(at);
}

/* In the order they are read: each may name what stands in those before. */
static const struct config_kind *const kinds[] = {
	&service_kind,
	&config_account_kind,
	&config_parent_kind,
	&config_caller_kind,
};

#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

static enum error (*const loaders[KIND_COUNT])(struct config *,
					       const struct config_place *) = {
	load_service,
	add_account,
	add_parent,
	add_caller,
};

static enum error load_sections(struct config *config,
				const struct config_ini *ini,
				struct problem *problem)
{
	for (size_t i = 0; i < KIND_COUNT; i++) {
		for (const struct config_section *section = ini->sections;
		     section; section = section->next) {
			struct config_place at = {
				.path = ini->path,
				.section = section,
				.problem = problem,
			};
			enum error error = ERROR_NONE;

			if (section->kind == kinds[i])
				error = loaders[i](config, &at);
			if (error)
				return error;
		}
	}
	return ERROR_NONE;
}

static struct config *create(const char *path)
{
	struct config *config = calloc(1, sizeof(*config));

	if (!config)
		return NULL;
	*config = (struct config){
		.path = strdup(path),
		.templates = strdup(MINTAGE_TEMPLATES_DIR),
		.max_body = MAX_BODY_DEFAULT,
		.max_entries = MAX_ENTRIES_DEFAULT,
		.audit_log = strdup(AUDIT_LOG_DEFAULT),
		.require_https = true,
		.request_timeout = TIMEOUT_DEFAULT,
		.api_concurrency = CONCURRENCY_DEFAULT,
		.api_deadline = DEADLINE_DEFAULT,
	};
	if (config->path && config->templates && config->audit_log)
		return config;
	config_free(config);
	return NULL;
}

enum error config_load(struct config **config, const char *path,
		       struct problem *problem)
{
	struct config *loaded = create(path);
	struct config_ini ini = { 0 };
	enum error error;

	*config = NULL;
	if (!loaded)
		return config_fail(problem, path, 0, "out of memory");
	error = config_ini_read(&ini, path, kinds, KIND_COUNT, problem);
	if (!error)
		error = load_sections(loaded, &ini, problem);
	config_ini_free(&ini);
	if (error)
		config_free(loaded);
	else
		*config = loaded;
	return error;
}

/* ---- the end of it ------------------------------------------------------- */

static void free_accounts(struct account *account)
{
	while (account) {
		struct account *next = account->next;

		free(account->name);
		free(account->id);
		free(account->endpoint);
		free(account->host);
		free(account->api_endpoint);
		free(account);
		account = next;
	}
}

static void free_parents(struct parent *parent)
{
	while (parent) {
		struct parent *next = parent->next;

		secret_wipe(&parent->key.secret);
		secret_wipe(&parent->key.api_token);
		free(parent->key.secret_file);
		free(parent->key.api_token_file);
		config_words_free(&parent->buckets);
		free(parent);
		parent = next;
	}
}

static void free_callers(struct caller *caller)
{
	while (caller) {
		struct caller *next = caller->next;

		free(caller->name);
		free(caller->remote_user);
		free(caller->parents);
		config_words_free(&caller->buckets);
		config_words_free(&caller->prefixes);
		free(caller);
		caller = next;
	}
}

void config_free(struct config *config)
{
	if (!config)
		return;
	free_accounts(config->accounts);
	free_parents(config->parents);
	free_callers(config->callers);
	free(config->path);
	free(config->templates);
	free(config->audit_log);
	free(config->api_proxy);
	free(config->api_ca_file);
	free(config->state_dir);
	free(config);
}

/* ---- finding things ------------------------------------------------------ */

const struct account *config_account(const struct config *config,
				     struct slice id)
{
	const struct account *account = config->accounts;

	while (account && !slice_is(id, account->id))
		account = account->next;
	return account;
}

const struct parent *config_parent(const struct config *config,
				   struct slice access_key_id)
{
	const struct parent *parent = config->parents;

	while (parent && !slice_is(access_key_id, parent->key.access_key_id))
		parent = parent->next;
	return parent;
}

const struct parent *config_parent_named(const struct config *config,
					 const char *name)
{
	const struct parent *parent = config->parents;

	while (parent && strcmp(parent->key.name, name) != 0)
		parent = parent->next;
	return parent;
}
