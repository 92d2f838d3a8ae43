#include "audit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/date.h"
#include "lib/base/escape.h"
#include "lib/base/hex.h"
#include "lib/base/unicode.h"
#include "lib/sign/key.h"

static enum error file_open(struct audit *audit, struct problem *problem)
{
	audit->file = open(audit->path,
			   O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC |
				   O_NOCTTY | O_NONBLOCK,
			   0640);
	/* A pipe that nobody reads must not hold us up, but its reader may. */
	if (audit->file < 0 || fcntl(audit->file, F_SETFL, O_APPEND) != 0)
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "audit log %s can't be opened: %s",
				   audit->path, strerror(errno));
	return ERROR_NONE;
}

/* syslog(3) doesn't say whether anybody took the line; a connected socket
 * does. */
#ifndef SYSLOG_SOCKET
#define SYSLOG_SOCKET "/dev/log"
#endif

static enum error syslog_connect(struct audit *audit, struct problem *problem)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, SYSLOG_SOCKET, sizeof(SYSLOG_SOCKET));
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address,
			      sizeof(address)) != 0) {
		int reason = errno;

		if (fd >= 0)
			close(fd);
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "the system's log (%s) can't be reached: %s",
				   SYSLOG_SOCKET, strerror(reason));
	}
	audit->file = fd;
	return ERROR_NONE;
}

static enum error log_open(struct audit *audit, struct problem *problem)
{
	return audit->to_syslog ? syslog_connect(audit, problem) :
				  file_open(audit, problem);
}

enum error audit_open(struct audit *audit, const char *path, bool sync,
		      struct problem *problem)
{
	*audit = (struct audit){
		.file = -1,
		.to_syslog = strcmp(path, "syslog") == 0,
		.sync = sync,
		.path = path,
	};
	return log_open(audit, problem);
}

void audit_close(struct audit *audit)
{
	if (audit->file >= 0)
		close(audit->file);
	audit->file = -1;
}

enum error audit_reopen(struct audit *audit, struct problem *problem)
{
	audit_close(audit);
	return log_open(audit, problem);
}

bool audit_request_id(char id[REQUEST_ID_LENGTH + 1])
{
	uint8_t random[REQUEST_ID_LENGTH / 2];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return false;
	id[hex_encode(id, random, sizeof(random))] = '\0';
	return true;
}

/* A line in the making; once something failed, nothing more is added. */
struct line {
	struct buffer text;
	bool failed;
};

static void line_add(struct line *line, struct slice slice)
{
	if (!line->failed && !buffer_add(&line->text, slice.data, slice.length))
		line->failed = true;
}

static void line_text(struct line *line, const char *text)
{
	line_add(line, slice_text(text));
}

static void line_escaped(struct line *line, struct slice value)
{
	if (line->failed ||
	    !buffer_reserve(&line->text, value.length * ESCAPE_GROWTH)) {
		line->failed = true;
		return;
	}
	line->text.length += escape_json(line->text.data + line->text.length,
					 value.data, value.length);
}

/* What a server passed on may be any bytes: a log stays UTF-8. */
static void line_string(struct line *line, const char *name, struct slice value)
{
	line_text(line, ",\"");
	line_text(line, name);
	line_text(line, "\":\"");
	while (value.length > 0) {
		size_t valid = unicode_valid(value);

		line_escaped(line, slice_of(value.data, valid));
		if (valid == value.length)
			break;
		line_text(line, "\xef\xbf\xbd");
		value = slice_of(value.data + valid + 1,
				 value.length - valid - 1);
	}
	line_text(line, "\"");
}

static void line_optional(struct line *line, const char *name,
			  const char *value)
{
	if (value && *value) {
		line_string(line, name, slice_text(value));
		return;
	}
	line_text(line, ",\"");
	line_text(line, name);
	line_text(line, "\":null");
}

static void line_number(struct line *line, const char *name, uint64_t number)
{
	if (!line->failed &&
	    !buffer_format(&line->text, ",\"%s\":%ju", name, (uintmax_t)number))
		line->failed = true;
}

