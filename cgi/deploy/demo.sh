#!/bin/sh
# demo.sh - show Mintage at work; `make demo` runs this. It starts lighttpd on
# loopback with the responder and a throw-away account, parent and caller, sends
# a manifest of file names of this machine by one curl, and shows the answer. It
# also shows what a link under /files/ is answered. Then it keeps running until
# Ctrl-C. Everything lives in a temporary folder,
# which is removed at the end.
#
#   DEMO_PORT      the port on 127.0.0.1; default 8080
#   DEMO_ONCE      when not empty, end after the first batch
#   MINTAGE_BUILD  where mintage.fcgi was built; default: the root of the source
#   MINTAGE_SRC    the source tree; default: the same
set -eu
umask 077
unset http_proxy all_proxy HTTP_PROXY ALL_PROXY

here=$(cd "$(dirname "$0")/../.." && pwd)
build=${MINTAGE_BUILD:-$here}
src=${MINTAGE_SRC:-$here}
port=${DEMO_PORT:-8080}
count=5000
bucket=demo-files
folder=
server=

fail() {
	echo "demo: $*" >&2
	exit 1
}

clean() {
	# A second signal must not keep this from removing the folder with the
	# keys.
	trap - EXIT
	trap '' HUP INT PIPE TERM
	if test -n "$server"; then
		kill "$server" 2>/dev/null || :
		wait "$server" 2>/dev/null || :
	fi
	test -n "$folder" || return 0
	# A responder that is ending may still write its last line to the log.
	rm -rf "$folder" 2>/dev/null || {
		sleep 1
		rm -rf "$folder"
	}
}

need() {
	command -v "$1" >/dev/null ||
		fail "$1 is not installed; run \`make deps demo\` (package: $1)"
}

# random COUNT - print COUNT random bytes in hexadecimal digits.
random() {
	od -An -v -N "$1" -tx1 /dev/urandom | tr -d ' \n'
}

write_config() {
	# Mintage takes no templates that somebody else could change, and the
	# source may belong to somebody else.
	mkdir "$folder/templates"
	cp "$src"/templates/*.tmpl "$folder/templates"
	printf '%s\n' "$parent_secret" >"$folder/portal.secret"
	cat >"$folder/mintage.conf" <<END
[mintage]
templates = $folder/templates
audit-log = $folder/audit.jsonl

[account demo]
id = $account

[parent portal]
account = demo
access-key-id = $parent
secret-access-key-file = $folder/portal.secret
permission = object-read-write
buckets = $bucket

[caller demo]
bearer-sha256 = $(printf %s "$token" | sha256sum | cut -d ' ' -f 1)
parents = portal
buckets = $bucket
permissions = object-read-only
prefixes = *

[download files]
path = /files/
bucket = $bucket
prefix = usr/share/
open-to = everyone
END
	cat >"$folder/lighttpd.conf" <<END
server.modules = ("mod_fastcgi")
server.bind = "127.0.0.1"
server.port = $port
server.document-root = "$folder/www"
server.upload-dirs = ("$folder/upload")
server.pid-file = "$folder/lighttpd.pid"
server.errorlog = "$folder/error.log"
server.stream-response-body = 1
\$HTTP["url"] =~ "^/mint(/|\$)" {
	fastcgi.server = ("/mint" => ((
		"bin-path" => "$build/mintage.fcgi --config=$folder/mintage.conf",
		"socket" => "$folder/fcgi",
		"max-procs" => 2,
		"check-local" => "disable",
	)))
}
\$HTTP["url"] =~ "^/files/" {
	fastcgi.server = ("/" => ((
		"socket" => "$folder/fcgi-0",
		"check-local" => "disable",
		"fix-root-scriptname" => "enable",
	)))
}
END
	mkdir "$folder/www" "$folder/upload"
}

# The manifest holds real names. Names that are not ASCII come first, with a few
# of our own, because not every machine has any. Names that are not UTF-8 are
# left out, because they can't be keys.
write_manifest() {
	find /usr/share -type f 2>/dev/null | sed 's|^/||' |
		LC_ALL=C.UTF-8 grep -ax '.*' >"$folder/found" || :
	{
		printf '%s\n' 'übung/größe.txt' 'ελληνικά/όνομα.pdf' \
			'日本語/ファイル名.csv' 'עברית/קובץ.doc' \
			'emoji/😀 with blanks & "quotes".png'
		LC_ALL=C grep -a '[^ -~]' "$folder/found" || :
		LC_ALL=C grep -av '[^ -~]' "$folder/found" || :
	} >"$folder/names"
	head -n "$count" "$folder/names" >"$folder/manifest"
}

# Wait for lighttpd's pid file, which it writes once it has the port. Before
# that, another program may answer there.
start_server() {
	lighttpd -D -f "$folder/lighttpd.conf" 2>"$folder/stderr" &
	server=$!
	tries=0
	until test -s "$folder/lighttpd.pid"; do
		tries=$((tries + 1))
		if ! kill -0 "$server" 2>/dev/null || test $tries -gt 100; then
			if cat "$folder/stderr" "$folder/error.log" 2>/dev/null |
				grep -q 'Address already in use'; then
				fail "port $port is taken; choose another:" \
					"make demo DEMO_PORT=8081"
			fi
			cat "$folder/stderr" "$folder/error.log" >&2 2>/dev/null || :
			fail "lighttpd does not start"
		fi
		sleep 0.1
	done
}

# Show only the first 8 characters of each secret.
shorten() {
	sed 's/\("secretAccessKey":"[^"]\{8\}\)[^"]*/\1.../g
	     s/\("sessionToken":"[^"]\{8\}\)[^"]*/\1.../g'
}

