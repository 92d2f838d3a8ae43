#include "warner.h"

#include <stdio.h>

#include "lib/base/unicode.h"
#include "lib/sign/key.h"

#define WARNING_MAX 1024

void config_warner_say(struct config_warner *warner, int line,
		       const char *format, ...)
{
	char text[WARNING_MAX], number[16];
	va_list arguments;
	size_t length;

	snprintf(number, sizeof(number), ":%d", line);
	snprintf(text, sizeof(text), "%s%s: ", warner->config->path,
		 line > 0 ? number : "");
	length = strlen(text);
	va_start(arguments, format);
	vsnprintf(text + length, sizeof(text) - length, format, arguments);
	va_end(arguments);
	warner->say(warner->context, text);
	warner->count++;
}

void config_warner_prefix(struct config_warner *warner, int line,
			  const char *kind, const char *name,
			  struct slice prefix)
{
	char quoted[KEY_QUOTE_MAX];
	const char *brace = memchr(prefix.data, '{', prefix.length);

	key_quote(quoted, prefix);
	if (slice_is(prefix, "*"))
		return;
	if (memchr(prefix.data, '*', prefix.length))
		config_warner_say(
			warner, line,
			"prefix '%s' of [%s %s] means a '*' in the key, it "
			"isn't a pattern; remove it",
			quoted, kind, name);
	else if (prefix.data[prefix.length - 1] != '/')
		config_warner_say(
			warner, line,
			"prefix '%s' of [%s %s] has no '/' at its end, so "
			"that it also reaches '%s2/'; add one",
			quoted, kind, name, quoted);
	if (brace &&
	    !slice_starts(
		    slice_of(brace,
			     prefix.length - (size_t)(brace - prefix.data)),
		    slice_text(CONFIG_USER)))
		config_warner_say(
			warner, line,
			"prefix '%s' of [%s %s] holds a '{' that begins no " CONFIG_USER
			"; it stands for itself",
			quoted, kind, name);
	if (!unicode_is_nfc(prefix))
		config_warner_say(
			warner, line,
			"prefix '%s' of [%s %s] isn't in Unicode's form NFC, "
			"in which R2 stores keys; write it so",
			quoted, kind, name);
	if (key_has_dot_segment(prefix))
		config_warner_say(
			warner, line,
			"prefix '%s' of [%s %s] has a '.' or '..' segment, "
			"and such keys are refused; remove it",
			quoted, kind, name);
}
