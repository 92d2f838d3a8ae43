#!/bin/sh
# check.cgi - tells a browser where things are on this server, and whether
# Mintage is set up. It shows no secret; take it away when all is well.
mintage=/home/me/mintage

printf 'Content-Type: text/plain; charset=utf-8\r\n'
printf 'Cache-Control: no-store\r\n\r\n'
exec 2>&1
echo "This folder:        $(pwd)"
echo "The web's folder:   ${DOCUMENT_ROOT:-not told}"
echo "Programs run as:    $(id -un) (number $(id -u))"
echo "The machine:        $(uname -s) $(uname -m)"
echo
if [ ! -d "$mintage" ]; then
	echo "There is no folder $mintage here. Put its true path into the"
	echo "fourth line of check.cgi and the first of mintage.cgi."
	exit
fi
for name in mintage mintage.fcgi; do
	test -x "$mintage/$name" ||
		echo "$mintage/$name: not there, or not executable: chmod 755"
done
exec "$mintage/mintage" check --config "$mintage/mintage.conf"
