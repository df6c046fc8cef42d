// Lines on stdout, no faster than they are read. Every subcommand prints through it.
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { jsonLine } from '../text/transcript.ts';

export type Output = {
  /** One line. The text is ours or went through safeLine. */
  readonly line: (text: string) => Promise<void>;
  /** One JSON line; JSON's escapes keep control characters out of a terminal, but for C1 and DEL. */
  readonly json: (value: object) => Promise<void>;
};

export function outputTo(stream: Writable): Output {
  const line = async (text: string) => {
    if (!stream.write(`${text}\n`)) await once(stream, 'drain');
  };
  return { line, json: (value) => line(jsonLine(value)) };
}

/**
 * Who reads our output may stop reading (`| head`): that is an end, not an error. A terminal that is gone (EIO) is told
 * by SIGHUP, which every command ends by in its own way. Anything else, a full disk, ends in `failed`. Errors that
 * nobody reads any more are nobody's: the exit code still tells.
 */
export function watchOutputs(
  stdout: Writable & { readonly isTTY?: boolean },
  stderr: Writable,
  failed: (error: Error) => void,
): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    if (error.code === 'EIO' && stdout.isTTY === true) return;
    failed(new Error(`The output could not be written: ${error.message}.`, { cause: error }));
  });
  stderr.on('error', () => undefined);
}
