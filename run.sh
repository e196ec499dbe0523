#!/usr/bin/env bash
# Installs what is missing, builds the embedded edition and starts it. See ./run.sh --help.
set -euo pipefail
cd "$(dirname "$0")"

case "${1:-}" in
  -h | --help)
    cat <<'EOF'
Usage: ./run.sh [--port 7000] [--grpc-port 50051] [--processor-port 8000] [--data DIR] [--address HOST]
       ./run.sh --distributed [--processors 2] [--workers 2] [--port 7000] [--grpc-port 50051] [--address HOST]
       ./run.sh new-key OWNER [--data DIR]

Installs what is missing (libvips and a font, on Debian and Ubuntu), builds Artorizer and starts router, image engine
and worker in one process, with nothing else to install. Ctrl-C stops it cleanly; what was accepted is kept.

With --distributed it also installs and starts Redis, RabbitMQ and an S3 server (Ceph) as local processes in a private
folder, and router, processors and workers as processes of their own, connected as the Aspire edition connects them.
Ctrl-C stops all of them and removes their data.

The same settings by environment (Host__Port, Host__GrpcPort, Host__ProcessorPort, Host__Data, Host__Address)
and in Artorizer.AppHost/appsettings.json.

It builds the embedded edition, also where Docker is running.
EOF
    exit 0
    ;;
esac

. scripts/install.sh
require_dotnet
install_packages libvips42 fonts-dejavu-core
if [[ " $* " == *" --distributed "* ]]; then
  install_packages redis-server rabbitmq-server ceph-mon ceph-osd ceph-common radosgw
fi

echo "Building …"
dotnet build Artorizer.AppHost/Artorizer.AppHost.csproj -c Release -p:Edition=Embedded --nologo -v quiet -clp:NoSummary

# exec: signals reach the host itself, and its exit code is ours.
exec dotnet Artorizer.AppHost/bin/Release/net10.0/Artorizer.AppHost.dll "$@"
