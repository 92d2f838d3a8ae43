#!/bin/sh
# autogen.sh - make ./configure and Makefile.in from configure.ac and
# Makefile.am. GNUmakefile runs this by itself. Run it when you want to call
# configure yourself.
set -eu
cd "$(dirname "$0")"

for pair in autoreconf:autoconf automake:automake pkg-config:pkgconf; do
	command -v "${pair%%:*}" >/dev/null || {
		echo "autogen.sh: ${pair%%:*} not found:" \
			"install ${pair#*:} (or run \`make deps\`)" >&2
		exit 1
	}
done

mkdir -p build-aux
autoreconf --install --force --warnings=all
