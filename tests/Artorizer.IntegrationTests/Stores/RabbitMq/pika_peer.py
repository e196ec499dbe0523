"""Reads messages off a queue with another client library, says what they are and gives them back.

Usage: pika_peer.py URL QUEUE COUNT. Prints one JSON object per message. Publishes nothing.
"""
import json
import sys

import pika

url, queue, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
connection = pika.BlockingConnection(pika.URLParameters(url))
channel = connection.channel()
for _ in range(count):
    method, properties, body = channel.basic_get(queue)
    if method is None:
        sys.exit("the queue is empty")
    print(json.dumps({
        "exchange": method.exchange,
        "routing_key": method.routing_key,
        "content_type": properties.content_type,
        "delivery_mode": properties.delivery_mode,
        "priority": properties.priority,
        "message_id": properties.message_id,
        "type": properties.type,
        "timestamp": properties.timestamp,
        "app_id": properties.app_id,
        "headers": properties.headers,
        "body": body.hex(),
    }), flush=True)
# What was not acknowledged goes back with the channel.
connection.close()
