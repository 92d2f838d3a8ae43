#!/bin/sh
# pool.sh - responders as a service of their own, without systemd: spawn-fcgi
# opens the socket, multiwatch starts so many on it, and anew when one dies.
#
#   apt install spawn-fcgi multiwatch
#   ./pool.sh                       # in the foreground: for runit, s6, cron ...
#
# Yours may be, in the environment or here:
: "${RESPONDER:=/usr/libexec/mintage/mintage.fcgi}"
: "${CONFIG:=/etc/mintage/mintage.conf}"
: "${LISTEN:=/run/mintage/mintage.sock}" # a path, or ADDRESS:PORT
: "${PROCESSES:=4}"
: "${RUN_AS:=mintage}"             # the responders' user; counts for root alone
: "${WEB_GROUP:=www-data}"         # who may connect; likewise
#
# Sent TERM, multiwatch tells them (by USR1): what is under way is finished, then
# it ends. For new settings send HUP to the responders themselves, not to it:
#   pkill -HUP -x mintage.fcgi
set -eu

case $LISTEN in
/*)
	set -- -s "$LISTEN" -M 0660
	if [ "$(id -u)" -eq 0 ]; then
		# One that is there, /run or /tmp, stays as it is.
		test -d "${LISTEN%/*}" ||
			install -d -m 775 -g "$RUN_AS" "${LISTEN%/*}"
		set -- "$@" -U "$RUN_AS" -G "$WEB_GROUP"
	fi
	;;
*)
	set -- -a "${LISTEN%:*}" -p "${LISTEN##*:}"
	;;
esac
if [ "$(id -u)" -eq 0 ]; then
	set -- "$@" -u "$RUN_AS" -g "$RUN_AS"
fi
exec spawn-fcgi -n "$@" -- "$(command -v multiwatch)" -f "$PROCESSES" \
	-r 20 -t 1000 -- "$RESPONDER" "--config=$CONFIG"
