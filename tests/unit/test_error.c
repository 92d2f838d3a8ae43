/* The HTTP status of each error. */
#include "unit.h"

#include "cgi/web/status.h"
#include "lib/base/error.h"

static void test_status(void **state)
{
	static const struct {
		enum error error;
		int status;
		const char *text;
	} cases[] = {
		{ ERROR_NONE, 200, "OK" },
		{ ERROR_NO_ROUTE, 404, "Not Found" },
		{ ERROR_UNAUTHORIZED, 401, "Unauthorized" },
		{ ERROR_ACCESS_DENIED, 403, "Forbidden" },
		{ ERROR_INSECURE, 403, "Forbidden" },
		{ ERROR_BUCKET_NAME, 400, "Bad Request" },
		{ ERROR_UNAVAILABLE, 503, "Service Unavailable" },
		{ ERROR_TOO_MANY_REQUESTS, 429, "Too Many Requests" },
		{ ERROR_METHOD, 405, "Method Not Allowed" },
		{ ERROR_NOT_ACCEPTABLE, 406, "Not Acceptable" },
		{ ERROR_LENGTH_REQUIRED, 411, "Length Required" },
		{ ERROR_TOO_LARGE, 413, "Content Too Large" },
		{ ERROR_MEDIA_TYPE, 415, "Unsupported Media Type" },
		{ ERROR_UPSTREAM, 502, "Bad Gateway" },
		{ ERROR_INTERNAL, 500, "Internal Server Error" },
		{ ERROR_CONFIG, 500, "Internal Server Error" },
		{ ERROR_TEMPLATE, 500, "Internal Server Error" },
		{ ERROR_CLIENT_GONE, 500, "Internal Server Error" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(error_status(cases[i].error), cases[i].status);
		assert_string_equal(status_text(cases[i].status),
				    cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
	};

	return UNIT_RUN(tests);
}
