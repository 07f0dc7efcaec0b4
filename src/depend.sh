# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
#
# What Shmlab needs, and how to get it.  Read by src/run.sh and tests/run.sh:
#
#   need build         what compiles the programs
#   need broadway      what serves them to a browser
#   need test          what the tests use besides
#   need full          what the longer run of the tests uses besides
#   need coverage      what counts the lines that the tests run
#
# and each of them sees to icons, fonts and kept settings as well.
#
# They look for the thing itself, not for a package, so that it is done in no
# time when nothing is missing, whatever the distribution.  What is missing is
# installed on Debian, Ubuntu and their kin; elsewhere its name is said.
# "$top" is the checkout.
: "${top:?}"

# One thing a line: what for, how it is seen to be there, and the packages that
# bring it on Debian, Fedora and Arch ("-": comes with another).
#   cmd NAME           a program on the PATH
#   pc NAME VERSION    a library that pkg-config knows, at least this version
#   file PATH...       one of these files (patterns)
#   cc FLAG            a compiler that can link what this flag asks for
#   clang FLAG         the same of clang
things ()
{
  cat <<'THINGS'
build     cmd cc                                     gcc,libc6-dev            gcc                     gcc
build     cmd pkg-config                             pkg-config               pkgconf-pkg-config      pkgconf
build     cmd meson                                  meson                    meson                   meson
build     cmd ninja                                  ninja-build              ninja-build             ninja
build     cmd msgfmt                                 gettext                  gettext                 gettext
build     cmd glib-compile-resources                 libglib2.0-dev-bin       glib2-devel             glib2-devel
build     pc gtk4 4.8                                libgtk-4-dev             gtk4-devel              gtk4
build     pc gio-unix-2.0 2.74                       libglib2.0-dev           glib2-devel             glib2
build     cmd gtk4-update-icon-cache                 libgtk-4-bin             gtk4                    gtk-update-icon-cache
build     cmd update-desktop-database                desktop-file-utils       desktop-file-utils      desktop-file-utils
nice      file /usr/share/icons/Adwaita/index.theme  adwaita-icon-theme       adwaita-icon-theme      adwaita-icon-theme
nice      file /usr/lib*/gdk-pixbuf-2.0/*/loaders/*svg*.so,/usr/lib/*/gdk-pixbuf-2.0/*/loaders/*svg*.so librsvg2-common librsvg2 librsvg
nice      file /usr/lib*/gio/modules/libdconfsettings.so,/usr/lib/*/gio/modules/libdconfsettings.so dconf-gsettings-backend dconf dconf
nice      file /usr/share/fonts/*/*,/usr/share/fonts/*/*/* fonts-dejavu-core    dejavu-sans-fonts       ttf-dejavu
broadway  cmd gtk4-broadwayd                         libgtk-4-bin             gtk4-devel-tools        gtk4
test      cmd Xvfb                                   xvfb                     xorg-x11-server-Xvfb    xorg-server-xvfb
test      cmd openbox                                openbox                  openbox                 openbox
test      cmd dbus-daemon                            dbus-daemon,dbus         dbus-daemon             dbus
test      file /usr/libexec/at-spi-bus-launcher,/usr/lib/at-spi-bus-launcher at-spi2-core at-spi2-core at-spi2-core
test      pc cairo 1.16                              libcairo2-dev            cairo-devel             cairo
test      pc x11 1.6                                 libx11-dev               libX11-devel            libx11
test      pc xtst 1.2                                libxtst-dev              libXtst-devel           libxtst
test      cmd appstreamcli                           appstream                appstream               appstream
test      cmd desktop-file-validate                  desktop-file-utils       desktop-file-utils      desktop-file-utils
test      cmd shellcheck                             shellcheck               ShellCheck              shellcheck
test      cmd setpriv                                util-linux               util-linux              util-linux
test      cmd ccache                                 ccache                   ccache                  ccache
test      cmd strace                                 strace                   strace                  strace
full      cc -fsanitize=address,undefined            gcc                      libasan,libubsan        gcc
full      cc -fsanitize=thread                       gcc                      libtsan                 gcc
full      clang -fsanitize=fuzzer,address,undefined  clang,libclang-rt-dev    clang,compiler-rt       clang,compiler-rt
full      cmd weston                                 weston                   weston                  weston
coverage  cmd gcovr                                  gcovr                    gcovr                   gcovr
THINGS
}

