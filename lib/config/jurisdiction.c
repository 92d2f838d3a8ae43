#include "jurisdiction.h"

const char *const config_jurisdiction_names[JURISDICTION_COUNT + 1] = {
	[JURISDICTION_DEFAULT] = "default", [JURISDICTION_EU] = "eu",
	[JURISDICTION_US] = "us",           [JURISDICTION_FEDRAMP] = "fedramp",
	[JURISDICTION_COUNT] = NULL,
};
