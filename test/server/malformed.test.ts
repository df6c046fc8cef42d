// What a session meets that sends what is no packet. Whole streams of it: test/faults/promises/10-malformed.test.ts.
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import { testServer } from '../helpers/test-server.ts';

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
