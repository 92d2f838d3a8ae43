/*
 * shape_pattern - whether a line is as a pattern says.
 *
 * A pattern describes a whole line from its beginning. In it, a blank stands
 * for one or more blanks, a percent sign and a letter for one of the pieces
 * below, and any other byte for itself. Pieces take as much as they can; there
 * is no way back.
 *
 *   %d  decimal digits                    %D  a day, 2026-01-31
 *   %n  decimal digits, perhaps after -   %t  a time, 7:05 or 07:05
 *   %N  at least 9 decimal digits         %T  a time, 07:05:59 or 07:05:59.25
 *   %s  a size: 3, 1.5K, 3B or 2.0 KiB    %q  a day in any order, 1/31/2026
 *   %X  at least 32 hexadecimal digits    %m  the mode of ls, -rw-r--r--
 *   %w  anything but blanks               %a  the mode of PowerShell, -a----
 *   %_  at least two blanks               %~  blanks, or nothing
 *   %-  nothing but dashes and blanks     %*  anything, at least one byte
 *   %%  a percent sign
 */
#ifndef MINTAGE_LIB_MANIFEST_SHAPE_PATTERN_H
#define MINTAGE_LIB_MANIFEST_SHAPE_PATTERN_H

#include "lib/base/slice.h"

/* Is all of the line as the pattern says? */
bool shape_pattern_matches(const char *pattern, struct slice line);

#endif
