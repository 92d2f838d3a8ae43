#include "told.h"

bool told_is_due(struct told *told, bool failed, int64_t now)
{
	if (!failed) {
		told->is_known = false;
		return false;
	}
	if (told->is_known)
		return false;
	if (told->lines == 0 || now - told->begin >= TOLD_PERIOD_MS)
		*told = (struct told){ .begin = now };
	if (told->lines == TOLD_MOST)
		return false;
	told->lines++;
	told->is_known = true;
	return true;
}
