#!/usr/bin/env bash
# Sends a picture to a deployment and waits until it is protected; prints the job's id. Needs curl and jq.
# Usage: deploy/smoke-test.sh ADDRESS KEY PICTURE
set -euo pipefail
address=${1%/} key=$2 picture=$3

ask() { curl --fail --silent --show-error --header "X-Api-Key: $key" "$@"; }

# A key that was just made is taken up within a moment.
job=$(ask --retry 10 --retry-delay 1 --retry-all-errors \
  --form "image=@$picture" --form artist_name=Ada --form "artwork_title=Smoke test" "$address/protect" | jq --raw-output .job_id)

for _ in $(seq 120); do
  status=$(ask "$address/jobs/$job" | jq --raw-output .status)
  case $status in
    completed)
      ask --output /dev/null "$address/jobs/$job/download/protected"
      echo "$job"
      exit 0
      ;;
    failed)
      ask "$address/jobs/$job" >&2
      exit 1
      ;;
  esac
  sleep 1
done
echo "Job $job is still $status after two minutes." >&2
exit 1
