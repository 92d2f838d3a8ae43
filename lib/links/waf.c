#include "waf.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/base64.h"
#include "lib/base/escape.h"

static const char separator[] = "?verify=";

void waf_begin(struct waf *waf, struct slice host, struct slice secret)
{
	waf->host = host;
	digest_hmac_begin(&waf->start, secret.data, secret.length);
}

size_t waf_link(const struct waf *waf, struct slice key, int64_t now, char *dst)
{
	struct digest_hmac hmac = waf->start;
	uint8_t code[DIGEST_SIZE];
	char *path, *end;
	int digits;

	end = dst + sprintf(dst, "https://%.*s", (int)waf->host.length,
			    waf->host.data);
	path = end;
	*end++ = '/';
	end += escape_url_path(end, key.data, key.length);
	digest_hmac_add(&hmac, path, (size_t)(end - path));
	memcpy(end, separator, sizeof(separator) - 1);
	end += sizeof(separator) - 1;
	digits = sprintf(end, "%lld-", (long long)now);
	digest_hmac_add(&hmac, end, (size_t)digits - 1);
	end += digits;
	digest_hmac_end(&hmac, code);
	end += base64_url_encode(end, code, sizeof(code));
	explicit_bzero(&hmac, sizeof(hmac));
	explicit_bzero(code, sizeof(code));
	return (size_t)(end - dst);
}

void waf_end(struct waf *waf)
{
	explicit_bzero(waf, sizeof(*waf));
}

/* Write `text` as it stands between the quotes of an expression. */
static char *quote(char *dst, struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == '"' || text.data[i] == '\\')
			*dst++ = '\\';
		*dst++ = text.data[i];
	}
	return dst;
}

size_t waf_rule(struct slice host, struct slice secret, uint32_t seconds,
		char *dst)
{
	char *end = dst;

	end += sprintf(end,
		       "(http.host eq \"%.*s\" and not "
		       "(starts_with(http.request.uri.query, \"%s\") and "
		       "is_timed_hmac_valid_v0(\"",
		       (int)host.length, host.data, separator + 1);
	end = quote(end, secret);
	end += sprintf(end,
		       "\", http.request.uri, %u, "
		       "http.request.timestamp.sec, %zu, \"s\")))",
		       seconds, sizeof(separator) - 1);
	return (size_t)(end - dst);
}
