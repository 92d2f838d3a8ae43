#include "values.h"

#define TEXT TEMPLATE_TEXT
#define PLAIN TEMPLATE_PLAIN
#define LIST TEMPLATE_LIST

static const struct template_name names[VALUE_NUMBER_OF_NAMES] = {
	[VALUE_FIRST] = { "first", PLAIN },
	[VALUE_ENTRIES] = { "entries", TEMPLATE_ONCE },
	[VALUE_KEY] = { "key", TEXT },
	[VALUE_PREFIX] = { "prefix", TEXT },
	[VALUE_ACCESS_KEY_ID] = { "accessKeyId", PLAIN },
	[VALUE_SECRET_ACCESS_KEY] = { "secretAccessKey", PLAIN },
	[VALUE_SESSION_TOKEN] = { "sessionToken", PLAIN },
	[VALUE_EXPIRES_AT] = { "expiresAt", PLAIN },
	[VALUE_ROW] = { "row", PLAIN },
	[VALUE_METHOD] = { "method", PLAIN },
	[VALUE_IS_GET] = { "isGet", PLAIN },
	[VALUE_IS_HEAD] = { "isHead", PLAIN },
	[VALUE_IS_PUT] = { "isPut", PLAIN },
	[VALUE_IS_DELETE] = { "isDelete", PLAIN },
	[VALUE_DIFFERS] = { "differs", PLAIN },
	[VALUE_URL] = { "url", TEXT },
	[VALUE_NAME] = { "name", TEXT },
	[VALUE_SHA256] = { "sha256", PLAIN },
	[VALUE_HEADERS] = { "headers", LIST },
	[VALUE_HEADER_NAME] = { "headerName", PLAIN },
	[VALUE_HEADER_VALUE] = { "headerValue", TEXT },
	[VALUE_BY_CLIENT] = { "byClient", PLAIN },
	[VALUE_ERROR_CODE] = { "errorCode", PLAIN },
	[VALUE_ERROR_MESSAGE] = { "errorMessage", TEXT },
	[VALUE_MESSAGES] = { "messages", LIST },
	[VALUE_MESSAGE] = { "message", TEXT },
	[VALUE_SINGLE] = { "single", PLAIN },
	[VALUE_LINKS] = { "links", PLAIN },
	[VALUE_REDIRECTS] = { "redirects", PLAIN },
	[VALUE_COUNT] = { "count", PLAIN },
	[VALUE_FAILED] = { "failed", PLAIN },
	[VALUE_REQUEST_ID] = { "requestId", PLAIN },
	[VALUE_ACCOUNT_ID] = { "accountId", TEXT },
	[VALUE_ENDPOINT] = { "endpoint", TEXT },
	[VALUE_BUCKET] = { "bucket", TEXT },
	[VALUE_CR] = { "cr", PLAIN },
	[VALUE_PERMISSION] = { "permission", TEXT },
};

_Static_assert(VALUE_NUMBER_OF_NAMES <= TEMPLATE_NAMES_MAX,
	       "a template can number every name");

const struct template_schema values_schema = {
	.names = names,
	.count = VALUE_NUMBER_OF_NAMES,
};
