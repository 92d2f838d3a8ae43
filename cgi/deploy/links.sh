#!/bin/sh
# links.sh KEY... - print a link to each of these files in R2, one a line.
# Mintage makes them all in one request.
#
# Set these, in the environment or here:
: "${LINKS_URL:=https://www.example.org/mint/accounts/ID/r2/presigned-urls}"
: "${LINKS_HEADER:=$HOME/.mintage}" # a file: Authorization: Bearer TOKEN
: "${LINKS_BUCKET:=portal-downloads}"
: "${LINKS_TTL:=3600}"
set -eu

test $# -gt 0 || exit 0
answer=$(printf '%s\n' "$@" |
	curl --silent --show-error --fail-with-body --data-binary @- \
		--header "@$LINKS_HEADER" --header 'Content-Type: text/plain' \
		"$LINKS_URL?bucket=$LINKS_BUCKET&ttlSeconds=$LINKS_TTL&format=text") ||
	{
		printf '%s\n' "$answer" >&2
		exit 1
	}
# An answer that was cut short has fewer lines.
if [ "$(printf '%s\n' "$answer" | wc -l)" -ne $# ]; then
	echo "links.sh: the answer was cut short" >&2
	exit 1
fi
printf '%s\n' "$answer"
