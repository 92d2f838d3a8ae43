#!/bin/sh
# lint.sh FLAG... - check the source with every linter; `make lint` runs this.
# The FLAGs are preprocessor flags for clang-tidy. The output is TAP.
#
# Functions that check() calls by name look unreachable to shellcheck:
# shellcheck disable=SC2317
set -u
LC_ALL=C.UTF-8
export LC_ALL
cd "${MINTAGE_SRC:-$(dirname "$0")/..}" || exit 1
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
output=$(mktemp) || exit 1
trap 'rm -f "$output"' EXIT
number=0
failed=0

# check NAME COMMAND... - the test NAME passes when COMMAND succeeds. When it
# fails, its output is shown.
check() {
	name=$1
	shift
	number=$((number + 1))
	if "$@" >"$output" 2>&1; then
		echo "ok $number - $name"
		return
	elif [ $? -eq 127 ]; then
		echo "a tool is missing: run 'make deps lint'" >>"$output"
	fi
	failed=$((failed + 1))
	echo "not ok $number - $name"
	sed 's/^/# /' "$output"
}

# List the files of our folders that find's TESTs choose, without those that a
# build or npm made.
sources() {
	find .ci cgi lib templates tests \
		\( -name node_modules -o -name .deps \) -prune -o \
		-type f "$@" ! -name templates_data.c ! -name assets_data.c \
		! -name filter_data.c -print | sort
}

# each COMMAND... - run COMMAND on every file that standard input names, as many
# at a time as there are processors.
each() {
	xargs -P "$jobs" -I '{}' "$@"
}

format_c() {
	sources -name '*.[ch]' | xargs clang-format --dry-run -Werror
}

# clang-tidy also counts warnings in headers of others; leave these lines out.
tidy_c() {
	find lib cgi -name '*.c' ! -name templates_data.c ! -name assets_data.c \
		! -name filter_data.c | sort |
		each clang-tidy --quiet '{}' -- "$@" >"$output.tidy" 2>&1
	tidied=$?
	grep -v '^[0-9]* warnings* \(generated\|treated as error\)' \
		"$output.tidy"
	rm -f "$output.tidy"
	return "$tidied"
}

check_c() {
	cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -j "$jobs" \
		--enable=warning,performance,portability \
		--suppress=missingIncludeSystem -D_GNU_SOURCE -I. lib cgi
}

shell_scripts() {
	ls autogen.sh
	sources ! -name '*.[ch]' ! -name '*.tmpl' | while read -r file; do
		head -n 1 "$file" | grep -q '^#! */.*\<\(sh\|bash\)\>' &&
			echo "$file"
	done
}

check_shell() {
	shell_scripts | xargs shellcheck
}

# The interpreter itself parses each file; a warning is an error.
check_python() {
	{ sources -name '*.py'; ls tests/run tests/deb/run \
		tests/coverage/run tests/mutation/run tests/soak/run; } |
		xargs "${PYTHON:-python3}" -W error -c '
import ast, sys
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        ast.parse(file.read(), name)
'
}

# Parse the scripts of pages as modules.
check_javascript() {
	sources -name '*.js' | while read -r file; do
		node --input-type=module --check <"$file" || exit 1
	done
}

check_man() {
	find cgi/man -name '*.[1-8]' | sort | xargs mandoc -T lint -W warning
}

check_man_groff() {
	said=$(find cgi/man -name '*.[1-8]' | sort | xargs -n 1 \
		groff -m mdoc -w w -K utf8 -T utf8 -z 2>&1) || {
		status=$?
		echo "$said"
		return "$status"
	}
	echo "$said"
	test -z "$said"
}

# A lock file must name packages and digests only, and no address, because users
# choose where they fetch packages from.
check_locks() {
	! sources -name 'package-lock.json' | xargs grep -n '"resolved"' /dev/null
}

# What layers.sh says, without the rules that are kept. Of rules about symbols it
# checks those that it has object files for.
check_layers() {
	sh tests/layers.sh | awk '
		!/^ok/ { print }
		/^not ok/ { bad = 1 }
		/^1\.\./ { whole = 1 }
		END { exit bad || !whole }'
}

check "C is laid out as .clang-format says" format_c
check "clang-tidy finds nothing" tidy_c "$@"
check "cppcheck finds nothing" check_c
check "shellcheck finds nothing" check_shell
check "Python parses" check_python
check "the scripts of pages parse" check_javascript
if [ -d cgi/man ]; then
	check "mandoc takes the man pages" check_man
	check "groff takes the man pages" check_man_groff
fi
check "npm lock files name no address" check_locks
check "folders and files keep to the rules of layers.sh" check_layers

echo "1..$number"
echo "$((number - failed)) passed, $failed failed"
exit $((failed > 0))
