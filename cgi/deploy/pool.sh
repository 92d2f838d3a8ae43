#!/bin/sh
# pool.sh - run the responders as a service without systemd. spawn-fcgi opens
# the socket; multiwatch starts PROCESSES responders on it, and another when one
# dies.
#
#   apt install spawn-fcgi multiwatch
#   ./pool.sh              # stays in the foreground, for runit, s6, cron ...
#
# You may have to change these values, in the environment or here:
: "${RESPONDER:=/usr/libexec/mintage/mintage.fcgi}"
: "${CONFIG:=/etc/mintage/mintage.conf}"
: "${LISTEN:=/run/mintage/mintage.sock}" # a path, or ADDRESS:PORT
: "${PROCESSES:=4}"
: "${RUN_AS:=mintage}"             # the responders' user, when root runs this
: "${WEB_GROUP:=www-data}"         # the group that may connect, likewise
#
# When multiwatch gets TERM, it sends USR1 to the responders, which finish their
# requests and end. For new settings send HUP to the responders, not to
# multiwatch:
#   pkill -HUP -x mintage.fcgi
set -eu

case $LISTEN in
/*)
	set -- -s "$LISTEN" -M 0660
	if [ "$(id -u)" -eq 0 ]; then
		# An existing folder, such as /run or /tmp, keeps its mode.
		test -d "${LISTEN%/*}" ||
			install -d -m 775 -g "$RUN_AS" "${LISTEN%/*}"
		set -- "$@" -U "$RUN_AS" -G "$WEB_GROUP"
	fi
	;;
*)
	echo "pool.sh: warning: whoever can connect to $LISTEN may say who they" \
		"are (REMOTE_USER, REMOTE_ADDR), and is believed: use a network" \
		"of your own, and set FCGI_WEB_SERVER_ADDRS to the addresses" \
		"of your web servers" >&2
	set -- -a "${LISTEN%:*}" -p "${LISTEN##*:}"
	;;
esac
if [ "$(id -u)" -eq 0 ]; then
	set -- "$@" -u "$RUN_AS" -g "$RUN_AS"
fi
exec spawn-fcgi -n "$@" -- "$(command -v multiwatch)" -f "$PROCESSES" \
	-r 20 -t 1000 -- "$RESPONDER" "--config=$CONFIG"
