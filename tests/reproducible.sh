#!/bin/sh
# reproducible.sh [PART]... - build twice and compare: `make check-reproducible`
# runs this. The two builds differ in all that must not matter: the names of
# their folders, the way to the source, the user, umask, locale, time zone,
# number of jobs, order of files in folders. A PART is one of
#
#   programs   mintage, mintage.fcgi, mintage-online, the completion
#   tarball    what `make dist` makes
#   bundle     what `make bundle` makes
#   deb        what `make deb` makes
#
# and without any, all of them are built. To compare what is built already:
#
#   reproducible.sh --compare FOLDER FOLDER FILE...
#
# The output is TAP with a line for each file; the last line is the sum.
#
#   MINTAGE_SRC    the source tree; default: the one this file is in
#   MINTAGE_BUILD  where that was configured; default: the same
set -eu

src=${MINTAGE_SRC:-$(cd "$(dirname "$0")/.." && pwd)}
build=${MINTAGE_BUILD:-$src}
number=0
failed=0

# compare FILE FILE NAME - count a test: do these have the same bytes?
compare() {
	number=$((number + 1))
	if said=$(cmp "$1" "$2" 2>&1); then
		echo "ok $number - $3 has the same bytes"
		return
	fi
	failed=$((failed + 1))
	echo "not ok $number - $3 has the same bytes"
	echo "$said" | sed 's/^/# /'
	echo "# To see how they differ: diffoscope $1 $2"
}

finish() {
	echo "1..$number"
	echo "$((number - failed)) passed, $failed failed"
	test "$failed" -eq 0 && test "$number" -gt 0
}

if [ "${1:-}" = --compare ]; then
	first=$2
	second=$3
	shift 3
	for file; do
		compare "$first/$file" "$second/$file" "$file"
	done
	finish
	exit
fi

# make_parts SOURCE FOLDER JOBS PART... - make the PARTs in FOLDER, and fail where
# one of them can't be made.
make_parts() {
	source=$1
	jobs=$3
	cd "$2"
	shift 3
	"$source/configure" --quiet >configure.log 2>&1 || {
		cat configure.log >&2
		return 1
	}
	for part; do
		case $part in
		programs) goal=all ;;
		tarball) goal=dist ;;
		*) goal=$part ;;
		esac
		make -s -j "$jobs" "$goal" >"$part.log" 2>&1 || {
			cat "$part.log" >&2
			return 1
		}
	done
}

if [ "${1:-}" = --make ]; then
	shift
	make_parts "$@"
	exit
fi

unset MAKEFLAGS MAKELEVEL MFLAGS
work=$(mktemp -d) && chmod 755 "$work"
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
long=$work/a-folder-with-a-name-that-is-longer-than-the-other

# copy FOLDER [-r] - copy the source there. Its files are made in the order of
# their names, or in the opposite one.
copy() {
	mkdir -p "$1"
	(cd "$work/mintage" && find . ! -type d | LC_ALL=C sort ${2:+"$2"} |
		tar -c --no-recursion -f - -T -) | tar -x -p -f - -C "$1"
}

# Run a command as another user, where this one may.
as_another() {
	if [ "$(id -u)" -eq 0 ] && setpriv --reuid=65534 --regid=65534 \
		--clear-groups true 2>/dev/null; then
		chown -R 65534:65534 "$long"
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}

test $# -gt 0 || set -- programs tarball bundle deb
make -s -C "$build" -f Makefile distdir distdir="$(basename "$work")" &&
	mv "$build/$(basename "$work")" "$work/mintage"
copy "$work/source"
copy "$long/source" -r
mkdir "$work/build" "$long/build"
cp "$0" "$long/reproducible.sh"

(umask 022 && LC_ALL=C TZ=UTC sh "$0" --make ../source "$work/build" 1 "$@")
(umask 077 && LC_ALL=C.UTF-8 TZ=Asia/Kathmandu HOME=/nonexistent \
	TMPDIR="$long" as_another sh "$long/reproducible.sh" --make \
	"$long/source" "$long/build" 4 "$@")

for part; do
	case $part in
	programs) set -- mintage mintage.fcgi mintage-online completion.bash ;;
	tarball) set -- 'mintage-[0-9.]*[0-9].tar.gz' ;;
	bundle) set -- 'mintage-*-bundle-*' ;;
	deb) set -- 'mintage_*.deb' ;;
	esac
	for pattern; do
		# The patterns are to be expanded.
		# shellcheck disable=SC2086
		for file in $(cd "$work/build" && ls -d $pattern); do
			compare "$work/build/$file" "$long/build/$file" "$file"
		done
	done
done
finish
