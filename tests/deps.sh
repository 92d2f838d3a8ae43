#!/bin/sh
# deps.sh [GOAL]... - install the Debian packages that are missing; `make deps`
# runs this. Building, the demo, the tests and lint need those of the list.
# Three GOALs need more: "bench" the programs that `make bench` compares with,
# "deb" and "check-deb" the tools that make and try Debian packages. When
# nothing is missing, apt is not run.
set -eu
goals=" $* "

# Print one line for each package: its name in Debian, then its name elsewhere.
# Where "|" separates several names, one of them is enough; when none is
# installed, the first will be.
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
libcurl4-gnutls-dev|libcurl4-openssl-dev  libcurl (mintage-online)
lighttpd         lighttpd (demo, check)
curl             curl (demo, check)
ca-certificates  root certificates (check: npm)
openssl          openssl (check)
libcmocka-dev    cmocka 1.1 (check)
aria2            aria2 (check)
rclone           rclone (check)
jq               jq (check)
zip              Info-ZIP (bundle)
apache2-suexec-custom|apache2-suexec-pristine  Apache's suEXEC (check)
apache2-bin      Apache httpd 2.4 (check)
libapache2-mod-fcgid  mod_fcgid (check)
nginx            nginx (check)
haproxy          HAProxy 2.4 or later (check)
spawn-fcgi       spawn-fcgi (check)
multiwatch       multiwatch (check)
logrotate        logrotate (check)
procps           procps (check)
php-cli          PHP 8.1 or later (check, bench)
python3          Python 3.9 or later (check)
python3-boto3    boto3 (check)
python3-jwt      PyJWT (check)
clang            Clang (lint, fuzz)
libclang-rt-dev  libFuzzer and Clang's sanitizers (fuzz)
clang-format     clang-format (lint)
clang-tidy       clang-tidy (lint)
cppcheck         cppcheck (lint)
groff-base       groff (lint)
mandoc           mandoc (lint, check)
shellcheck       ShellCheck (lint)
END
	if wanted bench; then
		echo "php-fpm          its FastCGI server (bench)"
	fi
	if wanted deb || wanted check-deb; then
		echo "debhelper        debhelper (deb)"
	fi
	if wanted check-deb; then
		echo "debootstrap      debootstrap (check-deb)"
		echo "lintian          Lintian (check-deb)"
	fi
	# A Node.js from another source is kept.
	if ! command -v node >/dev/null; then
		echo "nodejs           Node.js 18 or later (check)"
		echo "npm              npm (check)"
	elif ! command -v npm >/dev/null; then
		if installed nodejs; then
			echo "npm              npm (check)"
		else
			echo "deps: node is installed, but npm is not;" \
				"install npm from where node came from" >&2
		fi
	fi
}

wanted() {
	case $goals in
	*" $1 "*) return 0 ;;
	*) return 1 ;;
	esac
}

installed() {
	status=$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) &&
		test "$status" = installed
}

# Print the packages of the list that are not installed, one a line.
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
	echo "deps: there is no apt-get here. Install these (Debian's names first):"
	list | while read -r names upstream; do
		printf '  %-16s %s\n' "${names%%|*}" "$upstream"
	done
	exit 0
fi

packages=$(missing | tr '\n' ' ')
if [ -z "$packages" ]; then
	echo "deps: every package is installed"
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

# Debian starts a web server when it is installed. The tests start their own, so
# no server must run on this machine because of this script, neither now nor
# after a reboot.
policy=/usr/sbin/policy-rc.d
held=

hold_services() {
	# A policy that exists was somebody's decision; keep it.
	test ! -e $policy || return 0
	held=1
	printf '#!/bin/sh\nexit 101\n' | $as_root tee $policy >/dev/null
	$as_root chmod 755 $policy
}

release_services() {
	test -z "$held" || $as_root rm -f $policy
	held=
}

# Disable the services that were installed just now; others stay as they are.
switch_off() {
	off=
	for package in $packages; do
		case $package in
		haproxy | lighttpd | nginx) service=$package ;;
		php-fpm) service=$(cd /etc/init.d && echo php*-fpm) ;;
		*) continue ;;
		esac
		if command -v systemctl >/dev/null; then
			$as_root systemctl disable "$service"
		else
			$as_root update-rc.d "$service" disable
		fi >/dev/null 2>&1 || continue
		off="$off $service"
	done
	test -z "$off" || echo "deps: these services were installed for the tests" \
		"and will not start at boot:$off"
}

echo "deps: installing $packages"
trap release_services EXIT
trap 'exit 130' HUP INT TERM
hold_services
# $as_root may hold two words and $packages many, so they are not quoted.
# shellcheck disable=SC2086
{
	$as_root apt-get update -qq </dev/null
	$as_root DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
		--no-install-recommends -o Dpkg::Use-Pty=0 \
		$packages </dev/null
}
switch_off
