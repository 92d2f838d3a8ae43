#include "error.h"

int error_status(enum error error)
{
	switch (error) {
	case ERROR_NONE:
		return 200;
	case ERROR_NO_ROUTE:
		return 404;
	case ERROR_UNAUTHORIZED:
		return 401;
	case ERROR_ACCESS_DENIED:
	case ERROR_INSECURE:
		return 403;
	case ERROR_UNAVAILABLE:
		return 503;
	case ERROR_TOO_MANY_REQUESTS:
		return 429;
	case ERROR_BUCKET_NAME:
	case ERROR_OBJECT_NAME:
	case ERROR_MALFORMED:
	case ERROR_UNKNOWN_FIELD:
	case ERROR_DUPLICATE_FIELD:
	case ERROR_MISSING_FIELD:
	case ERROR_BAD_VALUE:
	case ERROR_EMPTY:
	case ERROR_AMBIGUOUS:
	case ERROR_SHORT_BODY:
	case ERROR_USED:
		return 400;
	case ERROR_LINK_OVER:
		return 410;
	case ERROR_METHOD:
		return 405;
	case ERROR_NOT_ACCEPTABLE:
		return 406;
	case ERROR_LENGTH_REQUIRED:
		return 411;
	case ERROR_TOO_LARGE:
		return 413;
	case ERROR_MEDIA_TYPE:
		return 415;
	case ERROR_UPSTREAM:
		return 502;
	case ERROR_INTERNAL:
	case ERROR_CONFIG:
	case ERROR_TEMPLATE:
	case ERROR_CLIENT_GONE:
		return 500;
	}
	return 500;
}