any_file ()
{
  for pattern in $(echo "$1" | tr , ' '); do
    # A pattern that matches nothing stays as it is, and is no file.
    [ -e "$pattern" ] && return 0
  done
  return 1
}

# The library that a flag asks for is often a package of its own; the fuzzer's brings a main.
links ()
{
  command -v "$1" >/dev/null 2>&1 || return 1
  echo 'int LLVMFuzzerTestOneInput (const char *data, unsigned long size) { return data && size > 3; }
        __attribute__ ((weak)) int main (void) { return 0; }' | "$1" "$2" -x c -o /dev/null - 2>/dev/null
}

is_there ()
{
  case $1 in
    cmd) command -v "$2" >/dev/null 2>&1 ;;
    pc) command -v pkg-config >/dev/null 2>&1 && pkg-config --atleast-version="$3" "$2" 2>/dev/null ;;
    file) any_file "$2" ;;
    cc | clang) links "$1" "$2" ;;
  esac
}

# The packages that bring what is missing of the kinds given, for "$column".
missing_packages ()
{
  things | while read -r kind probe rest; do
    case " $* " in *" $kind "*) ;; *) continue ;; esac
    version=
    case $probe in
      pc) read -r name version debian fedora arch <<ROW
$rest
ROW
      ;;
      *) read -r name debian fedora arch <<ROW
$rest
ROW
      ;;
    esac
    is_there "$probe" "$name" "$version" && continue
    case $column in
      debian) echo "$debian" ;;
      fedora) echo "$fedora" ;;
      arch) echo "$arch" ;;
    esac
  done | tr , '\n' | sort -u | tr '\n' ' '
}

# need KIND...: sees to it that everything of these kinds is there, or ends the script.
need ()
{
  column=debian
  missing=$(missing_packages "$@" nice)
  [ -n "$missing" ] || return 0

  if ! command -v apt-get >/dev/null 2>&1; then
    # What is only nice to have may well be there, in a place of its own.
    [ -n "$(missing_packages "$@")" ] || return 0
    {
      echo "Some of what Shmlab needs is missing. Install it and try again:"
      column=fedora
      echo "  Fedora:      sudo dnf install $(missing_packages "$@" nice)"
      column=arch
      echo "  Arch Linux:  sudo pacman -S --needed $(missing_packages "$@" nice)"
      echo "  Debian has:  $missing"
    } >&2
    exit 1
  fi

  as_root='env'
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
      echo "Some of what Shmlab needs is missing. As root, run:  apt-get install $missing" >&2
      exit 1
    fi
    as_root='sudo env'
  fi

  echo "Installing what is missing: $missing"
  # shellcheck disable=SC2086 # one word a package
  if ! { $as_root DEBIAN_FRONTEND=noninteractive apt-get update -q -q \
         && $as_root DEBIAN_FRONTEND=noninteractive apt-get install -q -q -y --no-install-recommends $missing; } </dev/null; then
    echo "The packages could not be installed." >&2
    exit 1
  fi

  # An old distribution has the package, but not the version.
  missing=$(missing_packages "$@")
  if [ -n "$missing" ]; then
    echo "Still missing, or too old here: $missing" >&2
    echo "Shmlab needs GTK 4.8 and GLib 2.74 or newer: Debian 12, Ubuntu 24.04 or later." >&2
    exit 1
  fi
}

# build FOLDER TARGETS [OPTION...]: sets up a build folder once, and compiles the targets, one word with spaces, or all
# when it is empty; shows what was said only when it fails. With "$gently" set, a command such as nice, by means of that.
build ()
{
  folder=$1
  targets=$2
  shift 2
  mkdir -p "$folder"
  log=$folder/build.log
  # A folder that was set up only half way is set up anew.
  if [ ! -f "$folder/build.ninja" ]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    if ! ${gently:-} meson setup "$@" "$folder" "$top" >"$log" 2>&1; then
      cat "$log" >&2
      echo "Setting up $folder failed." >&2
      return 1
    fi
  fi
  # shellcheck disable=SC2086 # one word a target
  if ! ${gently:-} ninja -C "$folder" $targets >"$log" 2>&1; then
    tail -n 100 "$log" >&2
    echo "Building $folder failed." >&2
    return 1
  fi
}