show_answer() {
	echo "the answer begins with (secrets are shortened):"
	head -c 8000 "$folder/answer" | sed 's/},{/},\
{/g' | head -n 3 | shorten | sed 's/^/    /'
	echo "and ends with:"
	tail -c 120 "$folder/answer" | sed 's/.*"result_info"/"result_info"/
		s/^/    /'
	echo "the audit log has these lines about it:"
	sed 's/^/    /' "$folder/audit.jsonl"
}

send_batch() {
	asked=$(wc -l <"$folder/manifest")
	echo "sending $((asked)) names of files in /usr/share by curl ..."
	curl --silent --show-error --max-time 60 --noproxy '*' \
		--header "@$folder/header" --header 'Content-Type: text/plain' \
		--data-binary "@$folder/manifest" --dump-header "$folder/head" \
		--output "$folder/answer" "$url" || fail "curl failed"
	status=$(sed -n '1s/^[^ ]* \([0-9]*\).*/\1/p' "$folder/head")
	if test "$status" != 200; then
		cat "$folder/answer" "$folder/error.log" >&2
		fail "answered $status"
	fi
	issued=$(grep -o '"sessionToken"' "$folder/answer" | wc -l)
	tail -c 20 "$folder/answer" | grep -q '"success":true}' ||
		fail "the answer was cut short"
	test "$issued" -eq "$asked" ||
		fail "$((issued)) credentials for $((asked)) names"
	echo "$((issued)) credentials came back, one for each name."
}

# A page's link is answered by an address in R2. The account is thrown away, so
# R2 has no object there; show the answer with its signature shortened.
show_link() {
	curl --silent --show-error --max-time 60 --noproxy '*' "$link" \
		--dump-header "$folder/redirect" --output "$folder/answer" ||
		fail "curl failed"
	grep -q '^HTTP/[^ ]* 302' "$folder/redirect" || {
		cat "$folder/redirect" "$folder/error.log" >&2
		fail "$link is not answered by a redirect"
	}
	echo "a page's link, <a href=\"/files/doc/report.pdf\">, is answered by"
	sed -n 's/\r$//; s/\(X-Amz-Signature=.\{8\}\).*/\1.../
		s/^\(HTTP\|[Ll]ocation:\) */    &/p' "$folder/redirect"
}

case $port in
*[!0-9]* | 0* | ??????*) fail "DEMO_PORT=$port is not a port" ;;
esac
test "$port" -le 65535 || fail "DEMO_PORT=$port is not a port"
# On Debian, lighttpd is in a folder that is not in everyone's PATH.
PATH=$PATH:/usr/sbin:/usr/local/sbin
need lighttpd
need curl
test -x "$build/mintage.fcgi" ||
	fail "$build/mintage.fcgi is not there; run \`make\`"

trap clean EXIT
trap 'exit 0' INT TERM
trap 'exit 129' HUP
trap 'exit 141' PIPE
folder=$(mktemp -d "${TMPDIR:-/tmp}/mintage-demo.XXXXXX")
account=$(random 16)
parent=$(random 16)
parent_secret=$(random 32)
token=$(random 24)
base=http://127.0.0.1:$port/mint/
url=${base}accounts/$account/r2/temp-access-credentials/batch
url="$url?bucket=$bucket&permission=object-read-only"
link=http://127.0.0.1:$port/files/doc/report.pdf
printf 'Authorization: Bearer %s\n' "$token" >"$folder/header"

write_config
write_manifest
start_server
send_batch
show_answer
show_link
cat <<END

URL    $base
token  $token
link   $link

Paste this into another terminal:

printf '%s\\n' report.pdf 'größe 1.txt' | curl -H 'Authorization: Bearer $token' -H 'Content-Type: text/plain' --data-binary @- '$url'

END
test -z "${DEMO_ONCE:-}" || exit 0
echo "The server runs until Ctrl-C."
wait "$server" || fail "lighttpd ended"
