#!/bin/sh
# layers.sh - see that lib/ and cgi/ keep to the rules of the house; speaks TAP.
# layers/layers.py says what the rules are, and what the options do.
exec "${PYTHON:-python3}" -B "$(dirname "$0")/layers/layers.py" "$@"
