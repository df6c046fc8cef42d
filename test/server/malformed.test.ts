// Hostile byte streams, before and after login: only who sends them is cut, and a witness is served all along.
import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import { type TestServer, testServer } from '../helpers/test-server.ts';
import { WireClient } from '../helpers/wire-client.ts';

type Step = {
  readonly hex?: string;
  readonly repeatHex?: string;
  readonly times?: number;
  readonly end?: boolean;
  readonly rst?: boolean;
};
type Stream = { readonly name: string; readonly class: string; readonly steps: readonly Step[] };

const corpus = join(import.meta.dirname, '..', 'corpus', 'gen-frames.mjs');
let streams: Stream[] = [];

beforeAll(() => {
  const sample = JSON.stringify({ kind: 'post', room: 'general', text: 'hi', id: 'x' });
  const options = ['--max', String(limits.frameBytesUp), '--sample', sample, '--fields', 'kind,room,text,id'];
  const written = execFileSync(process.execPath, [corpus, ...options, '--random', '400'], {
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  streams = written
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Stream);
});

/** Everything a stream sends, as writes; what it waits for between them is the connection's own tests' matter. */
function writesOf({ steps }: Stream): Buffer[] {
  return steps.flatMap(({ hex, repeatHex, times = 1 }) => {
    if (repeatHex !== undefined) return [Buffer.concat(Array(times).fill(Buffer.from(repeatHex, 'hex')))];
    return hex === undefined ? [] : [Buffer.from(hex, 'hex')];
  });
}

/** A stranger who never says hello. Resolves when the connection is over, by whichever side. */
function strange(server: TestServer, stream: Stream): Promise<void> {
  const socket = connect(server.port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.on('close', () => resolve());
    socket.on('error', () => undefined);
    socket.resume();
    for (const bytes of writesOf(stream)) socket.write(bytes);
    if (stream.steps.some(({ rst }) => rst)) socket.resetAndDestroy();
    else socket.end();
  });
}

/** The same from somebody who is logged in. */
async function hostile(server: TestServer, client: WireClient, stream: Stream): Promise<void> {
  const back = await WireClient.login(server, {}, client.device);
  for (const bytes of writesOf(stream)) back.connection.send(bytes);
  if (stream.steps.some(({ rst }) => rst)) back.connection.destroy();
  else back.connection.close();
  await back.ended;
}

async function inRows(streamsOf: readonly Stream[], one: (stream: Stream) => Promise<void>): Promise<void> {
  for (let from = 0; from < streamsOf.length; from += 8) {
    await Promise.all(streamsOf.slice(from, from + 8).map(one));
  }
}

describe('malformed streams', () => {
  test('the corpus is there', () => {
    expect(streams.length).toBeGreaterThan(600);
  });

  test('before login they cost nobody else anything', async () => {
    const server = await testServer();
    const witness = await server.enter('witness1');
    await inRows(streams, (stream) => strange(server, stream));
    await expect(witness.post('still served')).resolves.toMatchObject({ kind: 'ack' });
    expect(server.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('after login neither', async () => {
    const server = await testServer({ noLimits: true });
    const witness = await server.enter('witness1');
    const offender = await server.enter('mallory');
    await inRows(streams, (stream) => hostile(server, offender, stream));
    await expect(witness.post('still served')).resolves.toMatchObject({ kind: 'ack' });
    expect(server.lines.filter(({ level }) => level === 'error')).toEqual([]);
    for (const event of witness.events) expect(['witness1', 'mallory']).toContain(event.nick);
  });
});

describe('a session that sends what is no packet', () => {
  const frame = (text: string) => {
    const bytes = Buffer.alloc(4 + Buffer.byteLength(text));
    bytes.writeUInt32BE(bytes.length - 4);
    bytes.write(text, 4);
    return bytes;
  };

  test('is told so four times and cut at the fifth', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    for (let i = 0; i < limits.malformedMax; i += 1) ada.connection.send(frame('{"kind":"post"}'));
    for (let i = 0; i < limits.malformedMax; i += 1) {
      await expect(ada.next('error')).resolves.toMatchObject({ code: 'malformed' });
    }
    await expect(ada.next('bye')).resolves.toMatchObject({ reason: 'malformed' });
    await ada.ended;
  });

  test('of a kind that is not known is told so, and goes on', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    for (let i = 0; i < 10; i += 1) ada.connection.send(frame('{"kind":"frobnicate"}'));
    await expect(ada.next('error')).resolves.toMatchObject({ code: 'unknown-kind' });
    await expect(ada.post('hi')).resolves.toMatchObject({ kind: 'ack' });
  });

  test.each([
    ['', 'text-empty'],
    [' \n\t\u200b\u2800', 'text-empty'],
    ['x'.repeat(limits.textBytes + 1), 'text-too-large'],
    ['\n'.repeat(limits.textBytes / 2 + 1), 'text-too-large'],
  ])('or a text of the wrong size: refused (%#)', async (text, code) => {
    const server = await testServer();
    const ada = await server.enter('ada');
    await expect(ada.post(text)).rejects.toMatchObject({ code });
    await expect(ada.post('x'.repeat(limits.textBytes))).resolves.toMatchObject({ kind: 'ack' });
  });
});
