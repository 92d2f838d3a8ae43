#include "jsonout.h"

static void begin(struct jsonout *json, const char *name)
{
	if (json->has_more)
		sink_text(&json->out->sink, ",");
	if (name)
		cli_print(json->out, "\"%s\":", name);
	json->has_more = true;
}

static void open_with(struct jsonout *json, const char *name, const char *mark)
{
	begin(json, name);
	sink_text(&json->out->sink, mark);
	json->has_more = false;
}

static void close_with(struct jsonout *json, const char *mark)
{
	sink_text(&json->out->sink, mark);
	json->has_more = true;
}

void jsonout_object(struct jsonout *json, const char *name)
{
	open_with(json, name, "{");
}

void jsonout_array(struct jsonout *json, const char *name)
{
	open_with(json, name, "[");
}

void jsonout_object_end(struct jsonout *json)
{
	close_with(json, "}");
}

void jsonout_array_end(struct jsonout *json)
{
	close_with(json, "]");
}

void jsonout_slice(struct jsonout *json, const char *name, struct slice text)
{
	begin(json, name);
	cli_print_quoted(json->out, text);
}

void jsonout_number(struct jsonout *json, const char *name, int64_t number)
{
	begin(json, name);
	cli_print(json->out, "%lld", (long long)number);
}

void jsonout_bool(struct jsonout *json, const char *name, bool value)
{
	begin(json, name);
	sink_text(&json->out->sink, value ? "true" : "false");
}

void jsonout_text(struct jsonout *json, const char *name, const char *text)
{
	begin(json, name);
	if (text)
		cli_print_quoted(json->out, slice_text(text));
	else
		sink_text(&json->out->sink, "null");
}
