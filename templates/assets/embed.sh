#!/bin/sh
# embed.sh FILE... - print cgi/web/assets_data.c: C source that holds these
# files, and a version, which is a hash over all of them.
set -eu

cat <<'END'
/* Made by templates/assets/embed.sh; edit the assets instead. */
#include "cgi/web/assets_data.h"

END

number=0
for file; do
	number=$((number + 1))
	echo "static const char data_${number}[] = {"
	od -A n -v -t o1 "$file" |
		sed "s/ *\\([0-7]\\{3\\}\\)/'\\\\\\1',/g; s/^/	/"
	echo "	0 };"
done

echo
echo "const struct asset assets_data[] = {"
number=0
for file; do
	number=$((number + 1))
	name=$(basename "$file")
	case $name in
	*.css) type="text/css" ;;
	*.js) type="text/javascript" ;;
	*)
		echo "embed.sh: $name has no known type: add its ending here" >&2
		exit 1
		;;
	esac
	printf '\t{ "%s", "%s; charset=utf-8",\n\t  data_%d, sizeof(data_%d) - 1 },\n' \
		"$name" "$type" "$number" "$number"
done
# Each file's name and content count, and where one ends and the next begins.
version=$(for file; do
	echo "$(basename "$file") $(sha256sum <"$file")"
done | sha256sum | cut -c 1-16)
cat <<END
	{ 0, 0, 0, 0 },
};
const size_t assets_data_count = $number;
const char assets_data_version[] = "$version";
END
