// Members who are in the room and only there: with enough of them the server holds its fan-outs back. What comes to
// them is read and dropped unparsed, for a hundred that parse would be the load.
import { onTestFinished } from 'vitest';
import { encode } from '../../../src/protocol/codec.ts';
import { type WireAddress, WireClient } from '../../helpers/wire-client.ts';

/** The server cuts who says nothing for 75 s, and asks every 30. */
const saysEveryMs = 20_000;

/** Resolves when so many are in #general and follow it. They leave with the test. */
export async function gatherBystanders(address: WireAddress, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const { connection } = await WireClient.enter(address, `bystander${n}`);
    const { stream } = connection.detach();
    let saidAt = performance.now();
    stream.on('data', () => {
      if (performance.now() - saidAt < saysEveryMs) return;
      saidAt = performance.now();
      stream.write(encode({ kind: 'pong', n: 0 }));
    });
    // The server's end is the end of the test.
    stream.on('error', () => undefined).resume();
    onTestFinished(() => void stream.destroy());
  }
}
