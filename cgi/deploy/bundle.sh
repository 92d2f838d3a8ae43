#!/bin/sh
# bundle.sh SOURCE TARGET VERSION - make the archive for accounts with nothing
# but FTP; `make bundle` runs this. It builds both programs statically from
# SOURCE, a tree with the files of the tarball, and puts a .tar.gz into the
# folder TARGET, and a .zip where the command zip is installed.
#
#   CC                  the compiler; without it, configure chooses one
#   SOURCE_DATE_EPOCH   the date of all files in the archive
set -eu
umask 022
unset MAKEFLAGS MAKELEVEL MFLAGS

source=$(cd "$1" && pwd)
target=$(cd "$2" && pwd)
version=$3
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM

fail() {
	echo "bundle: $*" >&2
	exit 1
}

# The programs hold the templates. --datarootdir names a folder that does not
# exist, so that they read no templates of the host.
compile() {
	mkdir "$work/build"
	cd "$work/build"
	"$source/configure" --quiet --disable-option-checking \
		--enable-static-programs --without-curl \
		--prefix=/usr --sysconfdir=/etc --datarootdir=/nonexistent \
		${CC:+CC="$CC"} || fail "configure failed"
	make -s -j "$jobs" mintage.fcgi mintage V=0 >/dev/null ||
		fail "the programs could not be built"
	for program in mintage.fcgi mintage; do
		readelf -l "$program" | grep -q INTERP &&
			fail "$program still asks for shared libraries"
		strip "$program"
	done
}

# Print the licences of Mintage and of the libraries that are linked in, where
# this machine has them.
licences() {
	cat "$source/COPYING"
	for library in libfcgi-dev libinih-dev libjson-c-dev libutf8proc-dev \
		nettle-dev libc6; do
		file=/usr/share/doc/$library/copyright
		test -f "$file" || continue
		printf '\n\n==== built in: %s\n\n' "$library"
		cat "$file"
	done
}

# Write the manual pages as plain text. mandoc prints bold and underlined
# letters by overstriking; sed removes that.
manual() {
	for page in "$source"/cgi/man/*.[1-8]; do
		text=$1/${page##*/}.txt
		if command -v mandoc >/dev/null; then
			mandoc -T ascii "$page" | sed "s/.$(printf '\b')//g" \
				>"$text"
		else
			cp "$page" "${text%.txt}"
		fi
	done
}

# Print the sample as one for the bundle. The defaults of audit-log and templates
# are for an installation by root: the log of the bundle is set, and templates
# are the built-in ones.
configuration() {
	sed -e 's|^;audit-log = /.*|audit-log = log/audit.jsonl|' \
		-e 's|^;templates = /.*|;templates = templates|' \
		-e 's|^# The folder of the \(templates of .*\)|# A folder of your own \1|' \
		-e 's|^\(# copy inside the program is used\)\.$|\1; without this key, all of them.|' \
		"$source/cgi/deploy/mintage.conf"
}

assemble() {
	deploy=$source/cgi/deploy
	mkdir -p "$1/mintage/log" "$1/mint" "$1/manual"
	cp "$deploy/bundle/INSTALL.txt" "$1/"
	licences >"$1/COPYING"
	manual "$1/manual"
	cp "$work/build/mintage.fcgi" "$work/build/mintage" "$1/mintage/"
	configuration >"$1/mintage/mintage.conf"
	echo "This folder holds the record of who got what." >"$1/mintage/log/README"
	cp "$deploy/htaccess" "$1/mint/.htaccess"
	cp "$deploy/bundle/mintage.cgi" "$deploy/bundle/check.cgi" "$1/mint/"
	chmod 755 "$1"/mint/*.cgi "$1"/mintage/mintage*
	chmod 700 "$1/mintage" "$1/mintage/log"
	chmod 600 "$1/mintage/mintage.conf"
}

# Make the archives so that the same content gives the same bytes.
pack() {
	date=${SOURCE_DATE_EPOCH:-$(date -r "$source/NEWS" +%s)}
	find "$1" -exec touch -d "@$date" '{}' +
	find "$1" -print | LC_ALL=C sort >"$1.list"
	rm -f "$target/$1.tar.gz" "$target/$1.zip"
	tar -c --no-recursion --owner=0 --group=0 --numeric-owner \
		--format=ustar -T "$1.list" | gzip -9n >"$1.tar.gz"
	mv "$1.tar.gz" "$target/"
	echo "$target/$1.tar.gz"
	command -v zip >/dev/null || return 0
	TZ=UTC zip -q -X "$1.zip" -@ <"$1.list"
	mv "$1.zip" "$target/"
	echo "$target/$1.zip"
}

compile
machine=$(${CC:-cc} -dumpmachine)
name=mintage-$version-bundle-${machine%%-*}
cd "$work"
assemble "$name"
pack "$name"
