"""Another S3 client's view of the store: python3 s3_peer.py ENDPOINT ACCESS SECRET BUCKET; prints a JSON object."""
import hashlib
import json
import sys

import boto3

endpoint, access, secret, bucket = sys.argv[1:]
s3 = boto3.client("s3", endpoint_url=endpoint, aws_access_key_id=access, aws_secret_access_key=secret, region_name="us-east-1")

seen = {}
for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
    for entry in page.get("Contents", []):
        found = s3.get_object(Bucket=bucket, Key=entry["Key"])
        seen[entry["Key"]] = {
            "sha256": hashlib.sha256(found["Body"].read()).hexdigest(),
            "type": found["ContentType"],
            "etag": found["ETag"].strip('"'),
            "encoding": found.get("ContentEncoding", ""),
        }

s3.put_object(Bucket=bucket, Key="peer/small", Body=b"from the peer", ContentType="text/plain")
print(json.dumps(seen))
