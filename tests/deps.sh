#!/bin/sh
# deps.sh - what `make deps` does: install the Debian packages that building,
# trying, checking and linting need. Only what is missing, and nothing is asked
# of apt when nothing is.
set -eu

# Debian package, or alternatives by "|" of which the first is installed when
# none is there; then the name people elsewhere know it by.
list() {
	cat <<'END'
gcc              GCC (or another C11 compiler)
libc6-dev        the C library's headers
make             GNU make
autoconf         GNU Autoconf 2.69 or later
automake         GNU Automake 1.16 or later
pkgconf|pkg-config  pkgconf
libfcgi-dev      fcgi2, the FastCGI development kit
libinih-dev      inih
libjson-c-dev    json-c
nettle-dev       Nettle 3.4 or later
libutf8proc-dev  utf8proc
lighttpd         lighttpd (demo, check)
curl             curl (demo, check)
ca-certificates  root certificates (check: npm)
libcmocka-dev    cmocka 1.1 (check)
aria2            aria2 (check)
rclone           rclone (check)
python3          Python 3.9 or later (check)
python3-boto3    boto3 (check)
python3-jwt      PyJWT (check)
clang            Clang (lint)
clang-format     clang-format (lint)
clang-tidy       clang-tidy (lint)
cppcheck         cppcheck (lint)
mandoc           mandoc (lint)
shellcheck       ShellCheck (lint)
END
	# Whoever has a Node.js keeps it, wherever it came from.
	if ! command -v node >/dev/null; then
		echo "nodejs           Node.js 18 or later (check)"
		echo "npm              npm (check)"
	elif ! command -v npm >/dev/null; then
		if installed nodejs; then
			echo "npm              npm (check)"
		else
			echo "deps: there is a node but no npm beside it;" \
				"add it the way node came" >&2
		fi
	fi
}

installed() {
	status=$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) &&
		test "$status" = installed
}

# The packages of the list that are not there, one a line.
missing() {
	list | while read -r names _; do
		found=
		for name in $(echo "$names" | tr '|' ' '); do
			if installed "$name"; then
				found=$name
			fi
		done
		test -n "$found" || echo "${names%%|*}"
	done
}

if ! command -v apt-get >/dev/null; then
	echo "deps: no apt-get here. Needed, with Debian's name first:"
	list | while read -r names upstream; do
		printf '  %-16s %s\n' "${names%%|*}" "$upstream"
	done
	exit 0
fi

packages=$(missing | tr '\n' ' ')
if [ -z "$packages" ]; then
	echo "deps: everything is there"
	exit 0
fi

if [ "$(id -u)" -eq 0 ]; then
	as_root="env"
elif command -v sudo >/dev/null; then
	as_root="sudo env"
else
	echo "deps: packages are missing; as root, run" >&2
	echo "  apt-get update && apt-get install --no-install-recommends" \
		"$packages" >&2
	exit 1
fi

echo "deps: installing $packages"
# Two words or one: split on purpose.
# shellcheck disable=SC2086
{
	$as_root apt-get update -qq </dev/null
	$as_root DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
		--no-install-recommends -o Dpkg::Use-Pty=0 \
		$packages </dev/null
}
