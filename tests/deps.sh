#!/bin/sh
# deps.sh [GOAL]... - install the Debian packages that are missing and that these
# goals of make need; `make deps` runs this. Without a goal, it installs what
# `make check` needs. When nothing is missing, apt is not run.
set -eu

# Print one line for each package: its name in Debian, the goals that need it,
# and its name elsewhere. Where "|" separates several names, one of them is
# enough; when none is installed, the first that apt knows is installed. Every
# goal needs the packages of the goal "all".
list() {
	cat <<'END'
gcc              all  GCC (or another C11 compiler)
libc6-dev        all  the C library's headers
make             all  GNU make
autoconf         all  GNU Autoconf 2.69 or later
automake         all  GNU Automake 1.16 or later
pkgconf|pkg-config  all  pkgconf
libfcgi-dev      all  fcgi2, the FastCGI development kit
libinih-dev      all  inih
libjson-c-dev    all  json-c
nettle-dev       all  Nettle 3.4 or later
libutf8proc-dev  all  utf8proc
libcurl4-gnutls-dev|libcurl4-openssl-dev  all  libcurl 7.80 or later (mintage-online)
libseccomp-dev   all  libseccomp 2.5 or later (filters of system calls)
lighttpd         demo,check,bench  lighttpd
chromium         check  Chromium
chromium-driver  check  ChromeDriver
curl             demo,check,bench  curl
ca-certificates  check  root certificates
openssl          check,bench  openssl
libcmocka-dev    check,check-sidechannel  cmocka 1.1
aria2            check  aria2
wget             check  GNU Wget
rclone           check  rclone
jq               check  jq
zip              check,bundle,check-reproducible  Info-ZIP
apache2-suexec-custom|apache2-suexec-pristine  check  Apache's suEXEC
apache2-bin      check  Apache httpd 2.4
libapache2-mod-fcgid  check  mod_fcgid
nginx            check  nginx
haproxy          check  HAProxy 2.4 or later
spawn-fcgi       check  spawn-fcgi
multiwatch       check  multiwatch
logrotate        check  logrotate
procps           check  procps
php-cli          check,bench  PHP 8.1 or later
php-fpm          bench  PHP's FastCGI server
python3          check,bench,lint,check-deb  Python 3.9 or later
python3-boto3    check,bench  boto3
python3-requests  check  Requests
python3-jwt      check,bench,check-deb  PyJWT
clang            lint,fuzz  Clang
libclang-rt-dev|libclang-common-11-dev  fuzz  libFuzzer and Clang's sanitizers
clang-format     lint  clang-format
clang-tidy       lint  clang-tidy
cppcheck         lint  cppcheck
groff-base       lint  groff
mandoc           lint,check  mandoc
shellcheck       lint  ShellCheck
valgrind         check-sidechannel  valgrind and its headers
debhelper        deb,check-deb,check-reproducible  debhelper
debootstrap      check-deb,check-debian  debootstrap
lintian          check-deb  Lintian
END
	# A Node.js from another source is kept.
	if ! command -v node >/dev/null; then
		echo "nodejs           check,bench  Node.js 18 or later"
		echo "npm              check  npm"
	elif ! command -v npm >/dev/null && installed nodejs; then
		echo "npm              check  npm"
	fi
}

# The goals of the list for which packages are wanted. A goal that the list does
# not name, such as one test program, needs what "check" needs.
goals=
for goal in "${@:-check}"; do
	case $goal in
	install*) goal=all ;;
	all | bench | bundle | check-deb | check-debian | deb | demo | fuzz | lint) ;;
	check-reproducible | check-sidechannel) ;;
	*) goal=check ;;
	esac
	goals="$goals $goal"
done

# wanted NEED,... - is a package wanted that these goals need?
wanted() {
	for goal in all $goals; do
		case ,$1, in
		*",$goal,"*) return 0 ;;
		esac
	done
	return 1
}

installed() {
	status=$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) &&
		test "$status" = installed
}

# Print the names of the wanted packages of which none is installed: a line for
# each, with its alternatives.
missing() {
	list | while read -r names needs _; do
		if ! wanted "$needs"; then
			continue
		fi
		found=
		for name in $(echo "$names" | tr '|' ' '); do
			if installed "$name"; then
				found=$name
			fi
		done
		test -n "$found" || echo "$names"
	done
}

# Print the package of each of these lines of `missing` that apt should install:
# the first one that it knows, or else the first one.
choose() {
	for names; do
		chosen=${names%%|*}
		for name in $(echo "$names" | tr '|' ' '); do
			if apt-cache show "$name" >/dev/null 2>&1; then
				chosen=$name
				break
			fi
		done
		echo "$chosen"
	done
}

if ! command -v apt-get >/dev/null; then
	echo "deps: there is no apt-get here. Install these (Debian's names first):"
	list | while read -r names needs upstream; do
		! wanted "$needs" ||
			printf '  %-16s %s\n' "${names%%|*}" "$upstream"
	done
	exit 0
fi

if wanted check && command -v node >/dev/null &&
	! command -v npm >/dev/null && ! installed nodejs; then
	echo "deps: node is installed, but npm is not;" \
		"install npm from where node came from" >&2
fi

lines=$(missing | tr '\n' ' ')
if [ -z "$lines" ]; then
	echo "deps: every package is installed"
	exit 0
fi

if [ "$(id -u)" -eq 0 ]; then
	as_root="env"
elif command -v sudo >/dev/null; then
	as_root="sudo env"
else
	echo "deps: packages are missing; as root, run" >&2
	# shellcheck disable=SC2046,SC2086 # a word for each package
	echo "  apt-get update && apt-get install --no-install-recommends" \
		$(choose $lines) >&2
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
	test -z "$off" || echo "deps: these services were installed for make" \
		"and will not start at boot:$off"
}

trap release_services EXIT
trap 'exit 130' HUP INT TERM
hold_services
# $as_root may hold two words, and the others many, so they are not quoted.
# shellcheck disable=SC2086
{
	$as_root apt-get update -qq </dev/null
	packages=$(choose $lines | tr '\n' ' ')
	echo "deps: installing $packages"
	$as_root DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
		--no-install-recommends -o Dpkg::Use-Pty=0 \
		$packages </dev/null
}
switch_off
