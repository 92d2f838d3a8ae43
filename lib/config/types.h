/*
 * types - what a configuration is in memory: limits, accounts, parents with
 * their keys, callers, and what is open to whom by links.
 *
 * Everything is owned by struct config and stays in place until config_free, so
 * that others can borrow from it.
 */
#ifndef MINTAGE_LIB_CONFIG_TYPES_H
#define MINTAGE_LIB_CONFIG_TYPES_H

#include "lib/base/address.h"
#include "lib/base/buffer.h"
#include "lib/base/keyed.h"
#include "lib/base/locked.h"
#include "lib/links/expression.h"
#include "lib/links/link.h"
#include "lib/sign/scope.h"

/* Longest NAME of a section "[account NAME]". */
#define CONFIG_NAME_MAX 63

/* The mark in a caller's prefixes that REMOTE_USER replaces. */
#define CONFIG_USER "{user}"

/* Most prefixes of one caller. */
#define CONFIG_PREFIXES_MAX 64

/* The highest value that any max-entries can have. */
#define CONFIG_ENTRIES_MAX 1000000000

/* The highest value that any max-link-age can have, in seconds: ten years. */
#define CONFIG_LINK_AGE_MAX TTL_LINK_MAX

/* Longest REMOTE_USER, in bytes. */
#define CONFIG_USER_MAX 255

/* How often something may happen. */
struct rate {
	uint32_t most; /* in any stretch of `seconds`; 0: there is no limit */
	uint32_t seconds;
};

/* The highest number of any rate of a caller, and of strangers. */
#define CONFIG_RATE_MAX 1000000
#define CONFIG_STRANGER_RATE_MAX 60000

/* A list of words. `list` is one block that also holds the words' texts. */
struct words {
	struct slice *list;
	size_t count;
};

static inline bool words_have(const struct words *words, struct slice word)
{
	for (size_t i = 0; i < words->count; i++) {
		if (slice_equal(words->list[i], word))
			return true;
	}
	return false;
}

/* A list of networks, and whether it also names "unix". */
struct networks {
	struct network *list;
	size_t count;
	bool has_unix;
};

enum jurisdiction {
	JURISDICTION_DEFAULT,
	JURISDICTION_EU,
	JURISDICTION_US,
	JURISDICTION_FEDRAMP,
	JURISDICTION_COUNT
};

struct account {
	struct account *next;
	char name[CONFIG_NAME_MAX + 1];
	char *id; /* 1 to 32 lower-case hexadecimal digits */
	enum jurisdiction jurisdiction;
	char *endpoint; /* URL without a slash at its end: the one given, or
			 * https://ID[.JURISDICTION].r2.cloudflarestorage.com */
	char *host;     /* host[:port] of endpoint: the aud claim of a token */
	char *api_endpoint;
	int line; /* where its section begins */
};

enum signer { SIGNER_LOCAL, SIGNER_CLOUDFLARE };

struct key {
	char name[CONFIG_NAME_MAX + 1]; /* of its [parent NAME] section */
	char access_key_id[65];
	/* Borrowed from config.locked; NULL where there is none. */
	struct keyed *secret;    /* needed for SIGNER_LOCAL; without its text */
	struct keyed *api_token; /* for SIGNER_CLOUDFLARE; with its text */
	/* The files that the two were read from. NULL for one not read. */
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
	char name[CONFIG_NAME_MAX + 1];
	/* A caller is recognised in exactly one of three ways: */
	bool has_bearer;
	uint8_t bearer_sha256[DIGEST_SIZE];
	char *remote_user; /* NULL, a name, or "*" for any */
	bool anonymous;
	/* The rest says what the caller may have. */
	struct parent **parents; /* owns the array, borrows the parents */
	size_t parent_count;
	struct words buckets;
	bool permissions[PERMISSION_COUNT];
	struct words prefixes; /* as written, {user} not yet replaced; "*"
				* stands for any key */
	bool whole_bucket;
	uint32_t max_ttl;      /* seconds */
	uint32_t max_link_age; /* seconds that a link on this service's own
				* host may live; the service's, where that
				* is less */
	uint32_t max_link_age_written; /* 0: it is not, and max_ttl holds */
	uint64_t max_entries;   /* as written, or the service's. Whoever uses it
				 * takes the lower of the two. */
	struct rate rate;       /* of its requests, by all processes */
	uint32_t daily_entries; /* issued in any 24 hours; 0: no limit */
	int line;
};

