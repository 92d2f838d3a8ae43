#!/bin/sh
# layers.sh - does each room include only what lies below it? Speaks TAP.
#
# The picture, lowest first. A room is FOLDER/NAME.c with its NAME.h; it may
# include itself and rooms of lower lines, no room of its own line. "NAME*" is a
# family: NAME and every NAME_something, free to include each other and to share
# NAME.h. A main (the last line) needs no header.
layers() {
	cat <<'END'
lib/error
lib/buffer
lib/encode* lib/unicode lib/digest
lib/template* lib/json lib/scope lib/keyring
lib/config* lib/mint* lib/presign*
lib/policy lib/manifest*
lib/render* lib/audit
cgi/frames cgi/budget cgi/metrics
cgi/upstream*
cgi/cloudflare
cgi/service cgi/request cgi/fields* cgi/negotiate cgi/docroot
cgi/body cgi/form cgi/auth cgi/answer
cgi/issue* cgi/pages* cgi/multipart
cgi/refusal
cgi/router
cgi/fastcgi* cgi/plaincgi
cgi/responder cgi/cli* cgi/static cgi/online*
END
}

# Headers from outside that only these rooms may include, and words that may not
# stand in a folder's code at all; each with the reason why.
outsiders() {
	cat <<'END'
include nettle/           lib/digest  it is the only door to the hashes
include fcgi              cgi/        lib/ knows nothing of FastCGI
include json-c/           cgi/        lib/json reads JSON by itself
include curl/             cgi/online_http  it is the only door to libcurl
word    getenv            cgi/        lib/ knows nothing of the environment
word    secure_getenv     cgi/        lib/ knows nothing of the environment
word    environ           cgi/        lib/ knows nothing of the environment
END
}

set -u
LC_ALL=C
export LC_ALL
cd "${MINTAGE_SRC:-$(dirname "$0")/..}" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# lib/x.c -> lib/x; the generated file is nobody's room.
files=$(find lib cgi -name '*.[ch]' ! -name templates_data.c | sort)

# Every include of ours as "from-file to-file", as the compiler would find it:
# beside the file, then from the top, then in lib/ and cgi/. And every other.
for file in $files; do
	folder=${file%/*}
	sed -n 's/^[ 	]*#[ 	]*include[ 	]*\([<"][^>"]*\).*/\1/p' "$file" |
		while read -r name; do
			bare=${name#?}
			for place in "$folder/" "" lib/ cgi/; do
				test "${name%"$bare"}" = '"' || break
				path=$place$bare
				while :; do # lib/../cgi/x.h -> cgi/x.h
					case $path in
					*/../*) path=$(echo "$path" |
						sed 's,[^/]*/\.\./,,') ;;
					*) break ;;
					esac
				done
				if [ -f "$path" ]; then
					echo "$file $path" >>"$work/ours"
					continue 2
				fi
			done
			echo "$file include $bare" >>"$work/others"
		done
done
touch "$work/ours" "$work/others"

layers >"$work/layers"
outsiders >"$work/outsiders"

# All verdicts in one program: "room: what is wrong", or "room" alone.
# shellcheck disable=SC2086
awk '
function room_of(path) {
	sub(/\.[ch]$/, "", path)
	return path
}
# The name that stands for a room in the table: its own or its family.
function entry_of(room,	family) {
	if (room in layer)
		return room
	for (family in families)
		if (room == family || index(room, family "_") == 1)
			return family "*"
	return ""
}
function allowed(file, where) {
	if (where ~ /\/$/)
		return index(file, where) == 1
	return room_of(file) == where
}
function wrong(room, text) {
	print room ": " text
	bad[room] = 1
}
FILENAME == table {
	for (i = 1; i <= NF; i++) {
		layer[$i] = FNR
		if (sub(/\*$/, "", $i))
			families[$i] = 1
	}
	next
}
FILENAME == foreign {
	kind[++rules] = $1; pattern[rules] = $2; home[rules] = $3
	$1 = $2 = $3 = ""; sub(/^ */, ""); reason[rules] = $0
	next
}
FILENAME == ours {
	from = room_of($1); to = room_of($2)
	a = entry_of(from); b = entry_of(to)
	if (from != to && a != "" && b != "" &&
	    !(a == b && a ~ /\*$/) && layer[b] >= layer[a])
		wrong(from, $1 " includes " $2 ", which is not below it")
	next
}
FILENAME == others {
	for (r = 1; r <= rules; r++)
		if (kind[r] == "include" && index($3, pattern[r]) == 1 &&
		    !allowed($1, home[r]))
			wrong(room_of($1), $1 " includes <" $3 ">: " reason[r])
	next
}
FNR == 1 {
	room = room_of(FILENAME)
	rooms[room] = 1
	has[FILENAME] = 1
	if (entry_of(room) == "" && !told[room]++)
		wrong(room, "no such room in the table of " script)
}
{
	gsub(/\/\*.*\*\//, "")		# comments may say what they like
	sub(/^[ \t]*(\/\*|\*[ \t]).*/, "")
	for (r = 1; r <= rules; r++)
		if (kind[r] == "word" && !allowed(FILENAME, home[r]) &&
		    match(" " $0 " ", "[^A-Za-z0-9_]" pattern[r] \
			  "[^A-Za-z0-9_]"))
			wrong(room, FILENAME ":" FNR " says " pattern[r] \
			      ": " reason[r])
}
END {
	for (entry in layer)
		if (layer[entry] > top)
			top = layer[entry]
	for (room in rooms) {
		entry = entry_of(room)
		if (has[room ".c"] && !has[room ".h"] &&
		    entry !~ /\*$/ && layer[entry] != top)
			wrong(room, "has no header")
		if (!bad[room])
			print room
	}
}' table="$work/layers" foreign="$work/outsiders" ours="$work/ours" \
	others="$work/others" script="$0" "$work/layers" "$work/outsiders" \
	"$work/ours" "$work/others" $files | sort >"$work/verdicts"

number=0
failed=0
for room in $(sed 's/:.*//' "$work/verdicts" | uniq); do
	number=$((number + 1))
	if grep -q "^$room: " "$work/verdicts"; then
		failed=1
		echo "not ok $number - $room"
		sed -n "s,^$room: ,#   ,p" "$work/verdicts"
	else
		echo "ok $number - $room"
	fi
done

# Families may include each other, so circles can still hide there.
number=$((number + 1))
if circles=$(tsort "$work/ours" 2>&1 >"$work/sorted"); then
	echo "ok $number - no header includes itself by way of others"
else
	failed=1
	echo "not ok $number - no header includes itself by way of others"
	echo "$circles" | sed 's/^/#   /'
fi
echo "1..$number"
exit "$failed"
