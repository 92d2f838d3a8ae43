/*
 * config - the INI file: limits, accounts, parents with their keys, callers.
 *
 * Loaded as a whole or not at all. Everything is owned by the struct and stays
 * in place until config_free, so others borrow from it freely. The format is
 * that of mintage.conf(5); parsed by inih.
 */
#ifndef MINTAGE_LIB_CONFIG_CONFIG_H
#define MINTAGE_LIB_CONFIG_CONFIG_H

#include "lib/base/buffer.h"
#include "lib/base/digest.h"
#include "lib/sign/scope.h"
#include "lib/sign/secret.h"

/* What REMOTE_USER takes the place of in a caller's prefixes. */
#define CONFIG_USER "{user}"

/* Most prefixes of one caller. */
#define CONFIG_PREFIXES_MAX 64

/* Most that any max-entries can be. */
#define CONFIG_ENTRIES_MAX 1000000000

/* Longest REMOTE_USER. */
#define CONFIG_USER_MAX 255

/* A list of words. `list` is owned, and the texts with it: one block. */
struct words {
	struct slice *list;
	size_t count;
};

enum jurisdiction {
	JURISDICTION_DEFAULT,
	JURISDICTION_EU,
	JURISDICTION_FEDRAMP,
};

struct account {
	struct account *next;
	char *name;
	char *id; /* 1-32 lower-case hex */
	enum jurisdiction jurisdiction;
	char *endpoint; /* URL without a trailing slash: as given, or
			 * https://ID[.JURISDICTION].r2.cloud... */
	char *host;     /* host[:port] of endpoint: the token's aud */
	char *api_endpoint;
	int line; /* where its section begins */
};

enum signer { SIGNER_LOCAL, SIGNER_CLOUDFLARE };

struct key {
	char name[64]; /* of its [parent NAME] section */
	char access_key_id[65];
	struct secret secret;    /* SIGNER_LOCAL */
	struct secret api_token; /* SIGNER_CLOUDFLARE */
	/* Where the two were read from; owned, NULL for the one not read. */
	char *secret_file;
	char *api_token_file;
};

struct parent {
	struct parent *next;
	struct account *account;
	struct key key;
	enum permission permission;
	struct words buckets;
	enum signer signer;
	int line;
};

struct caller {
	struct caller *next;
	char *name;
	/* Exactly one way of being recognised: */
	bool has_bearer;
	uint8_t bearer_sha256[DIGEST_SIZE];
	char *remote_user; /* NULL, a name, or "*" for any */
	bool anonymous;
	/* What it may have: */
	struct parent **parents;
	size_t parent_count;
	struct words buckets;
	bool permissions[PERMISSION_COUNT];
	struct words prefixes; /* as written, {user} not yet replaced; "*" is
				* any key */
	bool whole_bucket;
	uint32_t max_ttl;     /* default TTL_DEFAULT */
	uint64_t max_entries; /* default: the service's, which also bounds
			       * it */
	int line;
};

struct config {
	char *path;
	char *templates;   /* directory */
	uint64_t max_body; /* bytes */
	uint64_t max_entries;
	char *audit_log; /* a path, or "syslog" */
	bool audit_sync;
	bool require_https;
	uint32_t request_timeout; /* seconds a silent web server is waited for */
	/* Of calls to api_endpoint: */
	uint32_t api_concurrency; /* at a time */
	uint32_t api_deadline;    /* seconds for all calls of one request */
	char *api_proxy;          /* URL, or NULL: none */
	char *api_ca_file;        /* PEM, or NULL: the system's authorities */
	char *state_dir;          /* where calls are counted, or NULL */
	struct account *accounts; /* in file order, as are the others */
	struct parent *parents;
	struct caller *callers;
};

/*
 * Load `path`. On failure *problem is ERROR_CONFIG with "FILE:LINE: reason and
 * remedy", *config is NULL. Caller frees with config_free.
 */
enum error config_load(struct config **config, const char *path,
		       struct problem *problem) MUST_CHECK;

/* Wipes every secret. NULL is fine. */
void config_free(struct config *config);

/* NULL when there is none. */
const struct account *config_account(const struct config *config,
				     struct slice id);
const struct parent *config_parent(const struct config *config,
				   struct slice access_key_id);
const struct parent *config_parent_named(const struct config *config,
					 const char *name);

/*
 * What is allowed but probably not meant (a caller that can get nothing, a
 * prefix without a slash at its end, an account nobody uses ...): calls `say`
 * once for each, with "FILE:LINE: ..." texts. Returns how many.
 */
size_t config_warnings(const struct config *config,
		       void (*say)(void *context, const char *text),
		       void *context);

#endif
