#!/bin/sh
# Anneal's window and its command line by one name. Without a command, or with "open", the window opens, with the file
# or the switches of Chromium that follow; all else is for the command line, which the same program runs as Node.
here=$(dirname "$(readlink -f "$0")")
case $(uname) in
  Darwin) resources=$(dirname "$here") program=$(dirname "$(dirname "$here")")/MacOS/anneal-app ;;
  *) resources=$here/resources program=$here/anneal-app ;;
esac

refuse() {
  echo "$1 \"anneal serve\" serves the same page to a browser." >&2
  exit 1
}

has_display() {
  [ "$(uname)" = Darwin ] || [ -n "$DISPLAY$WAYLAND_DISPLAY" ]
}

# Chromium ends without it before any code of ours runs, in its own words.
has_sandbox() {
  [ "$(uname)" = Darwin ] || [ -u "$here/chrome-sandbox" ] || ! command -v unshare >/dev/null || unshare -r true 2>/dev/null
}

open_window() {
  has_display || refuse 'There is no display, so no window can open.'
  case " $* " in
    *' --no-sandbox '*) ;;
    *)
      if [ "$(uname)" = Linux ] && [ "$(id -u)" = 0 ]; then
        echo "Chromium's sandbox cannot be had as root, so the window runs without it; start it as another user where that matters." >&2
        set -- --no-sandbox "$@"
      elif ! has_sandbox; then
        refuse "Chromium's sandbox cannot be had here, since the system forbids user namespaces, and no window is opened without it. \"sudo chown root:root '$here/chrome-sandbox'\" and \"sudo chmod 4755 '$here/chrome-sandbox'\" allow it; Anneal's package for Debian and Ubuntu does that by itself."
      fi
      ;;
  esac
  unset ELECTRON_RUN_AS_NODE
  exec "$program" "$@"
}

case ${1-} in
  '') has_display && open_window ;;
  open)
    shift
    open_window "$@"
    ;;
  -h | --help | -V | --version) ;;
  -*) open_window "$@" ;;
esac

export ANNEAL_RESOURCES="$resources"
export ELECTRON_RUN_AS_NODE=1
exec "$program" "$resources/app.asar/cli/anneal.mjs" "$@"
