#!/bin/sh
# build.sh [TARGET...] - build the fuzz targets in the way that OSS-Fuzz asks
# for: each fuzz_NAME.c becomes the program $OUT/NAME, with its options
# NAME.options, its dictionary NAME.dict where it has one, and its first inputs
# NAME_seed_corpus.zip beside it. `make fuzz` calls this script as well.
#
#   OUT                   the folder for all of these
#   WORK                  the folder for objects; $OUT/objects
#   SRC                   the folder that holds mintage/; without it, the source
#                         is where this script lies
#   CC CFLAGS             the compiler, with the sanitizers of all code
#   CXX CXXFLAGS          the linker, for engines that are C++; CC and CFLAGS
#   LIB_FUZZING_ENGINE    what has main, such as -fsanitize=fuzzer
#   FUZZ_SEEDS            no: make no NAME_seed_corpus.zip
set -eu
LC_ALL=C
export LC_ALL
src=$(cd "$(dirname "$0")/../../.." && pwd)
test ! -d "${SRC:-}/mintage/tests/fuzz" || src=$(cd "$SRC/mintage" && pwd)
mkdir -p "$OUT"
OUT=$(cd "$OUT" && pwd)
WORK=${WORK:-$OUT/objects}
: "${CXX:=$CC}" "${CXXFLAGS:=$CFLAGS}"
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
archives="libmintageweb.a libmintagecli.a libmintagecgi.a libmintage.a"
packages="nettle inih libutf8proc json-c"

# Build the archives of the product by its own rules, in a copy, because the
# source may be configured for another compiler. What did not change is not
# built again. The checks of FORTIFY would hide from the sanitizers what they
# look for.
build_archives() {
	mkdir -p "$WORK/mintage"
	(cd "$src" && tar -c -f - --exclude=./.git --exclude=./fuzz \
		--exclude=./Makefile --exclude='./config.*' \
		--exclude=node_modules --exclude='*.o' --exclude='*.a' \
		--exclude='*.d' --exclude='*.Po' --exclude='./tests/unit/*' \
		--exclude=templates_data.c .) |
		tar -x -f - -C "$WORK/mintage"
	cd "$WORK/mintage"
	test -x configure || ./autogen.sh >/dev/null
	test -f Makefile || ./configure --quiet CC="$CC" CFLAGS="$CFLAGS"
	# shellcheck disable=SC2086
	make -s -f Makefile -j "$jobs" HARDENING_CPPFLAGS= HARDENING_CFLAGS= \
		$archives
}

# Libraries are linked statically, because the programs may run on a machine
# that has none of them.
# Words, all of them:
# shellcheck disable=SC2046,SC2086
build_target() {
	$CC -std=c11 -D_GNU_SOURCE $CFLAGS $(pkg-config --cflags $packages) \
		-iquote "$src" -c -o "$WORK/$1.o" "$src/tests/fuzz/fuzz_$1.c"
	$CXX $CXXFLAGS -o "$OUT/$1" "$WORK/$1.o" $LIB_FUZZING_ENGINE \
		$archives -Wl,-Bstatic \
		$(pkg-config --static --libs $packages) -Wl,-Bdynamic -lpthread
}

# The options that libFuzzer shall run it with, and the words of its language.
add_options() {
	printf '[libfuzzer]\nmax_len = 16384\ntimeout = 10\n' \
		>"$OUT/$1.options"
	test ! -f "$src/tests/fuzz/dict/$1.dict" || {
		cp "$src/tests/fuzz/dict/$1.dict" "$OUT/"
		echo "dict = $1.dict" >>"$OUT/$1.options"
	}
}

add_seeds() {
	rm -f "$OUT/$1_seed_corpus.zip"
	(cd "$src/tests/fuzz/corpus/$1" &&
		zip -q -r "$OUT/$1_seed_corpus.zip" .)
}

if [ $# -eq 0 ]; then
	for file in "$src"/tests/fuzz/fuzz_*.c; do
		name=${file##*/fuzz_}
		set -- "$@" "${name%.c}"
	done
fi
build_archives
for target in "$@"; do
	build_target "$target"
	add_options "$target"
	test "${FUZZ_SEEDS:-yes}" = no || add_seeds "$target"
done
