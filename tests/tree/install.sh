#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Usage: sh tests/tree/install.sh CHECKOUT
#
# Installs as the README says, into a folder where another program is already, with an old build in the way, and
# takes it away again: what was installed is a release, and nothing of it is left.
set -u

top=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
export SHMLAB_INSTALL_FOLDER="$work/build"
export LC_ALL=C.UTF-8
unset CC_LD
status=0

check ()
{
  what=$1
  shift
  if ! "$@"; then
    echo "$what" >&2
    status=1
  fi
}

# What was built before: it looks set up, and is good for nothing.
mkdir -p "$work/build"
echo "rule none" >"$work/build/build.ninja"

# Another program that keeps its settings there.
prefix=$work/prefix
schemas=$prefix/share/glib-2.0/schemas
mkdir -p "$schemas"
cat >"$schemas/org.example.other.gschema.xml" <<'XML'
<schemalist><schema id="org.example.other" path="/org/example/other/"><key name="on" type="b"><default>true</default></key></schema></schemalist>
XML
glib-compile-schemas "$schemas"
find "$prefix" | sort >"$work/before"

# Words of the installed files; grep -q would end before the other has written all.
names_us () { grep -a -r -l -i shmlab "$prefix" | grep -q . ; }
is_quiet () { ! names_us; }
is_release () { [ "$(meson introspect --buildoptions "$work/build" | python3 -c '
import json, sys
print(next(o["value"] for o in json.load(sys.stdin) if o["name"] == "buildtype"))')" = release ]; }

check "installing failed" sh "$top/src/install.sh" --prefix="$prefix"
check "what was built is no release" is_release
for file in bin/shmlab-server bin/shmlab-client libexec/shmlab-carry share/applications/io.github.shmlab.Server.desktop \
            share/metainfo/io.github.shmlab.metainfo.xml share/glib-2.0/schemas/io.github.shmlab.gschema.xml; do
  check "$file was not installed" [ -f "$prefix/$file" ]
done
check "the installed server does not run" env GSETTINGS_SCHEMA_DIR="$schemas" "$prefix/bin/shmlab-server" --version
check "the schema was not compiled" grep -a -q shmlab "$schemas/gschemas.compiled"

check "uninstalling failed" sh "$top/src/install.sh" --prefix="$prefix" --uninstall
check "something of ours is left: $(grep -a -r -l -i shmlab "$prefix" 2>/dev/null)" is_quiet
check "the other program's settings are gone" grep -a -q org.example.other "$schemas/gschemas.compiled"
find "$prefix" ! -path "$prefix/bin" | sort >"$work/after"
check "the folders are not as they were" diff "$work/before" "$work/after"

exit $status
