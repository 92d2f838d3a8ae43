/*
 * findings - what is wrong with a token, or worth knowing, in the order in
 * which it was found.
 */
#ifndef MINTAGE_CGI_CLI_FINDINGS_H
#define MINTAGE_CGI_CLI_FINDINGS_H

#include "jsonout.h"

#define FINDINGS_MAX 100

/* Zero it. */
struct findings {
	struct {
		bool is_fault;
		char text[PROBLEM_MESSAGE_MAX];
	} list[FINDINGS_MAX];
	size_t count;    /* of those in the list */
	bool has_fault;  /* also of what didn't fit into the list */
	size_t left_out; /* how many didn't fit */
};

/* Add a fault: the token does not grant what it seems to, or not now. */
void findings_fault(struct findings *findings, const char *format, ...)
	PRINTF_LIKE(2, 3);

/* Add what a person should know. */
void findings_warning(struct findings *findings, const char *format, ...)
	PRINTF_LIKE(2, 3);

/* Complain of each, warnings first. CLI_FAILED where one is a fault. */
enum cli_status findings_complain(const struct findings *findings);

/* Write them as two members that are arrays of texts: problems, warnings. */
void findings_json(const struct findings *findings, struct jsonout *json);

#endif
