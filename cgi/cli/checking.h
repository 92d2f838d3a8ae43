/*
 * checking - what each check of a parent needs: calls to where it
 * belongs, and findings on standard output.
 */
#ifndef MINTAGE_CGI_CLI_CHECKING_H
#define MINTAGE_CGI_CLI_CHECKING_H

#include "cgi/upstream/upstream.h"
#include "cli.h"
#include "lib/base/json.h"
#include "lib/config/config.h"

/* Large: it holds an output. Zero it, set the first two, begin the output; its
 * owner ends that and stops `upstream`, and clears clock_known with each
 * parent. */
struct checking {
	const struct config *config; /* borrowed */
	const struct parent *parent; /* in hand */
	struct cli_output output;
	struct upstream upstream;
	struct upstream_answer answer; /* the last */
	size_t wrong;                  /* findings */
	bool clock_known;              /* of this parent's endpoint */
};

/* ---- findings ------------------------------------------------------------- */

/* One line about the parent in hand: `what` is ok, or it is wrong, with the
 * remedy. */
void checking_good(struct checking *checking, const char *what);
void checking_wrong(struct checking *checking, const char *what,
		    const char *remedy);

/* ---- calls ---------------------------------------------------------------- */

/*
 * A call without a body, to a URL of the parent's endpoint. `sign` is
 * "ID:SECRET", `headers` are lines with LF, or none. checking->answer is what
 * came back, until the next call of either kind: see checking_no_answer. Errors
 * are those of upstream_ask.
 */
enum error checking_ask(struct checking *checking, const char *method,
			const char *url, struct slice sign,
			struct slice headers,
			struct problem *problem) MUST_CHECK;

/*
 * A call to Cloudflare's API with the parent's token; `path` is behind the
 * account's api-endpoint, `body` JSON or none. *result is just before the
 * result's value, and stands until the next call. Errors are those of
 * upstream_ask and cloudflare_result; ERROR_UNAVAILABLE: memory.
 */
enum error checking_ask_api(struct checking *checking, const char *method,
			    const char *path, struct slice body,
			    struct json *result,
			    struct problem *problem) MUST_CHECK;

/* ---- what any answer tells ------------------------------------------------ */

/* True when checking_ask brought no whole answer, which is then a finding. */
bool checking_no_answer(struct checking *checking, const char *what) MUST_CHECK;

/* The clock of whoever answered against ours: a finding, once for each parent,
 * where the answer has a date. */
void checking_clock(struct checking *checking);

#endif
