#include "mount.h"

#include "assets_data.h"
#include "lib/base/escape.h"

bool mount_add(struct buffer *out, struct slice script)
{
	while (script.length > 0 && script.data[script.length - 1] == '/')
		script.length--;
	while (script.length > 1 && script.data[0] == '/' &&
	       script.data[1] == '/')
		script = slice_of(script.data + 1, script.length - 1);
	if (script.length == 0)
		return true;
	if (!buffer_reserve(out, script.length * ESCAPE_GROWTH))
		return false;
	out->length += escape_url_path(out->data + out->length, script.data,
				       script.length);
	return true;
}

bool mount_add_assets(struct buffer *out, struct slice script)
{
	return mount_add(out, script) &&
	       buffer_format(out, "/assets/%s", assets_data_version);
}
