#!/bin/sh
# embed.sh FILE.tmpl... - print lib/render/templates_data.c: C source that holds
# these files. It uses character constants, because a compiler need not accept a
# string literal of more than 4095 bytes.
set -eu

cat <<'END'
/* Made by templates/embed.sh; edit the templates instead. */
#include "lib/render/templates_data.h"

END

number=0
for file; do
	number=$((number + 1))
	echo "static const char text_${number}[] = {"
	od -A n -v -t o1 "$file" |
		sed "s/ *\\([0-7]\\{3\\}\\)/'\\\\\\1',/g; s/^/	/"
	echo "	0 };"
done

echo
echo "const struct embedded_template templates_data[] = {"
number=0
for file; do
	number=$((number + 1))
	name=$(basename "$file" .tmpl)
	echo "	{ \"$name\", text_$number, sizeof(text_$number) - 1 },"
done
cat <<END
	{ 0, 0, 0 },
};
const size_t templates_data_count = $number;
END
