# What ./run and ./test need before they can work: the SDK, Debian's packages, a build. Sourced by both.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
configuration=Release
# The outputs are where this repository's own layout has them, whatever the caller's shell says.
unset UseArtifactsOutput ArtifactsPath
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

# Runs a command that may take long and says that it still does: on a terminal every two seconds on one line, elsewhere ever more rarely.
# The command and the ticker are process groups of their own: end_work ends each with all that it started.
with_progress() {
  local what=$1 started=$SECONDS status=0
  shift
  set -m
  "$@" </dev/null &
  worker=$!
  tick "$what" "$started" </dev/null &
  ticker=$!
  set +m
  wait "$worker" || status=$?
  end_group "$ticker"
  worker='' ticker=''
  return "$status"
}
worker='' ticker=''

tick() {
  local pause=2
  while sleep "$pause"; do
    if [ -t 1 ]; then printf '    … %s, %s s\r' "$1" $((SECONDS - $2)); else
      say "    … $1, $((SECONDS - $2)) s"
      [ "$pause" -ge 30 ] || pause=$((pause * 2))
    fi
  done
}

# TERM, then KILL, for a group; with sudo where it is root's.
end_group() {
  local try
  for try in {1..100}; do
    kill -s 0 -- "-$1" 2>/dev/null || pgrep -g "$1" >/dev/null 2>&1 || break
    case $try in 1) send TERM "$1" ;; 50) send KILL "$1" ;; esac
    sleep 0.1
  done
  wait "$1" 2>/dev/null || true
}
send() { kill -s "$1" -- "-$2" 2>/dev/null || sudo -n kill -s "$1" -- "-$2" 2>/dev/null || true; }

# Ctrl-C, TERM or a closed terminal ends what is running too, and whatever was put in place for it.
end_work() {
  trap '' INT TERM HUP
  [ -z "$ticker" ] || end_group "$ticker"
  [ -z "$worker" ] || end_group "$worker"
  end_compiler
  rm -f "${begun_mark:-}"
  exit "$1"
}
trap 'end_work 130' INT
trap 'end_work 143' TERM
trap 'end_work 129' HUP

need_sdk() {
  command -v dotnet >/dev/null || fail "The .NET SDK 10 is missing. Install it (https://dotnet.microsoft.com/download/dotnet/10.0, or the package dotnet-sdk-10.0) and run this again."
  (cd "$root" && dotnet --version >/dev/null 2>&1) ||
    fail "This needs the .NET SDK 10.0; found: $(cd / && dotnet --list-sdks 2>/dev/null | tr '\n' ';'). See https://dotnet.microsoft.com/download/dotnet/10.0"
}

# Where Debian's programs are; a test puts another folder before it.
system=${CAREERPLATFORM_SYSTEM:-}
has_postgresql() { compgen -G "$system/usr/lib/postgresql/*/bin/initdb" >/dev/null; }
has_rabbitmq() { compgen -G "$system/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server" >/dev/null; }
has_program() { command -v "$1" >/dev/null; }

