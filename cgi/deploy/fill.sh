#!/bin/sh
# fill.sh - print a file of this folder with your own paths and names.
#
#   ./fill.sh nginx.conf /run/mintage/mintage.sock=/srv/mint.sock >mintage.conf
#
# Each argument behind the file is FROM=TO. FROM is a text of the file, without
# a "="; TO is printed in its place. A FROM that is not in the file is an error,
# unless --loose stands before the file. The files also work as they are; the
# head of each says which texts you may have to change. `make install` uses this
# script, so that the installed files name the folders that were configured.
set -eu

loose=
if [ "${1:-}" = --loose ]; then
	loose=1
	shift
fi
if [ $# -lt 1 ] || [ "$1" = --help ]; then
	sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "$0"
	test $# -ge 1 || exit 2
	exit 0
fi

FILL_LOOSE=$loose exec awk '
# The arguments behind the file are texts. awk must not read them as files.
BEGIN {
	for (i = 2; i < ARGC; i++) {
		cut = index(ARGV[i], "=")
		if (cut < 2)
			fail("\"" ARGV[i] "\" is not FROM=TO", 2)
		from[++pairs] = substr(ARGV[i], 1, cut - 1)
		to[pairs] = substr(ARGV[i], cut + 1)
		ARGV[i] = ""
	}
}
function fail(text, code) {
	print "fill.sh: " text >"/dev/stderr"
	status = code
	exit code
}
# Return the first place in `text` where any FROM begins, or 0. `which` becomes
# its number; where two begin at one place, the longer one counts.
function first(text,	i, at, best) {
	best = 0
	for (i = 1; i <= pairs; i++) {
		at = index(text, from[i])
		if (at && (!best || at < best || (at == best &&
		    length(from[i]) > length(from[which])))) {
			best = at
			which = i
		}
	}
	return best
}
{
	out = ""
	while (at = first($0)) {
		seen[which] = 1
		out = out substr($0, 1, at - 1) to[which]
		$0 = substr($0, at + length(from[which]))
	}
	print out $0
}
END {
	if (status)
		exit status
	for (i = 1; i <= pairs && !ENVIRON["FILL_LOOSE"]; i++)
		if (!seen[i])
			fail("\"" from[i] "\" is not in " ARGV[1], 1)
}' "$@"
