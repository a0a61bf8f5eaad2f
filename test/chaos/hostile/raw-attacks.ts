import { connect } from 'node:net';
import type { SeededRandom } from '../seeded-random';
import { randomBytes } from './spoiled-values';

const HEAD = 'POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
const READ_FOR_MS = 30;

/** Bytes that no HTTP library would send. */
function rawBytes(random: SeededRandom, key: string): string | Buffer {
  const keyed = `${HEAD}authorization: Bearer ${key}\r\n`;
  return random.pick([
    () => randomBytes(random, 400),
    () => `${HEAD}content-length: 15000000\r\n\r\n${'['.repeat(1000)}`,
    () => `${keyed}content-length: 15000000\r\n\r\n${'['.repeat(1000)}`,
    () => `${keyed}content-length: 100000\r\n\r\n${'['.repeat(100_000)}`,
    () => `${keyed}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    () => `${keyed}transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n`,
    () => `${keyed}transfer-encoding: chunked\r\n\r\n2;${'x'.repeat(20_000)}\r\n{}`,
    () => `${keyed}expect: 100-continue\r\ncontent-length: 5\r\n\r\n`,
    () => `GET /readyz HTTP/1.1\r\nhost: localhost\r\n\r\n`.repeat(150),
    () => `GET /v1/messages HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${key}\r\n\r\n`.repeat(20),
    () => `GET / HTTP/1.1\r\n${'x-h: 1\r\n'.repeat(3000)}\r\n`,
    () => 'GET / HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
    () => 'CONNECT 127.0.0.1:22 HTTP/1.1\r\nhost: x\r\n\r\n',
    () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  ])();
}

/** Sends them and goes away, sometimes in the middle, sometimes without reading the answer. */
export function attackRaw(url: string, random: SeededRandom, key: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const bytes = rawBytes(random, key);
  const reads = random.happens(0.7);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    if (reads) socket.resume();
    socket.on('error', () => undefined).on('close', () => resolve());
    setTimeout(() => socket.destroy(), random.between(1, READ_FOR_MS));
  });
}
