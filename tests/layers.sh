#!/bin/sh
# layers.sh - see that the source keeps to the rules of the house; speaks TAP.
# The rules and the options are in layers.py, beside this file.
exec "${PYTHON:-python3}" "$(dirname "$0")/layers.py" "$@"