static void line_begin(struct line *line, const char *event,
		       const struct audit_request *request)
{
	char stamp[DATE_TEXT_MAX];
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	date_text(now.tv_sec, stamp);
	if (!buffer_format(&line->text, "{\"time\":\"%.19s.%03ldZ\"", stamp,
			   now.tv_nsec / 1000000))
		line->failed = true;
	line_string(line, "event", slice_text(event));
	line_string(line, "request", slice_text(request->id));
	line_optional(line, "caller", request->caller);
	line_optional(line, "user", request->user);
	line_optional(line, "remote", request->remote);
	line_optional(line, "route", request->route);
}

/* Removed, as after a rotation that nobody told us of: a record there is one
 * that nobody can read. */
static void file_leave_removed(struct audit *audit)
{
	struct stat status;

	if (audit->file < 0 || fstat(audit->file, &status) != 0 ||
	    status.st_nlink > 0 || !S_ISREG(status.st_mode))
		return;
	audit_close(audit);
	audit->torn = false;
}

/* One write(2) for one line, so that lines of processes don't mix. */
static bool file_write(struct audit *audit, struct slice text)
{
	struct problem unused;
	ssize_t written;

	if (audit->file < 0 && file_open(audit, &unused) != ERROR_NONE)
		return false;
	if (audit->torn && write(audit->file, "\n", 1) != 1)
		return false;
	audit->torn = false;
	do {
		written = write(audit->file, text.data, text.length);
	} while (written < 0 && errno == EINTR);
	if (written < 0)
		return false;
	if ((size_t)written != text.length) {
		audit->torn = written > 0;
		return false;
	}
	return !audit->sync || fdatasync(audit->file) == 0 ||
	       errno == EINVAL; /* a pipe or terminal has no disk */
}

/* The form of RFC 3164 that every local syslog daemon takes. */
static bool syslog_write(struct audit *audit, struct slice text)
{
	struct buffer message = { 0 };
	struct problem unused;
	char stamp[32] = "";
	time_t now = time(NULL);
	struct tm tm;
	bool done = false;

	if (localtime_r(&now, &tm))
		strftime(stamp, sizeof(stamp), "%b %e %H:%M:%S", &tm);
	if (!buffer_format(&message, "<%d>%s mintage[%d]: %.*s",
			   LOG_AUTHPRIV | LOG_NOTICE, stamp, (int)getpid(),
			   (int)text.length, text.data))
		return false;
	/* A daemon that was restarted leaves a dead socket: try a new one. */
	for (int tries = 0; tries < 2 && !done; tries++) {
		if (audit->file < 0 &&
		    syslog_connect(audit, &unused) != ERROR_NONE)
			break;
		done = send(audit->file, message.data, message.length,
			    MSG_NOSIGNAL) == (ssize_t)message.length;
		if (!done)
			audit_close(audit);
	}
	buffer_free(&message);
	return done;
}

static enum error line_end(struct line *line, struct audit *audit)
{
	bool done = false;

	line_text(line, "}\n");
	if (!line->failed && audit->to_syslog)
		done = syslog_write(audit, slice_of(line->text.data,
						    line->text.length - 1));
	else if (!line->failed)
		done = file_write(audit, buffer_slice(&line->text));
	buffer_free(&line->text);
	audit->failed = !done;
	return done ? ERROR_NONE : ERROR_UNAVAILABLE;
}

static void line_actions(struct line *line, const char *name, abilities actions)
{
	const char *before = "\":[\"";

	line_text(line, ",\"");
	line_text(line, name);
	for (unsigned bit = 0; bit < ACTION_COUNT; bit++) {
		if (!(actions & UINT32_C(1) << bit))
			continue;
		line_text(line, before);
		line_text(line, action_names[bit]);
		before = "\",\"";
	}
	line_text(line, "\"]");
}

/* Entries may ask for more, or less, than their batch. */
static void line_apart(struct line *line, const struct audit_issue *issue)
{
	const abilities admin = ABILITY_ADMIN_READ | ABILITY_ADMIN_WRITE;

	line_number(line, "apart", issue->apart);
	line_actions(line, "apartActions", issue->apart_reach & ~admin);
	if (issue->apart_reach & admin)
		line_text(line, ",\"apartAdmin\":true");
	line_number(line, "apartTtlSeconds", issue->apart_ttl);
}

