import { PassThrough, Readable, Writable } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import { piecesOf } from '../../src/cli/commands/send.ts';
import { addressToShare, parseListen, parsePublic } from '../../src/cli/commands/serve-address.ts';
import { UsageError } from '../../src/cli/failure.ts';
import { watchOutputs } from '../../src/cli/output.ts';
import { compareVersions, programVersion } from '../../src/cli/program.ts';
import { progressLine } from '../../src/cli/progress.ts';
import { qrRows } from '../../src/cli/qr.ts';
import { parseFileWord, parsePostId, parseSeq } from '../../src/cli/words.ts';
import { limits } from '../../src/protocol/limits.ts';
import { jsonLine } from '../../src/text/transcript.ts';

describe('a FILE word', () => {
  test.each([
    ['12', { seq: 12 }],
    ['123456', { seq: 123_456 }],
    ['abcdef', { sha256: 'abcdef' }],
    ['ABCDEF12', { sha256: 'abcdef12' }],
    ['sha256:123456', { sha256: '123456' }],
    ['1'.repeat(64), { sha256: '1'.repeat(64) }],
  ])('%s is understood', (word, expected) => {
    expect(parseFileWord(word)).toEqual(expected);
  });

  test.each(['', 'abc', 'plan.pdf', 'sha256:', 'g'.repeat(10), '-1', 'a'.repeat(65)])(
    '%j is wrong usage',
    (word) => {
      expect(() => parseFileWord(word)).toThrow(UsageError);
    },
  );
});

describe('ids and seqs', () => {
  test('an id is a UUID in any letter case', () => {
    expect(parsePostId('01890000-0000-7000-8000-00000000000A')).toBe('01890000-0000-7000-8000-00000000000a');
    expect(() => parsePostId('1')).toThrow(UsageError);
    expect(parseSeq('before', '7')).toBe(7);
    expect(() => parseSeq('before', '-7')).toThrow(UsageError);
  });
});

describe('addresses of serve', () => {
  test.each([
    ['0.0.0.0:2428', { host: '0.0.0.0', port: 2428 }],
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    ['[::1]:99', { host: '::1', port: 99 }],
    ['[::]', { host: '::', port: 2428 }],
    ['example.org', { host: 'example.org', port: 2428 }],
  ])('--listen %s', (text, expected) => {
    expect(parseListen(text)).toEqual(expected);
  });

  test.each(['', ':1', 'h:65536', 'h:x', '::1:2428', '[h]:1', 'a b:c'])(
    '--listen %j is wrong usage',
    (text) => {
      expect(() => parseListen(text)).toThrow(UsageError);
    },
  );

  test('--public takes the port that is listened on unless it names one', () => {
    expect(parsePublic('example.org', 5)).toEqual({ host: 'example.org', port: 5 });
    expect(parsePublic('example.org:6', 5)).toEqual({ host: 'example.org', port: 6 });
    expect(parsePublic('::1', 5)).toEqual({ host: '::1', port: 5 });
    expect(parsePublic('[::1]:6', 5)).toEqual({ host: '::1', port: 6 });
    expect(() => parsePublic('example.org:0', 5)).toThrow(UsageError);
    expect(() => parsePublic('a b', 5)).toThrow(UsageError);
    expect(parsePublic('example.org', 0)).toEqual({ host: 'example.org', port: 0 });
  });

  test('the address to share is one that others can dial', () => {
    expect(addressToShare('192.0.2.1')).toBe('192.0.2.1');
    expect(addressToShare('0.0.0.0')).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    expect(addressToShare('0.0.0.0')).not.toBe('0.0.0.0');
  });
});

async function* chunks(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('an output that cannot be written', () => {
  test('is said, and what goes wrong with the errors themselves is nobody’s', async () => {
    const full = () =>
      new Writable({ write: (_chunk, _encoding, done) => done(new Error('ENOSPC: no space left')) });
    const [stdout, stderr] = [full(), full()];
    const failed = vi.fn();
    watchOutputs(stdout, stderr, failed);
    stderr.write('x');
    stdout.write('x');
    await vi.waitFor(() => expect(failed).toHaveBeenCalledOnce());
    expect(failed.mock.calls[0]?.[0]).toMatchObject({ message: expect.stringContaining('no space left') });
  });
});

describe('a pipe', () => {
  test('becomes messages of the allowed size that end with lines, and nothing of it is lost', async () => {
    const lines = Array.from({ length: 5_000 }, (_, n) => `\u001b[32mstep ${n}\u001b[0m é 👩‍👩‍👧`);
    for (const size of [7, 1_000, 65_536]) {
      const texts: string[] = [];
      for await (const piece of piecesOf(chunks(`${lines.join('\n')}\n`, size))) {
        expect(piece.endsLine).toBe(true);
        expect(Buffer.byteLength(piece.text)).toBeLessThanOrEqual(limits.textBytes);
        texts.push(piece.text);
      }
      expect(texts.length).toBeGreaterThan(5);
      expect(texts.join('\n')).toBe(lines.join('\n').replaceAll(/\u001b\[\d+m/g, ''));
    }
  });

  test('that drips without a pause has its whole lines sent all the same', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const drip = new PassThrough();
      const pieces = piecesOf(drip);
      let sent: string | undefined;
      const first = pieces.next().then(({ value }) => (sent = value?.text));
      let lines = 0;
      for (; sent === undefined && lines < 100; lines += 1) {
        drip.write(`line ${lines}\n`);
        await vi.advanceTimersByTimeAsync(300);
      }
      expect(lines).toBeLessThan(10);
      expect(await first).toMatch(/^line 0\nline 1\n/);
      await pieces.return(undefined);
    } finally {
      vi.useRealTimers();
    }
  });

  test('bytes that are no UTF-8 do not stop it', async () => {
    const pieces: string[] = [];
    for await (const { text } of piecesOf(Readable.from([Buffer.from([0x61, 0xff, 0x62, 0xe2])])))
      pieces.push(text);
    expect(pieces).toEqual(['a\ufffdb\ufffd']);
  });
});

describe('small texts', () => {
  test('a JSON line has no character that a terminal obeys', () => {
    const line = jsonLine({ text: 'a\u001b[31m\u009b\u007f\u202e\u2028' });
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/);
    expect(JSON.parse(line)).toEqual({ text: 'a\u001b[31m\u009b\u007f\u202e\u2028' });
  });

  test('versions are compared by their numbers', () => {
    expect(compareVersions('0.10.0', '0.9.9')).toBeGreaterThan(0);
    expect(compareVersions('1.0.0', '1.0.0-rc.1')).toBe(0);
    expect(compareVersions('0.1.0', '1.0.0')).toBeLessThan(0);
    expect(programVersion()).toMatch(/^\d+\.\d+\.\d+/);
  });

  test('the progress of a transfer', () => {
    const transfer = {
      id: 1,
      direction: 'up',
      room: 'general',
      name: 'plan.pdf',
      size: 200,
      step: 'moving',
      bytes: 50,
      speed: 75,
    };
    expect(progressLine(transfer as Parameters<typeof progressLine>[0])).toBe(
      'plan.pdf 25 % of 200 B 75 B/s 2 s',
    );
  });

  test('a QR code is square in half blocks, and left out where it does not fit', () => {
    const rows = qrRows('chat://192.0.2.1:2428/general#x', 80) ?? [];
    const width = (rows[0] ?? '').replaceAll(/\u001b\[[\d;]*m/g, '').length;
    expect(rows.length).toBe(Math.ceil(width / 2));
    expect(qrRows('chat://192.0.2.1:2428/general#x', 20)).toBeUndefined();
  });
});
