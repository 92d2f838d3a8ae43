#include "findings.h"

#include <stdio.h>

static void add(struct findings *findings, bool is_fault, const char *format,
		va_list arguments) PRINTF_LIKE(3, 0);

static void add(struct findings *findings, bool is_fault, const char *format,
		va_list arguments)
{
	findings->has_fault = findings->has_fault || is_fault;
	if (findings->count == FINDINGS_MAX) {
		findings->left_out++;
		return;
	}
	findings->list[findings->count].is_fault = is_fault;
	vsnprintf(findings->list[findings->count].text,
		  sizeof(findings->list[0].text), format, arguments);
	findings->count++;
}

void findings_fault(struct findings *findings, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(findings, true, format, arguments);
	va_end(arguments);
}

void findings_warning(struct findings *findings, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(findings, false, format, arguments);
	va_end(arguments);
}

enum cli_status findings_complain(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		if (!findings->list[i].is_fault)
			cli_complain("warning: %s", findings->list[i].text);
	}
	for (size_t i = 0; i < findings->count; i++) {
		if (findings->list[i].is_fault)
			cli_complain("%s", findings->list[i].text);
	}
	if (findings->left_out > 0)
		cli_complain("and %zu more", findings->left_out);
	return findings->has_fault ? CLI_FAILED : CLI_DONE;
}

static void write_list(const struct findings *findings, struct jsonout *json,
		       const char *name, bool are_faults)
{
	jsonout_array(json, name);
	for (size_t i = 0; i < findings->count; i++) {
		if (findings->list[i].is_fault == are_faults)
			jsonout_text(json, NULL, findings->list[i].text);
	}
	jsonout_array_end(json);
}

void findings_json(const struct findings *findings, struct jsonout *json)
{
	write_list(findings, json, "problems", true);
	write_list(findings, json, "warnings", false);
}
