// How a transfer of `put` and `get` stands, on one line of a terminal's stderr that is written over. Scripts whose
// stderr goes elsewhere see nothing of it.
import type { Client, Transfer } from '../client/client.ts';
import { safeLine } from '../text/safe-text.ts';
import { fileSize } from '../text/size.ts';
import type { Context } from './context.ts';

/** A person reads no faster. */
const everyMs = 200;
const clearLine = '\r\u001b[K';
/** The name is cut here, so that the line stays on one row of a narrow terminal. */
const nameCharsMax = 24;

/** Returns the way to stop and to clear the line. */
export function showProgress(client: Client, { stderr }: Context): () => void {
  if (stderr.isTTY !== true) return () => undefined;
  let shownAt = 0;
  const stop = client.listen((event) => {
    if (event.type !== 'transfer' || Date.now() - shownAt < everyMs) return;
    shownAt = Date.now();
    stderr.write(`${clearLine}${progressLine(event.transfer)}`);
  });
  return () => {
    stop();
    if (shownAt > 0) stderr.write(clearLine);
  };
}

const steps: Readonly<Record<Transfer['step'], string>> = {
  hashing: 'reading',
  waiting: 'waiting',
  moving: '',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};

export function progressLine({ name, size, bytes, speed, step }: Transfer): string {
  const percent = size === 0 ? 100 : Math.floor((100 * bytes) / size);
  const short = name.length > nameCharsMax ? `${name.slice(0, nameCharsMax)}…` : name;
  const left = step === 'moving' && speed > 0 ? ` ${Math.ceil((size - bytes) / speed)} s` : '';
  const rate = step === 'moving' ? ` ${fileSize(speed)}/s` : ` ${steps[step]}`;
  return safeLine(`${short} ${percent} % of ${fileSize(size)}${rate}${left}`);
}
