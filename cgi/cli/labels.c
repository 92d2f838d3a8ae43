#include "labels.h"

void labels_begin(struct cli_output *out, const char *label)
{
	cli_print(out, "  %-13s ", label);
}

void labels_text(struct cli_output *out, const char *label, const char *text)
{
	labels_begin(out, label);
	sink_text(&out->sink, text);
	sink_text(&out->sink, "\n");
}

void labels_number(struct cli_output *out, const char *label, uint64_t number)
{
	labels_begin(out, label);
	cli_print(out, "%llu\n", (unsigned long long)number);
}

void labels_words(struct cli_output *out, const char *label,
		  const struct words *words)
{
	labels_begin(out, label);
	for (size_t i = 0; i < words->count; i++) {
		sink_text(&out->sink, i ? " " : "");
		cli_print_foreign(out, words->list[i]);
	}
	sink_text(&out->sink, words->count ? "\n" : "none\n");
}
