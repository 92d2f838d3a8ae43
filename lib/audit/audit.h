/*
 * audit - one JSON line before the first secret leaves, one with the outcome.
 *
 * A line never holds a secret, a token or a signature. Lines of one request
 * share its id. The record is one write(2) to a file opened for appending, so
 * processes can share the file.
 */
#ifndef MINTAGE_LIB_AUDIT_AUDIT_H
#define MINTAGE_LIB_AUDIT_AUDIT_H

#include "lib/base/buffer.h"
#include "lib/base/digest.h"
#include "lib/sign/scope.h"

struct audit {
	int file; /* -1: none */
	bool to_syslog;
	bool sync;
	bool torn;        /* the last line was cut: begin a new one */
	bool failed;      /* the last line could not be written */
	const char *path; /* borrowed */
};

/*
 * Open `path` ("syslog" for the system's log). ERROR_UNAVAILABLE with path and
 * reason when it can't be; audit_issue then tries again each time, so that a
 * full or missing disk heals without a restart.
 */
enum error audit_open(struct audit *audit, const char *path, bool sync,
		      struct problem *problem) MUST_CHECK;
void audit_close(struct audit *audit);
/* After a log was rotated. */
enum error audit_reopen(struct audit *audit,
			struct problem *problem) MUST_CHECK;

#define REQUEST_ID_LENGTH 32

/* Who asked: part of every line. Texts may be NULL. */
struct audit_request {
	char id[REQUEST_ID_LENGTH + 1];
	const char *caller; /* section name, "owner" at a prompt */
	const char *user;
	const char *remote; /* address */
	const char *route;  /* "single", "batch", "presigned-urls" ... */
};

/* 128 random bits in hex. False when the kernel gives none. */
bool audit_request_id(char id[REQUEST_ID_LENGTH + 1]) MUST_CHECK;

/* What is about to be issued. */
struct audit_issue {
	struct slice account_id;
	struct slice access_key_id;
	struct slice bucket;
	struct scope scope; /* the batch's default */
	uint64_t count;
	uint64_t failed;             /* entries refused under `report` */
	uint64_t apart;              /* entries with another scope than that */
	abilities apart_reach;       /* all that these may do together */
	uint32_t apart_ttl;          /* the longest of theirs */
	uint8_t scopes[DIGEST_SIZE]; /* see audit_scopes_add */
};

/*
 * The record's digest is SHA-256 over one line for each entry, in order:
 *   BUCKET TAB SCOPE TAB TTL TAB ("object" or "prefix" or "bucket")
 *   TAB PATH-AS-JSON-STRING LF
 * where SCOPE is scope_text. The single route has one line for each path.
 */
struct audit_scopes {
	struct digest_sha256 hash;
	char head[512];
	size_t head_length;
	struct scope scope;
	struct slice bucket;
};
void audit_scopes_begin(struct audit_scopes *scopes, struct slice bucket);
/* `kind` is one of the three words above; `path` none for "bucket". */
void audit_scopes_add(struct audit_scopes *scopes, const struct scope *scope,
		      const char *kind, struct slice path);
void audit_scopes_end(struct audit_scopes *scopes, uint8_t out[DIGEST_SIZE]);

/* Before the first secret leaves. ERROR_UNAVAILABLE: issue nothing. */
enum error audit_issue(struct audit *audit, const struct audit_request *request,
		       const struct audit_issue *issue) MUST_CHECK;

/* After the last. `result` is a constant word: "complete", "client-gone",
 * "failed". */
enum error audit_outcome(struct audit *audit,
			 const struct audit_request *request,
			 const char *result, uint64_t issued,
			 uint64_t bytes) MUST_CHECK;

/* Someone was refused. `pointer` names the field, or "". The problem's message
 * is not recorded: it may quote what was sent. */
enum error audit_refusal(struct audit *audit,
			 const struct audit_request *request, int status,
			 const struct problem *problem) MUST_CHECK;

/* Can lines be written, again, after one could not? A line says so. */
enum error audit_retry(struct audit *audit,
		       const struct audit_request *request) MUST_CHECK;

#endif
