/*
 * upstream - HTTP calls to elsewhere, made by the helper mintage-online.
 *
 * libcurl costs more at a program's start than all the rest of ours, so it is
 * linked into a program of its own. That is started with the first batch of
 * calls and stays for as long as who started it, with its connections; it goes
 * when the socket between the two closes. Secrets pass over this socket alone.
 *
 *   upstream_begin    settings of a batch; whether the budget has room for it
 *   upstream_call     any number; none is waited for
 *   upstream_answer   one for each call, in the order they come
 *   upstream_end      what still goes on is dropped
 */
#ifndef MINTAGE_CGI_UPSTREAM_UPSTREAM_H
#define MINTAGE_CGI_UPSTREAM_UPSTREAM_H

#include "frames.h"
#include "lib/config/config.h"

/* {0} is none. Kept from batch to batch; ends with upstream_stop. */
struct upstream {
	pid_t helper; /* 0: isn't running */
	int socket;
	bool begun;
	int64_t patience; /* when the helper is given up, monotonic ms */
	struct buffer out;
	struct frame_stream in;
};

/* The settings of a batch, borrowed for the call. */
struct upstream_batch {
	struct slice token;    /* bearer, or none */
	const char *proxy;     /* NULL: none; the environment's is never used */
	const char *ca_file;   /* whom TLS trusts; NULL: as the system does */
	const char *state_dir; /* where calls are counted; NULL: they aren't */
	unsigned concurrency;  /* calls at a time */
	unsigned seconds;      /* for all of it */
	uint64_t calls;        /* how many there will be */
	size_t answer_max;     /* bytes of a body; longer ones are failures */
};

/* Those of the configuration, for calls with `token`. */
void upstream_settings(struct upstream_batch *batch,
		       const struct config *config, struct slice token);

/*
 * Begin a batch, starting the helper where it isn't running. ERROR_UNAVAILABLE
 * when it can't be; ERROR_TOO_MANY_REQUESTS with problem->retry_after when the
 * calls don't fit in what the API takes.
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

/* ERROR_UNAVAILABLE when the helper is gone. `tag` comes back with the
 * answer. */
enum error upstream_call(struct upstream *upstream, uint64_t tag,
			 const struct upstream_call *call,
			 struct problem *problem) MUST_CHECK;

/* Slices stand until the next call of any function here. */
struct upstream_answer {
	uint64_t tag;
	unsigned status;      /* 0: there was none */
	unsigned retry_after; /* seconds, or 0 */
	struct slice failure; /* why there is no (whole) answer, or none */
	struct slice headers; /* lines */
	struct slice body;
};

/* The next answer. ERROR_UNAVAILABLE when the helper is gone. */
enum error upstream_answer(struct upstream *upstream,
			   struct upstream_answer *answer,
			   struct problem *problem) MUST_CHECK;

/* A header's value, or none. */
struct slice upstream_header(const struct upstream_answer *answer,
			     const char *name);

/* A batch of a single call, from begin to answer; upstream_end is left to the
 * caller, as the answer borrows. */
enum error upstream_ask(struct upstream *upstream,
			const struct upstream_batch *batch,
			const struct upstream_call *call,
			struct upstream_answer *answer,
			struct problem *problem) MUST_CHECK;

/* Begun or not. */
void upstream_end(struct upstream *upstream);
void upstream_stop(struct upstream *upstream);

#endif
