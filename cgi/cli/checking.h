/*
 * checking - what each check of a parent needs: calls to its endpoint and to
 * Cloudflare's API, and findings on standard output.
 */
#ifndef MINTAGE_CGI_CLI_CHECKING_H
#define MINTAGE_CGI_CLI_CHECKING_H

#include "cgi/upstream/upstream.h"
#include "jsonout.h"
#include "lib/base/json.h"
#include "lib/config/config.h"

/* Large, because it holds an output. Its owner zeroes it, sets the first two
 * members and begins the output; clears clock_known for each parent; and in the
 * end stops `upstream` and ends the output. */
struct checking {
	const struct config *config; /* borrowed */
	const struct parent *parent; /* the one that is checked now */
	struct jsonout *json;        /* where findings go instead; or NULL */
	struct cli_output output;
	struct upstream upstream;
	struct upstream_answer answer; /* to the last call */
	size_t wrong;                  /* how many findings were wrong */
	bool clock_known; /* checking_clock has printed its finding */
};

/* ---- findings ------------------------------------------------------------- */

/* Print one line about the parent that is checked: `what` is ok, or it is wrong
 * and `remedy` says what to do. */
void checking_good(struct checking *checking, const char *what);
void checking_wrong(struct checking *checking, const char *what,
		    const char *remedy);

/* ---- calls ---------------------------------------------------------------- */

/*
 * Make a call without a body to a URL of the parent's endpoint. `sign` is
 * "ID:SECRET"; `headers` are lines that end with LF, or empty. checking->answer
 * is valid until the next call of either kind, and checking_no_answer tells
 * whether it is whole. Errors are those of upstream_ask.
 */
enum error checking_ask(struct checking *checking, const char *method,
			const char *url, struct slice sign,
			struct slice headers,
			struct problem *problem) MUST_CHECK;

/*
 * Call Cloudflare's API with the parent's token. `path` is appended to the
 * account's api-endpoint, and `body` is JSON or empty. *result stands just
 * before the result's value, and is valid until the next call. Errors are those
 * of upstream_ask and cloudflare_result; ERROR_UNAVAILABLE: memory.
 */
enum error checking_ask_api(struct checking *checking, const char *method,
			    const char *path, struct slice body,
			    struct json *result,
			    struct problem *problem) MUST_CHECK;

/* ---- what any answer tells ------------------------------------------------ */

/* True when checking_ask brought no whole answer. This is printed as a finding.
 */
bool checking_no_answer(struct checking *checking, const char *what) MUST_CHECK;

/* Compare our clock with the date of the answer, if it has one. The finding is
 * printed once for each parent. */
void checking_clock(struct checking *checking);

#endif
