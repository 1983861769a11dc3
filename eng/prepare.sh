# What ./run and ./test need before they can work: the SDK, Debian's packages, a build. Sourced by both.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
configuration=Release
# The outputs are where this repository's own layout has them, whatever the caller's shell says.
unset UseArtifactsOutput ArtifactsPath
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

# Runs a command that may take long and says that it still does: on a terminal every two seconds on one line, elsewhere ever more rarely.
with_progress() {
  local what=$1 started=$SECONDS ticker status=0
  shift
  (
    pause=2
    while sleep "$pause" >/dev/null 2>&1; do
      if [ -t 1 ]; then printf '    … %s, %s s\r' "$what" $((SECONDS - started)); else
        say "    … $what, $((SECONDS - started)) s"
        [ "$pause" -ge 30 ] || pause=$((pause * 2))
      fi
    done
  ) &
  ticker=$!
  "$@" || status=$?
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  return "$status"
}

need_sdk() {
  command -v dotnet >/dev/null || fail "The .NET SDK 10 is missing. Install it (https://dotnet.microsoft.com/download/dotnet/10.0, or the package dotnet-sdk-10.0) and run this again."
  (cd "$root" && dotnet --version >/dev/null 2>&1) ||
    fail "This needs the .NET SDK 10.0; found: $(cd / && dotnet --list-sdks 2>/dev/null | tr '\n' ';'). See https://dotnet.microsoft.com/download/dotnet/10.0"
}

has_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_rabbitmq() { compgen -G '/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server' >/dev/null; }

# Installs PostgreSQL and RabbitMQ where they are missing. Only the programs are used: ours run as private processes.
need_packages() {
  local missing=() as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  allow_services    # of an installation that was killed
  has_postgresql || missing+=(postgresql)
  has_rabbitmq || missing+=(rabbitmq-server)
  [ ${#missing[@]} -gt 0 ] || return 0

  local manual="Install these Debian packages yourself and run this again: ${missing[*]}"
  command -v apt-get >/dev/null || fail "Missing: ${missing[*]}. There is no apt-get here. $manual (elsewhere: PostgreSQL 15 or later, RabbitMQ 3.10 or later, in Debian's folders)"
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "Missing: ${missing[*]}. Installing needs root, and there is no sudo. $manual"
    if ! sudo -n true 2>/dev/null && [ ! -t 0 ]; then fail "Missing: ${missing[*]}. Installing needs root, and sudo asks for a password. $manual"; fi
  fi

  say "Missing: ${missing[*]}."
  say "Installing with: ${as_root[*]:-} apt-get install ${missing[*]}"
  say "(Their own system services are neither used nor touched; as far as Debian lets us they are not even started.)"
  trap 'allow_services' EXIT
  hold_services
  with_progress "apt-get update" "${as_root[@]}" apt-get update -q || fail "apt-get update failed. $manual"
  with_progress "apt-get install" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" ||
    fail "apt-get install failed. $manual"
  allow_services
  trap - EXIT
  has_postgresql && has_rabbitmq || fail "apt-get installed ${missing[*]}, but the programs are not where Debian puts them. $manual"
}

# Debian asks /usr/sbin/policy-rc.d whether a package may start its service. Where nobody has one, ours says no while we install.
policy=/usr/sbin/policy-rc.d
policy_mark='# CareerPlatform: only while ./run installs packages'
hold_services() {
  [ -e "$policy" ] || printf '#!/bin/sh\n%s\nexit 101\n' "$policy_mark" | "${as_root[@]}" sh -c "cat > $policy && chmod 755 $policy" || true
}
allow_services() {
  grep -qsF "$policy_mark" "$policy" && "${as_root[@]}" rm -f "$policy" || true
}

# dotnet build with a compiler server of our own, which is ended with the build.
build() {
  local server="careerplatform-$$" status=0 running
  dotnet build "$@" -c "$configuration" --nologo -v quiet -clp:NoSummary -p:UseSharedCompilation=true "-p:SharedCompilationId=$server" || status=$?
  for running in $(grep -alF -- "-pipename:$server" /proc/[0-9]*/cmdline 2>/dev/null || true); do
    running=${running#/proc/}
    kill "${running%/cmdline}" 2>/dev/null || true
  done
  return "$status"
}

# ./run builds without the analyzers, ./test with them. Each leaves a mark with the time of what it built from.
built_mark=$root/AppHost/obj/built-for-run
analysed_mark=$root/AppHost/obj/built-for-test
sources=("$root"/AppHost "$root"/ServiceDefaults "$root"/gateway "$root"/services "$root"/Directory.Build.props "$root"/Directory.Packages.props "$root"/.editorconfig "$root"/global.json)
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
