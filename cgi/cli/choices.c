#include "choices.h"

#include <stdio.h>
#include <string.h>

#include "cgi/input/fields.h"
#include "lib/config/jurisdiction.h"
#include "lib/manifest/format.h"
#include "lib/manifest/link_value.h"
#include "lib/render/format.h"
#include "lib/sign/action.h"
#include "lib/sign/method.h"
#include "lib/sign/permission.h"

/* ---- the tables of lib ---------------------------------------------------- */

/* The first name of these three tables stands for "none" and is empty. */
const char *choices_permission(size_t number)
{
	return number < PERMISSION_COUNT - 1 ? permission_names[number + 1] :
					       NULL;
}

const char *choices_method(size_t number)
{
	return number < METHOD_COUNT - 1 ? method_names[number + 1] : NULL;
}

const char *choices_manifest_format(size_t number)
{
	const struct manifest_reader *const *reader = manifest_format_readers;

	while (*reader && number-- > 0)
		reader++;
	return *reader ? (*reader)->name : NULL;
}

const char *choices_action(size_t number)
{
	return number < ACTION_COUNT ? action_names[number] : NULL;
}

static const char *format_for(unsigned use, size_t number)
{
	for (size_t i = 0; i < FORMAT_COUNT; i++) {
		if ((format_table[i].uses & use) && number-- == 0)
			return format_table[i].name;
	}
	return NULL;
}

const char *choices_credential_format(size_t number)
{
	return format_for(FORMAT_CREDENTIALS, number);
}

const char *choices_link_format(size_t number)
{
	return format_for(FORMAT_LINKS, number);
}

const char *choices_on_error(size_t number)
{
	return number < ON_ERROR_COUNT ? fields_on_error_names[number] : NULL;
}

const char *choices_jurisdiction(size_t number)
{
	return number < JURISDICTION_COUNT ? config_jurisdiction_names[number] :
					     NULL;
}

const char *choices_signer(size_t number)
{
	return number < SIGN_COUNT ? fields_sign_names[number] : NULL;
}

const char *choices_disposition(size_t number)
{
	return number < LINK_VALUE_DISPOSITIONS ?
		       link_value_dispositions[number] :
		       NULL;
}

/* ---- a list that no table has -----------------------------------------------
 */

const char *choices_ttl(size_t number)
{
	static const char *const usual[] = { "15m", "1h", "1d", "7d", NULL };

	return usual[number < 4 ? number : 4];
}

/* ---- a list for a sentence ------------------------------------------------ */

void choices_join(choices_fn *choices, char *text, size_t size)
{
	const char *name = choices(0);
	size_t length = 0;

	*text = '\0';
	for (size_t i = 0; name && length < size; i++) {
		const char *next = choices(i + 1);
		const char *before = i == 0 ? "" : next ? ", " : " or ";

		length += (size_t)snprintf(text + length, size - length, "%s%s",
					   before, name);
		name = next;
	}
}