enum error audit_issue(struct audit *audit, const struct audit_request *request,
		       const struct audit_issue *issue)
{
	const struct scope *scope = &issue->scope;
	struct line line = { { 0 }, false };
	char digest[HEX_LENGTH(DIGEST_SIZE)];

	file_leave_removed(audit);
	line_begin(&line, "issue", request);
	line_string(&line, "account", issue->account_id);
	line_string(&line, "parent", issue->access_key_id);
	line_string(&line, "bucket", issue->bucket);
	if (scope->actions)
		line_actions(&line, "actions", scope->actions);
	else
		line_string(&line, "permission",
			    slice_text(permission_names[scope->permission]));
	line_number(&line, "ttlSeconds", scope->ttl);
	line_number(&line, "count", issue->count);
	line_number(&line, "failed", issue->failed);
	if (issue->apart > 0)
		line_apart(&line, issue);
	hex_encode(digest, issue->scopes, DIGEST_SIZE);
	line_string(&line, "scopes", slice_of(digest, sizeof(digest)));
	return line_end(&line, audit);
}

enum error audit_outcome(struct audit *audit,
			 const struct audit_request *request,
			 const char *result, uint64_t issued, uint64_t bytes)
{
	struct line line = { { 0 }, false };

	line_begin(&line, "outcome", request);
	line_string(&line, "result", slice_text(result));
	line_number(&line, "issued", issued);
	line_number(&line, "bytes", bytes);
	return line_end(&line, audit);
}

enum error audit_refusal(struct audit *audit,
			 const struct audit_request *request, int status,
			 const struct problem *problem)
{
	struct line line = { { 0 }, false };

	file_leave_removed(audit);
	line_begin(&line, "refused", request);
	line_number(&line, "status", (uint64_t)status);
	line_number(&line, "code", (uint64_t)problem->error);
	line_optional(&line, "pointer", problem->pointer);
	return line_end(&line, audit);
}

enum error audit_retry(struct audit *audit, const struct audit_request *request)
{
	struct line line = { { 0 }, false };

	file_leave_removed(audit);
	line_begin(&line, "retry", request);
	return line_end(&line, audit);
}

void audit_scopes_begin(struct audit_scopes *scopes, struct slice bucket)
{
	*scopes = (struct audit_scopes){ .bucket = bucket };
	digest_sha256_begin(&scopes->hash);
}

/* "BUCKET TAB SCOPE TAB TTL TAB": made anew only when the scope changes. */
static void scopes_head(struct audit_scopes *scopes, const struct scope *scope)
{
	char text[SCOPE_TEXT_MAX];
	int length;

	scope_text(scope, text);
	length = snprintf(scopes->head, sizeof(scopes->head), "%.*s\t%s\t%u\t",
			  (int)scopes->bucket.length, scopes->bucket.data, text,
			  scope->ttl);
	scopes->head_length = length > 0 ? (size_t)length : 0;
	scopes->scope = *scope;
}

void audit_scopes_add(struct audit_scopes *scopes, const struct scope *scope,
		      const char *kind, struct slice path)
{
	char line[sizeof(scopes->head) + 16 + ESCAPE_GROWTH * KEY_MAX];
	struct slice word = slice_text(kind);
	size_t n;

	if (scopes->head_length == 0 || !scope_same(scope, &scopes->scope))
		scopes_head(scopes, scope);
	n = scopes->head_length;
	memcpy(line, scopes->head, n);
	memcpy(line + n, word.data, word.length);
	n += word.length;
	line[n++] = '\t';
	line[n++] = '"';
	n += escape_json(line + n, path.data, path.length);
	line[n++] = '"';
	line[n++] = '\n';
	digest_sha256_add(&scopes->hash, line, n);
}

void audit_scopes_end(struct audit_scopes *scopes, uint8_t out[DIGEST_SIZE])
{
	digest_sha256_end(&scopes->hash, out);
}
