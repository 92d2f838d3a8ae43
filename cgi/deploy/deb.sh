#!/bin/sh
# deb.sh SOURCE TARGET VERSION - build the Debian package; `make deb` runs this.
# It builds from SOURCE, a tree with the files of the tarball, and puts the
# package into the folder TARGET. The folder debian/ is a copy of
# cgi/deploy/debian with a changelog added.
#
#   DEB_REVISION        the revision behind the version; default 1
#   SOURCE_DATE_EPOCH   the date of the changelog
set -eu
umask 022
unset MAKEFLAGS MAKELEVEL MFLAGS

source=$(cd "$1" && pwd)
target=$(cd "$2" && pwd)
version=$3+${DEB_REVISION:-1}
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM

for program in dpkg-buildpackage dh; do
	command -v $program >/dev/null || {
		echo "deb: there is no $program; run \`make deps deb\`" >&2
		exit 1
	}
done

tree=$work/mintage-$version
cp -R "$source" "$tree"
cp -R "$tree/cgi/deploy/debian" "$tree/debian"
date=${SOURCE_DATE_EPOCH:-$(date -r "$source/NEWS" +%s)}
maintainer=$(sed -n 's/^Maintainer: //p' "$tree/debian/control")
cat >"$tree/debian/changelog" <<END
mintage ($version) unstable; urgency=medium

  * See /usr/share/doc/mintage/NEWS for what is new.

 -- $maintainer  $(date -u -R -d "@$date")
END

cd "$tree"
if ! DEB_BUILD_OPTIONS="nocheck noautodbgsym parallel=$jobs" \
	dpkg-buildpackage --build=binary --unsigned-changes \
	>"$work/log" 2>&1 </dev/null; then
	cat "$work/log" >&2
	exit 1
fi
cd "$work"
for file in mintage_*.deb; do
	mv "$file" "$target/"
	echo "$target/$file"
done
