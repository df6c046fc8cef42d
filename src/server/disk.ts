// What the server's own disk says beside "full", as a refusal of this one transfer: its member hears a sentence, the
// operator reads the cause in the log, and everybody's chat goes on. Transfers asks the blobs through it.
import { Refusal } from '../protocol/errors.ts';
import type { BlobWriter } from '../store/blobs.ts';
import type { Say } from './log-line.ts';

const refusals = {
  write: ['disk-full', 'The server cannot write to its disk, the file was not stored. Tell its operator.'],
  read: ['no-such-file', 'The server cannot read the file from its disk. Tell its operator.'],
} as const;

/** Resolves as `work` does; what it rejects with is a Refusal in any case. */
export async function onDisk<Result>(
  doing: keyof typeof refusals,
  work: Promise<Result>,
  say: Say,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    const [code, sentence] = refusals[doing];
    const refusal = error instanceof Refusal ? error : new Refusal(code, sentence, { cause: error });
    const isOurs = refusal !== error || refusal.code === 'disk-full';
    if (isOurs) say('error', 'disk-failed', { doing, why: String(refusal.cause) });
    throw refusal;
  }
}

/** The same for all that an upload writes. */
export function writerOnDisk(writer: BlobWriter, say: Say): BlobWriter {
  return {
    offset: writer.offset,
    write: (chunk) => onDisk('write', writer.write(chunk), say),
    finish: () => onDisk('write', writer.finish(), say),
    leave: () => writer.leave(),
  };
}