# Installs what is missing of PostgreSQL and RabbitMQ (only the programs are used: ours run as private processes), of Node, which fetches the portal's scripts, and of the programs named.
need_packages() {
  local missing=() as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  allow_services    # of an installation that was killed
  has_postgresql || missing+=(postgresql)
  has_rabbitmq || missing+=(rabbitmq-server)
  has_program node || missing+=(nodejs)
  local program
  for program in npm "$@"; do has_program "$program" || missing+=("$program"); done
  [ ${#missing[@]} -gt 0 ] || return 0

  local manual="Install these Debian packages yourself and run this again: ${missing[*]}"
  command -v apt-get >/dev/null || fail "Missing: ${missing[*]}. There is no apt-get here. $manual (elsewhere: PostgreSQL 15 or later, RabbitMQ 3.10 or later, Node 18 or later, in Debian's folders)"
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "Missing: ${missing[*]}. Installing needs root, and there is no sudo. $manual"
    if ! sudo -n true 2>/dev/null && [ ! -t 0 ]; then fail "Missing: ${missing[*]}. Installing needs root, and sudo asks for a password. $manual"; fi
  fi

  say "Missing: ${missing[*]}."
  say "Installing with: ${as_root[*]:-} apt-get install ${missing[*]}"
  say "(Their own system services are neither used nor touched; as far as Debian lets us they are not even started.)"
  [ ${#as_root[@]} -eq 0 ] || sudo -v || fail "sudo did not let us install. $manual"
  trap 'allow_services' EXIT
  hold_services
  with_progress "apt-get update" "${as_root[@]}" apt-get update -q || fail "apt-get update failed. $manual"
  with_progress "apt-get install" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" ||
    fail "apt-get install failed. $manual"
  allow_services
  trap - EXIT
  hash -r
  for program in node npm "$@"; do has_program "$program" || fail "apt-get installed ${missing[*]}, but there is no $program. $manual"; done
  has_postgresql && has_rabbitmq || fail "apt-get installed ${missing[*]}, but the programs are not where Debian puts them. $manual"
}

# What ./test reads our reports with: programs that are not ours. Wished for, not needed: where they cannot be had, the tests that use them are skipped and say so.
want_readers() {
  local packages=(libreoffice-writer-nogui libreoffice-calc-nogui poppler-utils fonts-croscore) as_root=()
  if [ -e "$system/usr/bin/soffice" ] && [ -e "$system/usr/bin/pdftotext" ]; then return 0; fi
  command -v apt-get >/dev/null || return 0
  if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then say "Without ${packages[*]} the tests that read our reports with other programs are skipped."; return 0; fi
    as_root=(sudo -n)
  fi
  say "Installing with: ${as_root[*]:-} apt-get install ${packages[*]} (100 MB; only the tests read with them)"
  if ! with_progress "apt-get update" "${as_root[@]}" apt-get update -q ||
    ! with_progress "apt-get install" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}"; then
    say "That failed: the tests that read our reports with other programs are skipped."
  fi
}

# Debian asks /usr/sbin/policy-rc.d whether a package may start its service. Where nobody has one, ours says no while we install.
policy=$system/usr/sbin/policy-rc.d
policy_mark='# CareerPlatform: only while ./run installs packages'
hold_services() {
  [ -e "$policy" ] || printf '#!/bin/sh\n%s\nexit 101\n' "$policy_mark" | "${as_root[@]}" sh -c "cat > $policy && chmod 755 $policy" || true
}
allow_services() {
  grep -qsF "$policy_mark" "$policy" && "${as_root[@]}" rm -f "$policy" || true
}

# dotnet build with a compiler server of our own, which is ended with the build.
compiler="careerplatform-$$"
build() {
  local status=0
  dotnet build "$@" -c "$configuration" --nologo -v quiet -clp:NoSummary -p:UseSharedCompilation=true "-p:SharedCompilationId=$compiler" || status=$?
  end_compiler
  return "$status"
}
end_compiler() {
  local running
  for running in $(grep -alF -- "-pipename:$compiler" /proc/[0-9]*/cmdline 2>/dev/null || true); do
    running=${running#/proc/}
    kill "${running%/cmdline}" 2>/dev/null || true
  done
}

# ./run builds without the analyzers, ./test with them. Each leaves a mark with the time of what it built from.
built_mark=$root/AppHost/obj/built-for-run
analysed_mark=$root/AppHost/obj/built-for-test
sources=("$root"/AppHost "$root"/ServiceDefaults "$root"/Import "$root"/gateway "$root"/services "$root"/Directory.Build.props "$root"/Directory.Packages.props "$root"/.editorconfig "$root"/global.json)
source_files() { find "${sources[@]}" \( -name bin -o -name obj -o -name TestResults \) -prune -o -type f "$@"; }
mark_before() { begun_mark=$(mktemp) && source_files -print | sort | cksum >"$begun_mark"; }
mark_after() { cp -p "$begun_mark" "$1" && rm -f "$begun_mark"; }
is_built() {
  [ -f "$1" ] && [ -f "$root/AppHost/bin/$configuration/net10.0/CareerPlatform.AppHost.dll" ] &&
    [ "$(source_files -print | sort | cksum)" = "$(cat "$1")" ] && [ -z "$(source_files -newer "$1" -print -quit)" ]
}

# Builds what ./run starts, unless nothing changed since it was last built.
build_for_run() {
  if is_built "$built_mark" || is_built "$analysed_mark"; then return 0; fi
  local begun=$SECONDS
  say "Building …"
  mark_before
  with_progress "building" build "$root/eng/run.slnf" -p:RunAnalyzers=false || fail "The build failed."
  mark_after "$built_mark"
  say "Built in $((SECONDS - begun)) s."
}

# Builds everything with the analyzers. What ./run built since has not met them and is built again.
build_for_test() {
  local again=()
  [ "$built_mark" -nt "$analysed_mark" ] && again=(--no-incremental)
  mark_before
  with_progress "building" build "$root/CareerPlatform.sln" --no-restore "${again[@]}" || return 1
  mark_after "$analysed_mark"
}
