# Sourced by run.sh and test.sh: installs Debian packages that are missing, or says what to install by hand.

require_dotnet() {
  if ! command -v dotnet >/dev/null; then
    echo "The .NET 10 SDK is missing. Install it from https://dotnet.microsoft.com/download and run this again." >&2
    exit 1
  fi
}

# install_packages NAME…: quick when all are there.
install_packages() {
  local missing=() package
  if ! command -v dpkg-query >/dev/null; then
    echo "This system has no dpkg. Install by hand what these Debian packages hold, if it is missing: $*" >&2
    return 0
  fi
  for package in "$@"; do
    if ! dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed'; then
      missing+=("$package")
    fi
  done
  if [ ${#missing[@]} -eq 0 ]; then
    return 0
  fi

  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "Install these packages as root and run this again: ${missing[*]}" >&2
      exit 1
    fi
    sudo=(sudo)
  fi
  echo "Installing ${missing[*]} …"
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
