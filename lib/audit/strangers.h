/*
 * strangers - refusals of strangers, so that nobody without a token can fill
 * the disk: so many in a minute have a line of their own, the rest are summed
 * into one line.
 *
 * The processes that write to one log keep the sum in a file, so a process that
 * dies loses nothing. Without a folder for it each process sums for itself. The
 * line of a minute is written with whatever comes after it: a request, the end
 * of the process, or audit_strangers_tell.
 */
#ifndef MINTAGE_LIB_AUDIT_STRANGERS_H
#define MINTAGE_LIB_AUDIT_STRANGERS_H

#include "audit.h"

/* A rate that has no limit: each refusal has a line of its own. */
#define AUDIT_STRANGERS_ALL UINT32_MAX

/* What is summed. The file holds one of these. */
struct audit_strangers_sum {
	char magic[8];
	int64_t minute; /* when it began; Unix seconds */
	uint64_t lines; /* how many had a line of their own since */
	struct audit_refusals refusals;
};

struct audit_strangers {
	bool begun;
	bool stays;      /* the process answers more than one request */
	bool looked;     /* for a file that others may have left */
	uint32_t rate;   /* lines of their own in a minute */
	int file;        /* -1: not open */
	int64_t due;     /* when the sums are to be looked at; 0: never */
	bool more;       /* something was summed when they last were */
	const char *log; /* borrowed: the log's path */
	char *folder;    /* of the file, or NULL; owned */
	struct audit_strangers_sum own; /* where there is no file */
};

/* `folder` is where the file is kept, or NULL. `stays` is true for a process
 * that answers many requests. Borrows `log` until audit_strangers_end. */
void audit_strangers_begin(struct audit_strangers *strangers,
			   const char *folder, const char *log, uint32_t rate,
			   bool stays);

/* Record a refusal as audit_refusal does, or add it to the sum. */
enum error audit_strangers_refusal(struct audit_strangers *strangers,
				   struct audit *audit,
				   const struct audit_request *request,
				   int status,
				   const struct problem *problem) MUST_CHECK;

/* Write the line of a minute that is over. Cheap where none is due. */
void audit_strangers_tell(struct audit_strangers *strangers,
			  struct audit *audit);

/* Milliseconds until audit_strangers_tell should be called, or -1. */
long audit_strangers_wait(const struct audit_strangers *strangers);

/* Write what is summed, unless other processes will, and close the file. */
void audit_strangers_end(struct audit_strangers *strangers,
			 struct audit *audit);

#endif
