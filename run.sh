#!/usr/bin/env bash
# Builds Artorizer and starts it. See ./run.sh --help.
set -euo pipefail
cd "$(dirname "$0")"

usage() {
  cat <<'END'
Usage: ./run.sh [--port 7000] [--grpc-port 50051] [--data DIR] [--address HOST]
       ./run.sh --distributed [--processors 2] [--workers 2] [--port 7000] [--grpc-port 50051] [--address HOST]
       ./run.sh --standalone [--port 7000] [--grpc-port 50051] [--processor-port 8000] [--data DIR] [--address HOST]
       ./run.sh new-key OWNER [--data DIR]

Builds Artorizer, starts it under the Aspire dashboard, waits until it takes jobs, and prints the addresses of page, APIs and
dashboard. It needs the .NET 10 SDK and nothing else: with Docker or Podman running, Redis, RabbitMQ and MinIO are started in
containers; without, everything runs in one process on SQLite and files. Ctrl-C stops it cleanly; what was accepted is kept.

  --distributed  Redis, RabbitMQ and an S3 server (Ceph) as programs of this machine, installed on Debian and Ubuntu if they
                 are missing; router, processors and workers as processes of their own. Nothing is kept when it ends.
  --standalone   One process, without the dashboard.
  new-key        Makes an API key for an owner. It is shown once.

  --address HOST is localhost (the default), an IP address, or * for all. --data is the folder of database and images
  (default: data). The same by environment: Artorizer__Port, Artorizer__Data, …; with --standalone Host__Port, Host__Data, ….
END
}

. scripts/install.sh

mode=apphost
settings=()
arguments=()
servers=
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) usage; exit 0 ;;
    --standalone) mode=standalone; shift; arguments+=("$@"); break ;;
    new-key) mode=standalone; arguments+=("$@"); break ;;
    --distributed) servers=local; shift ;;
    --port | --grpc-port | --address | --data | --processors | --workers)
      [ $# -ge 2 ] || { echo "$1 needs a value." >&2; exit 2; }
      case "$1" in
        --port) name=Port ;; --grpc-port) name=GrpcPort ;; --address) name=Address ;; --data) name=Data ;;
        --processors) name=Processors ;; --workers) name=Workers ;;
      esac
      value=$2
      [ "$name" != Data ] || value=$(realpath -m "$2")
      settings+=("--Artorizer:$name=$value")
      arguments+=("$1" "$2")
      shift 2
      ;;
    *) echo "Unknown option: $1" >&2; usage >&2; exit 2 ;;
  esac
done

require_dotnet
build() { dotnet build "$1/$1.csproj" -c Release --nologo -v quiet -clp:NoSummary; }

echo "Building …" >&2
if [ "$mode" = standalone ]; then
  build Artorizer.Standalone
  # exec: signals reach the host itself, and its exit code is ours.
  exec dotnet Artorizer.Standalone/bin/Release/net10.0/Artorizer.Standalone.dll "${arguments[@]}"
fi

if [ -n "$servers" ]; then
  install_packages redis-server redis-tools rabbitmq-server ceph-mon ceph-osd ceph-common radosgw
  settings+=("--Artorizer:Servers=$servers")
fi

build Artorizer.AppHost

# As the launch profile "http" has it.
export DOTNET_ENVIRONMENT=Development ASPNETCORE_ENVIRONMENT=Development ASPIRE_ALLOW_UNSECURED_TRANSPORT=true
export ASPNETCORE_URLS=${ASPNETCORE_URLS:-http://localhost:15180}
export ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=${ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL:-http://localhost:19180}
export ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=${ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL:-http://localhost:20180}
exec dotnet Artorizer.AppHost/bin/Release/net10.0/Artorizer.AppHost.dll ${settings[@]+"${settings[@]}"}
