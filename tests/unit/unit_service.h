/*
 * A service for programs that test what stands above the configuration: a
 * folder of its own with a configuration, a secret and a real audit log.
 */
#ifndef MINTAGE_UNIT_SERVICE_H
#define MINTAGE_UNIT_SERVICE_H

#include "unit.h"

#include <fcntl.h>
#include <glob.h>
#include <stdbool.h>
#include <unistd.h>

#include "cgi/service/service.h"

/* A caller with HASH_OF_FOO for its bearer-sha256 is who sends the token
 * "foo". FIPS 180-4 programs confirm these. */
#define HASH_OF_FOO \
	"2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
#define HASH_OF_BAR \
	"fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9"
#define HASH_OF_BAZ \
	"baa5a0964d3320fbc0c6a922140453c8513ea24ab8fd0577034804a967248096"

/* Sections of a configuration. Account "main" has the id "aa"; the access key
 * id of parent NAME is "idNAME". */
#define UNIT_HEAD(more)                                          \
	"[mintage]\naudit-log = audit.log\nstate-dir = .\n" more \
	"[account main]\nid = aa\n"
#define UNIT_PARENT(name, permission, buckets)                        \
	"[parent " name "]\naccount = main\naccess-key-id = id" name  \
	"\nsecret-access-key-file = secret\npermission = " permission \
	"\nbuckets = " buckets "\n"
#define UNIT_PARENT_FETCHED(name, permission, buckets)                             \
	"[parent " name "]\naccount = main\naccess-key-id = id" name               \
	"\nsigner = cloudflare\napi-token-file = secret\npermission = " permission \
	"\nbuckets = " buckets "\n"

static const char unit_secret[] =
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

static char unit_folder[] = "/tmp/mintage-unit-XXXXXX";
static struct service unit_service;

/* The path of a file in the folder, until the next call. */
static inline const char *unit_file(const char *name)
{
	static char path[sizeof(unit_folder) + 64];

	snprintf(path, sizeof(path), "%s/%s", unit_folder, name);
	return path;
}

/* The folder is made with its first file. */
static inline void unit_file_write(const char *name, const char *text)
{
	size_t length = strlen(text);
	bool is_made = unit_folder[sizeof(unit_folder) - 2] != 'X' ||
		       access(unit_folder, F_OK) == 0;
	int file;

	if (!is_made && !mkdtemp(unit_folder))
		abort();
	file = open(unit_file(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		    0600);
	if (file < 0 || write(file, text, length) != (ssize_t)length)
		abort();
	close(file);
}

/* Load the service from a configuration of this text. */
static inline void unit_service_begin(const char *text)
{
	struct problem problem;

	unit_file_write("secret", unit_secret);
	unit_file_write("mintage.conf", text);
	if (service_load(&unit_service, unit_file("mintage.conf"),
			 SERVICE_STAYS, &problem) ||
	    problem.error) {
		fprintf(stderr, "%s\n", problem.message);
		abort();
	}
}

static inline void unit_service_end(void)
{
	static const char *const names[] = { "secret", "mintage.conf",
					     "audit.log", "metrics.4",
					     "mine.tmpl" };

	glob_t sums;

	service_free(&unit_service);
	/* The name ends in a digest of the log's path. */
	if (glob(unit_file("refusals.*"), 0, NULL, &sums) == 0) {
		for (size_t i = 0; i < sums.gl_pathc; i++)
			(void)unlink(sums.gl_pathv[i]);
		globfree(&sums);
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)unlink(unit_file(names[i]));
	if (rmdir(unit_folder) != 0)
		abort();
}

/* The next lines are the first ones of the log. */
static inline void unit_log_clear(void)
{
	if (truncate(unit_file("audit.log"), 0) != 0)
		abort();
}

/* From now on the log can't be written, because the disk is full. */
static inline void unit_log_fill(void)
{
	audit_close(&unit_service.audit);
	unit_service.audit.file = open("/dev/full", O_WRONLY | O_CLOEXEC);
	assert_true(unit_service.audit.file >= 0);
}

/* The log can be written again. */
static inline void unit_log_mend(void)
{
	struct problem problem;

	assert_int_equal(audit_reopen(&unit_service.audit, &problem),
			 ERROR_NONE);
}

/* All of the log, until the next call. */
static inline const char *unit_log(void)
{
	static char text[65536];
	FILE *file = fopen(unit_file("audit.log"), "r");
	size_t length;

	if (!file)
		abort();
	length = fread(text, 1, sizeof(text) - 1, file);
	text[length] = '\0';
	fclose(file);
	return text;
}

/* Which events the log has, in order: "issue outcome ". */
static inline const char *unit_log_events(void)
{
	static const char mark[] = "\"event\":\"";
	static char events[256];
	const char *found = unit_log();
	size_t used = 0;

	events[0] = '\0';
	while ((found = strstr(found, mark)) != NULL) {
		size_t length = strcspn(found += sizeof(mark) - 1, "\"");

		if (used + length + 2 > sizeof(events))
			abort();
		used += (size_t)snprintf(events + used, sizeof(events) - used,
					 "%.*s ", (int)length, found);
	}
	return events;
}

static inline void unit_assert_logged(const char *text)
{
	if (!strstr(unit_log(), text))
		fail_msg("'%s' is not in the log: %s", text, unit_log());
}

#endif
