#include "waf.h"

#include <string.h>

#include "lib/base/base64.h"
#include "lib/base/decimal.h"
#include "lib/base/escape.h"

static const char separator[] = "?verify=";

static char *append(char *dst, struct slice text)
{
	if (text.length > 0)
		memcpy(dst, text.data, text.length);
	return dst + text.length;
}

void waf_begin(struct waf *waf, struct slice host, const struct keyed *secret)
{
	waf->host = host;
	waf->start = secret->hmac;
}

size_t waf_link(const struct waf *waf, struct slice key, int64_t now, char *dst)
{
	struct digest_hmac hmac = waf->start;
	uint8_t code[DIGEST_SIZE];
	char *path, *digits, *end = append(dst, slice_text("https://"));

	end = append(end, waf->host);
	path = end;
	*end++ = '/';
	end += escape_url_path(end, key.data, key.length);
	digest_hmac_add(&hmac, path, (size_t)(end - path));
	digits = end = append(end, slice_text(separator));
	end += decimal_write(end, (uint64_t)now);
	digest_hmac_add(&hmac, digits, (size_t)(end - digits));
	digest_hmac_end(&hmac, code);
	*end++ = '-';
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

	end = append(end, slice_text("(http.host eq \""));
	end = append(end, host);
	end = append(end, slice_text("\" and not (starts_with("
				     "http.request.uri.query, \""));
	end = append(end, slice_text(separator + 1));
	end = append(end, slice_text("\") and is_timed_hmac_valid_v0(\""));
	end = quote(end, secret);
	end = append(end, slice_text("\", http.request.uri, "));
	end += decimal_write(end, seconds);
	end = append(end, slice_text(", http.request.timestamp.sec, "));
	end += decimal_write(end, sizeof(separator) - 1);
	end = append(end, slice_text(", \"s\")))"));
	*end = '\0';
	return (size_t)(end - dst);
}
