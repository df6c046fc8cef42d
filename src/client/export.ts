// A room as a file: every message from the first one on, page by page, as JSON lines or as text. `/export` and
// `chat-tui export` call it; a room of any size costs the memory of a page.
import { open, rm } from 'node:fs/promises';
import type { RoomName } from '../protocol/names.ts';
import type { Seq } from '../protocol/packet.ts';
import { eventJson, eventLine, jsonLine } from '../text/transcript.ts';
import type { Client } from './client.ts';
import { errorOf, LocalFileError } from './errors.ts';
import { pastEvents } from './past.ts';

export type ExportFormat = 'json' | 'text';

/** Lines without their ends. Joins and leaves are among them, what later versions know is left out. */
export async function* exportLines(
  client: Client,
  room: RoomName,
  format: ExportFormat,
): AsyncGenerator<string> {
  const whole = { after: 0 as Seq, limit: Number.MAX_SAFE_INTEGER };
  for await (const event of pastEvents(client, room, whole)) {
    const value = format === 'json' ? eventJson(event) : undefined;
    const line = value === undefined ? eventLine(event) : jsonLine(value);
    if (line !== undefined) yield line;
  }
}

/** Bytes written at once: a line alone would cost a call to the system. */
const chunkUnits = 65_536;

/** Into a file that was not there, readable for its owner alone. Resolves with the number of lines. */
export async function writeExport(path: string, lines: AsyncIterable<string>): Promise<number> {
  const file = await open(path, 'wx', 0o600).catch((cause: unknown) => {
    throw refused(path, cause);
  });
  try {
    let count = 0;
    let waiting = '';
    for await (const line of lines) {
      waiting += `${line}\n`;
      count += 1;
      if (waiting.length < chunkUnits) continue;
      await file.appendFile(waiting);
      waiting = '';
    }
    await file.appendFile(waiting);
    await file.sync();
    return count;
  } catch (error) {
    // Half of a room would pass for the whole.
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

function refused(path: string, cause: unknown): Error {
  const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
  if (isThere) return new LocalFileError(`${path} is there already, and nothing is overwritten.`, { cause });
  return new LocalFileError(`${path} cannot be written: ${errorOf(cause).message}`, { cause });
}
