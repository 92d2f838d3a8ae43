/*
 * upstream - HTTP calls to elsewhere, made by the helper mintage-online.
 *
 * libcurl would make every start slower than all the rest of the program does,
 * so it is linked into a program of its own. That one is started with the first
 * batch of calls, keeps its connections from batch to batch, and ends when the
 * socket between the two closes. Secrets pass over this socket alone.
 *
 *   upstream_begin    the settings of a batch; fails where the budget of calls
 *                     doesn't allow it
 *   upstream_call     any number of times; does not wait for the answer
 *   upstream_answer   once for each call, in the order the answers come
 *   upstream_end      drops the calls that are not answered yet
 */
#ifndef MINTAGE_CGI_UPSTREAM_UPSTREAM_H
#define MINTAGE_CGI_UPSTREAM_UPSTREAM_H

#include "frames.h"
#include "lib/config/config.h"

/* Starts the helper where this process can't: *socket becomes a socket to it,
 * owned by the caller, and to close it ends the helper. ERROR_UNAVAILABLE when
 * it can't be started. */
typedef enum error upstream_start_fn(void *context, int *socket,
				     struct problem *problem);

/* Begins as {0}. Kept from batch to batch; ends with upstream_stop. */
struct upstream {
	upstream_start_fn *start; /* NULL: helper_start */
	void *context;            /* its first argument */
	pid_t helper; /* 0: not running; -1: somebody else's child */
	int socket;
	bool begun;
	int64_t patience; /* when to give the helper up, monotonic ms */
	struct buffer out;
	struct frame_stream in;
};

/* The settings of a batch, borrowed for the call. */
struct upstream_batch {
	struct slice token;    /* bearer, or none */
	const char *proxy;     /* NULL: none; never the environment's */
	const char *ca_file;   /* whom TLS trusts; NULL: the system's */
	const char *state_dir; /* where calls are counted; NULL: nowhere */
	unsigned concurrency;  /* calls at a time */
	unsigned seconds;      /* for the whole batch */
	uint64_t calls;        /* how many there will be */
	size_t answer_max;     /* bytes of a body; longer ones are failures */
};

/* Make the folder in which calls are counted, where it is one of this person's
 * own that may not be there yet. For a process that confines itself, and can't
 * make folders then; any other makes it when it first calls. */
void upstream_prepare(const struct config *config);

/* Fill *batch from the configuration, for calls with `token`. Borrows both. */
void upstream_settings(struct upstream_batch *batch,
		       const struct config *config, struct slice token);

/*
 * Begin a batch; starts the helper where it isn't running. ERROR_UNAVAILABLE
 * when it can't be started or used; ERROR_TOO_MANY_REQUESTS, with
 * problem->retry_after, when the API would refuse so many calls now.
 */
enum error upstream_begin(struct upstream *upstream,
			  const struct upstream_batch *batch,
			  struct problem *problem) MUST_CHECK;

struct upstream_call {
	const char *method;
	struct slice url;
	struct slice headers; /* lines with LF, or none */
	struct slice body;    /* with "POST" and "PUT" */
	struct slice sign;    /* "ID:SECRET": SigV4, unsigned payload */
	unsigned flags;       /* CALL_AGAIN, CALL_BEARER */
};

/* Send a call, whose answer will bear the same `tag`. ERROR_UNAVAILABLE when
 * the helper is gone, or without memory. */
enum error upstream_call(struct upstream *upstream, uint64_t tag,
			 const struct upstream_call *call,
			 struct problem *problem) MUST_CHECK;

/* Slices stand until the next call of any function here. */
struct upstream_answer {
	uint64_t tag;
	unsigned status;      /* 0: there was none */
	unsigned retry_after; /* seconds, or 0 */
	struct slice failure; /* why there is no whole answer, or empty */
	struct slice headers; /* lines */
	struct slice body;
};

/* Wait for the next answer. ERROR_UNAVAILABLE when the helper is gone. */
enum error upstream_answer(struct upstream *upstream,
			   struct upstream_answer *answer,
			   struct problem *problem) MUST_CHECK;

/* The value of the header `name`, in any case of its letters; empty when the
 * answer doesn't have it. Borrows from the answer. */
struct slice upstream_header(const struct upstream_answer *answer,
			     const char *name);

/* A batch of a single call: upstream_begin, upstream_call and upstream_answer,
 * with their errors. The caller ends it with upstream_end, after the answer was
 * used, since that borrows. */
enum error upstream_ask(struct upstream *upstream,
			const struct upstream_batch *batch,
			const struct upstream_call *call,
			struct upstream_answer *answer,
			struct problem *problem) MUST_CHECK;

/* End the batch, or the helper too. Both may be called when none has begun. */
void upstream_end(struct upstream *upstream);
void upstream_stop(struct upstream *upstream);

#endif