/* Who may use a [download]. */
enum open_to {
	OPEN_TO_CALLERS,  /* whoever identifies, within their own policy */
	OPEN_TO_EVERYONE, /* anybody */
	OPEN_TO_LINK,     /* whoever holds a good link */
	OPEN_TO_COUNT
};

/* What a browser is told to do with a file. */
enum disposition {
	DISPOSITION_STORED, /* what the object itself says */
	DISPOSITION_ATTACHMENT,
	DISPOSITION_INLINE,
	DISPOSITION_COUNT
};

/* [download NAME]: paths of this service that lead to objects of a bucket. */
struct download {
	struct download *next;
	char name[CONFIG_NAME_MAX + 1];
	char *path; /* begins and ends with "/" */
	struct account *account;
	struct parent *parent; /* it has the account, the bucket, and may read */
	char *bucket;
	char *prefix; /* of all keys; "" for the whole bucket. {user} is not
		       * replaced yet */
	enum open_to open_to;
	uint32_t link_kinds;     /* bits of links_kind_table; see kind.h */
	struct link_rules rules; /* borrows from the members below */
	struct link_expression expression;
	/* Borrowed from config.locked; NULL where there is none. Its text is
	 * kept for links that are made by MD5 alone. */
	struct keyed *link_secret;
	char *link_secret_file;
	char *link_expression;
	struct words link_arguments;
	char *link_uri;
	uint32_t link_timeout; /* seconds */
	uint32_t ttl;          /* seconds, of the address that is given out */
	enum disposition disposition;
	uint32_t max_downloads; /* per link; 0: no limit */
	int line;
};

/* [domain HOST]: a host of a bucket's own, whose links Cloudflare checks. */
struct domain {
	struct domain *next;
	char name[CONFIG_NAME_MAX + 1]; /* HOST */
	struct account *account;
	char *bucket;
	struct keyed *secret; /* borrowed from config.locked; without its
			       * text */
	char *secret_file;
	uint32_t ttl; /* seconds; the rule at Cloudflare has the same */
	int line;
};

struct config {
	char *path;
	struct locked *locked; /* all secrets are in its pages */
	char *public_url; /* where clients find this service, without a slash
			   * at its end, or NULL */
	uint32_t max_link_age; /* seconds; no caller's can be more */
	char *templates;       /* directory */
	uint64_t max_body;     /* bytes */
	uint64_t max_entries;
	char *audit_log; /* a path, or "syslog" */
	bool audit_sync;
	uint32_t refusal_rate; /* lines in a minute for refusals of strangers;
				* UINT32_MAX: a line for each */
	struct rate stranger_rate; /* of each address without a known token */
	bool require_https;
	uint32_t request_timeout; /* seconds to wait for a silent web server */
	uint32_t answer_timeout;  /* seconds that a whole answer may take */
	struct networks trusted_proxies;
	bool sandbox;             /* confine the responder */
	bool strict_modes;        /* judge owners and modes of files */
	uint32_t api_concurrency; /* calls to api_endpoint at the same time */
	uint32_t api_deadline;    /* seconds for all calls of one request */
	char *api_proxy;          /* URL, or NULL for none */
	char *api_ca_file;        /* PEM file, or NULL for the system's own
				   * certificate authorities */
	char *state_dir;          /* directory where calls are counted, or
				   * NULL */
	char *shares_dir;         /* directory of shares, or NULL */
	struct account *accounts; /* in file order, as are the others */
	struct parent *parents;
	struct caller *callers;
	struct download *downloads;
	struct domain *domains;
};

#endif
