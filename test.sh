#!/usr/bin/env bash
# Installs what the tests need, builds everything and runs every suite. See ./test.sh --help.
set -uo pipefail
cd "$(dirname "$0")"

if [ "${1:-}" = -h ] || [ "${1:-}" = --help ]; then
  cat <<'EOF'
Usage: ./test.sh [--long] [SUITE…]

Installs what the tests need (on Debian and Ubuntu), builds with warnings as errors and runs every suite, or those named:
UnitTests, IntegrationTests, Distributed, AppHostTests, BrowserTests. Distributed is the main job's part of the IntegrationTests
once more, on the AppHost's model with local servers. Results go to artifacts/tests. The last line is "N passed, N failed"; the
exit code is 0 only when something ran and nothing failed.

  --long    Tests that gain by repetition (killing, outages, generated input) in their long form, and those that have no
            short one. Takes hours rather than minutes; meant for the night.
EOF
  exit 0
fi

# What has no short form bears the trait Length=long. What needs a host of its own settings bears Topology=own: to start the AppHost's
# model for a single test takes half a minute, so on the model such tests are left to the long form. On a host of one process
# all of them run.
filter=(-trait- Length=long)
distributed_filter=(-trait Topology=any -trait- Stores=embedded -trait- Topology=own)
if [ "${1:-}" = --long ]; then
  shift
  export ARTORIZER_TEST_LENGTH=long
fi
if [ "${ARTORIZER_TEST_LENGTH:-}" = long ]; then
  filter=()
  distributed_filter=(-trait Topology=any -trait- Stores=embedded)
fi

. scripts/install.sh
require_dotnet
# libvips comes with a package; Debian's serves as a peer, and for HEIC.
install_packages libvips42 libvips-tools fonts-dejavu-core chromium imagemagick libimage-exiftool-perl \
  python3-grpcio python3-msgpack python3-numpy python3-pil python3-prometheus-client python3-protobuf python3-requests \
  python3-scipy python3-thrift thrift-compiler capnproto rabbitmq-server python3-pika redis-server redis-tools \
  ceph-mon ceph-osd radosgw ceph-common python3-boto3 \
  curl jq protobuf-compiler protobuf-compiler-grpc python3-websockets
# Node from elsewhere will do; only where there is none is Debian's installed.
if ! command -v npm >/dev/null; then
  install_packages nodejs npm
fi

results=artifacts/tests
rm -rf "$results"
mkdir -p "$results"

echo "Building …"
if ! dotnet build Artorizer.sln -c Release --nologo -v quiet -clp:NoSummary; then
  echo "0 passed, 1 failed"
  exit 1
fi

# total_of NAME TAG: the sum of an attribute over the assemblies of a report; 0 where it is absent.
total_of() {
  grep -o " $1=\"[0-9]*\"" <<<"$2" | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'
}

# failures_of REPORT: names of the tests that failed, with the first lines of their messages.
failures_of() {
  /usr/bin/python3 - "$1" <<'EOF'
import sys
import xml.etree.ElementTree as xml

try:
    tests = xml.parse(sys.argv[1]).iter("test")
except xml.ParseError as error:
    sys.exit(f"{sys.argv[1]}: {error}")
for test in tests:
    if test.get("result") == "Fail":
        print("FAILED", test.get("name"))
        for tag in ("message", "stack-trace"):
            for line in (test.findtext(f".//{tag}") or "").strip().splitlines()[:8]:
                print("      ", line)
EOF
}

# run_suite PROJECT REPORT [FILTER…]; six collections at once, for most tests wait more than they work.
run_suite() {
  local project=$1 report=$2
  shift 2
  dotnet "tests/Artorizer.$project/bin/Release/net10.0/Artorizer.$project.dll" -xml "$report" -noLogo -noColor -maxThreads 6 \
    ${filter[@]+"${filter[@]}"} "$@"
}

passed=0
failed=0
if [ $# -eq 0 ]; then
  set -- UnitTests IntegrationTests Distributed AppHostTests BrowserTests
fi

# What needs a container engine runs where one answers.
containers=()
if ! { docker info || podman info; } >/dev/null 2>&1; then
  containers=(-trait- Needs=Containers)
fi
for suite in "$@"; do
  echo "== $suite"
  report=$results/$suite.xml
  if [ "$suite" = Distributed ]; then
    ARTORIZER_TOPOLOGY=distributed run_suite IntegrationTests "$report" "${distributed_filter[@]}"
  elif [ "$suite" = AppHostTests ]; then
    run_suite "$suite" "$report" ${containers[@]+"${containers[@]}"}
  else
    run_suite "$suite" "$report"
  fi
  code=$?
  if [ ! -s "$report" ]; then
    echo "$suite left no report (exit code $code)." >&2
    failed=$((failed + 1))
    continue
  fi

  # The report's totals, not the exit code alone: a suite that ran nothing has failed.
  assembly=$(grep -o '<assembly [^>]*>' "$report")
  suite_passed=$(total_of passed "$assembly")
  suite_failed=$(($(total_of failed "$assembly") + $(total_of errors "$assembly")))
  suite_skipped=$(($(total_of skipped "$assembly") + $(total_of not-run "$assembly")))
  passed=$((passed + suite_passed))
  failed=$((failed + suite_failed))
  if [ "$suite_skipped" -gt 0 ] && [ "${CI:-}" = true ]; then
    echo "$suite skipped $suite_skipped tests; in CI that is a failure." >&2
    failed=$((failed + suite_skipped))
  fi
  if [ "$code" -ne 0 ] && [ "$suite_failed" -eq 0 ]; then
    echo "$suite ended with exit code $code." >&2
    failed=$((failed + 1))
  fi
  if [ "$suite_passed" -eq 0 ]; then
    echo "$suite ran no test." >&2
    failed=$((failed + 1))
  fi
done

# Once more at the end, where they are found: a suite's own output is long.
for report in "$results"/*.xml; do
  failures_of "$report"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
