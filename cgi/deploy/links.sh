#!/bin/sh
# links.sh KEY... - print a link to each of these files in R2, one a line.
#
# Mintage makes them all in one request. Set these, in the environment or here:
: "${LINKS_URL:=https://www.example.org/mint/accounts/ID/r2/presigned-urls}"
: "${LINKS_HEADER:=$HOME/.mintage}" # a file: Authorization: Bearer TOKEN
: "${LINKS_BUCKET:=portal-downloads}"
: "${LINKS_TTL:=3600}"
#
# With LINKS_SECRET_FILE they are made here instead, by openssl and without
# asking: links of the kind `signed` to a [download] with open-to = link, which
# may work for years. The file is the section's link-secret-file, LINKS_BASE is
# public-url and the section's path, and a KEY is what follows its prefix.
: "${LINKS_BASE:=https://www.example.org/mint/get/}"
: "${LINKS_SECRET_FILE:=}"
set -eu

test $# -gt 0 || exit 0

# ---- made here ----------------------------------------------------------------

fail() {
	printf 'links.sh: %s\n' "$1" >&2
	exit 1
}

# The bytes of standard input as decimal numbers.
numbers() {
	od -An -v -tu1
}

# Set $inner and $outer to the two keys of an HMAC (RFC 2104), as formats for
# printf. That is a part of the shell, so the secret is in no list of processes,
# as it would be as openssl's option. Mintage drops blanks and line ends around
# the secret, and so does this.
read_secret() {
	secret=$(tr -d '\r' <"$LINKS_SECRET_FILE" |
		sed 's/^[[:blank:]]*//; s/[[:blank:]]*$//; /^$/d')
	test -n "$secret" || fail "$LINKS_SECRET_FILE holds no secret"
	block=$(
		if test ${#secret} -gt 64; then
			printf %s "$secret" | sha256
		else
			printf %s "$secret"
		fi | numbers | awk '
			{ for (i = 1; i <= NF; i++) print $i; n += NF }
			END { while (n++ < 64) print 0 }'
	)
	inner=$(block_with 54)
	outer=$(block_with 92)
}

# Each byte of $block, exclusive-or'ed with $1, as printf reads it: \NNN.
block_with() {
	for byte in $block; do
		byte=$((byte ^ $1))
		printf '\\%d%d%d' $((byte / 64)) $((byte / 8 % 8)) $((byte % 8))
	done
}

sha256() {
	openssl dgst -sha256 -binary
}

# HMAC-SHA256 of standard input, in base64url without padding.
# shellcheck disable=SC2059 # the formats are what is to be printed
code() {
	{
		printf "$outer"
		{ printf "$inner" && cat; } | sha256
	} | sha256 | openssl base64 -A | tr '+/' '-_' | tr -d '='
}

# Percent-encode all bytes but / and those that never need it (RFC 3986, 2.3).
encode() {
	numbers | LC_ALL=C awk '{
		for (i = 1; i <= NF; i++) {
			c = $i + 0
			plain = c >= 45 && c <= 57 || c >= 65 && c <= 90 ||
				c >= 97 && c <= 122 || c == 95 || c == 126
			printf(plain ? "%c" : "%%%02X", c)
		}
	}'
}

# Mintage answers 404 or 400 to a key that is no file's, or has a dot segment.
signed_link() {
	case /$1/ in
	// | *//) fail "no link can lead to '$1', which is no file's key" ;;
	*/./* | */../*) fail "no link can lead to '$1', because of its dots" ;;
	esac
	signature=$(printf '/%s\n%s' "$1" "$expires" | code)
	test ${#signature} -eq 43 || fail "openssl can't make a signature"
	printf '%s%s?expires=%s&signature=%s\n' "$LINKS_BASE" \
		"$(printf %s "$1" | encode)" "$expires" "$signature"
}

if test -n "$LINKS_SECRET_FILE"; then
	read_secret
	expires=$(($(date +%s) + LINKS_TTL))
	for key in "$@"; do
		signed_link "$key"
	done
	exit 0
fi

# ---- asked for ----------------------------------------------------------------

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
