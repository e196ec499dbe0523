// Reads and writes MessagePack with msgpackr. Requests and answers are those of peer.py.
import { createInterface } from 'node:readline';
import { Packr, addExtension } from 'msgpackr';

class Extension {
  constructor(type, data) {
    this.type = type;
    this.data = data;
  }
}

addExtension({ Class: Extension, type: 5, pack: (e) => e.data, unpack: (data) => new Extension(5, Buffer.from(data)) });
const packr = new Packr({ useRecords: false, variableMapSize: true, int64AsType: 'bigint', mapsAsObjects: true });

function plain(v) {
  if (v instanceof Uint8Array) return { $b: Buffer.from(v).toString('base64') };
  if (v instanceof Date) return { $d: v.getTime() };
  if (v instanceof Extension) return { $e: [v.type, v.data.toString('base64')] };
  if (typeof v === 'bigint') return { $i: v.toString() };
  if (Array.isArray(v)) return v.map(plain);
  if (v && typeof v === 'object') return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, plain(x)]));
  return v;
}

function rich(v) {
  if (Array.isArray(v)) return v.map(rich);
  if (v && typeof v === 'object') {
    if ('$b' in v) return Buffer.from(v.$b, 'base64');
    if ('$d' in v) return new Date(v.$d);
    if ('$i' in v) return BigInt(v.$i);
    if ('$e' in v) return new Extension(v.$e[0], Buffer.from(v.$e[1], 'base64'));
    return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, rich(x)]));
  }
  return v;
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = request.mode === 'decode'
      ? { value: plain(packr.unpack(Buffer.from(request.data, 'base64'))) }
      : { data: packr.pack(rich(request.value)).toString('base64') };
  } catch (e) {
    answer = { error: String(e) };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
