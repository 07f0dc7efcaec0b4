#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu

usage ()
{
  cat <<'USAGE'
Usage: sh src/install.sh [--prefix=FOLDER] [--uninstall]

Builds a release of Shmlab in a folder of its own, _build-install, whatever was
built before, and installs it for all users, with sudo when you are not root.
Installs what building needs on Debian and Ubuntu, and says so.

  --prefix=FOLDER   install there instead of into /usr/local
  --uninstall       take away again what was installed into this prefix; what
                    the desktop keeps of all programs together is made anew
  --help            show this
USAGE
}

prefix=/usr/local
uninstall=false
for option; do
  case $option in
    --prefix=/*) prefix=${option#--prefix=} ;;
    --prefix=*) echo "src/install.sh: the prefix has to begin with a /" >&2; exit 1 ;;
    --uninstall) uninstall=true ;;
    --help | -h) usage; exit 0 ;;
    *) echo "src/install.sh: unknown option $option" >&2; usage >&2; exit 1 ;;
  esac
done

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=src/depend.sh
. "$top/src/depend.sh"

need build

# The tests have one of their own.
folder=${SHMLAB_INSTALL_FOLDER:-$top/_build-install}

# Set up anew each time: an old folder would keep the options of its time.
set_up ()
{
  rm -rf "$folder"
  mkdir -p "$folder"
  if ! meson setup --prefix="$prefix" --buildtype=release "$folder" "$top" >"$folder/build.log" 2>&1; then
    cat "$folder/build.log" >&2
    echo "Setting up $folder failed." >&2
    exit 1
  fi
}

# installed from|to: the files of it, one a line, where they are built or where they go.
installed ()
{
  meson introspect --installed "$folder" | python3 -c '
import json, sys
for origin, goal in json.load(sys.stdin).items():
    print(origin if sys.argv[1] == "from" else goal)' "$1"
}

as_root=
existing=$prefix
while [ ! -e "$existing" ]; do
  existing=$(dirname "$existing")
done
if [ ! -w "$existing" ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    echo "You may not change $prefix. Run this as root, or choose another --prefix." >&2
    exit 1
  fi
  as_root=sudo
fi

# any FOLDER PATTERN: whether a file of this name is somewhere in it
any ()
{
  [ -n "$(find "$1" -name "$2" ! -name icon-theme.cache -type f -print 2>/dev/null | head -n 1)" ]
}

# What the desktop keeps of all programs: with ours gone, of the others; without others, nothing.
refresh ()
{
  share=$prefix/share
  if any "$share/glib-2.0/schemas" '*.xml'; then
    $as_root glib-compile-schemas "$share/glib-2.0/schemas"
  else
    $as_root rm -f "$share/glib-2.0/schemas/gschemas.compiled"
  fi
  if any "$share/icons/hicolor" '*.[ps][nv]g'; then
    $as_root gtk4-update-icon-cache -q -f -t "$share/icons/hicolor"
  else
    $as_root rm -f "$share/icons/hicolor/icon-theme.cache"
  fi
  if any "$share/applications" '*.desktop'; then
    $as_root update-desktop-database -q "$share/applications"
  else
    $as_root rm -f "$share/applications/mimeinfo.cache"
  fi
}

# Folders of ours that are empty now, the lowest first; bin and share are everybody's.
remove_empty_folders ()
{
  installed to | while read -r file; do
    parent=$(dirname "$file")
    while [ "$parent" != "$prefix" ] && [ "$parent" != "$prefix/bin" ] && [ "$parent" != "$prefix/share" ] \
          && [ "$parent" != / ]; do
      $as_root rmdir "$parent" 2>/dev/null || break
      parent=$(dirname "$parent")
    done
  done
}

if $uninstall; then
  set_up
  n_removed=0
  installed to >"$folder/installed"
  while read -r file; do
    if [ -e "$file" ]; then
      $as_root rm -f "$file"
      n_removed=$((n_removed + 1))
    fi
  done <"$folder/installed"
  refresh
  remove_empty_folders
  if [ $n_removed -eq 0 ]; then
    echo "Shmlab was not installed in $prefix."
  else
    echo "Removed from $prefix: $n_removed files."
    echo "What each user has of it stays: the settings, and the folder shmlab in ~/.local/share."
  fi
  rm -rf "$folder"
  exit 0
fi

echo "Building a release…"
set_up
# Just what is installed, and not the tests.
targets=$(installed from | sed -n "s|^$folder/||p")
# shellcheck disable=SC2086 # one word a target
if ! ninja -C "$folder" $targets >"$folder/build.log" 2>&1; then
  tail -n 100 "$folder/build.log" >&2
  echo "Building $folder failed." >&2
  exit 1
fi
if ! $as_root meson install --no-rebuild -C "$folder" >"$folder/install.log" 2>&1; then
  cat "$folder/install.log" >&2
  echo "Installing into $prefix failed." >&2
  exit 1
fi
echo "Installed into $prefix: Shared Memory Server and Shared Memory Client stand in the applications menu."
case :${XDG_DATA_DIRS:-/usr/local/share:/usr/share}: in
  *:"$prefix"/share:* | *:"$prefix"/share/:*) ;;
  *) echo "For a session that finds them there, set XDG_DATA_DIRS=$prefix/share:${XDG_DATA_DIRS:-/usr/local/share:/usr/share}" ;;
esac
