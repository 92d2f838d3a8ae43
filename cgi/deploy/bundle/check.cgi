#!/bin/sh
# check.cgi - show a browser the paths on this server and what is still wrong
# with the set-up. It shows no secret; remove it when all is well.
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
	echo "There is no folder $mintage here. Write its true path into the"
	echo "fourth line of check.cgi and into the first line of mintage.cgi."
	exit
fi
for name in mintage mintage.fcgi; do
	test -x "$mintage/$name" ||
		echo "$mintage/$name: not there, or not executable: chmod 755"
done
exec "$mintage/mintage" check --config "$mintage/mintage.conf"
