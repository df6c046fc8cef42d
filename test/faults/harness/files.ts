// Somebody who sends one file after the other while the faults fall: what is acknowledged has to be on the disk, whole.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TransferError, TransferStopped } from '../../../src/client/errors.ts';
import type { RoomName } from '../../../src/protocol/names.ts';
import type { Chat } from './chat.ts';
import type { Load } from './load.ts';

const bytesMost = 300_000;

export type Courier = Load & { readonly sent: () => number };

export function sendFiles(chat: Chat, room: RoomName, random: () => number): Courier {
  const folder = mkdtempSync(join(tmpdir(), 'chat-tui-courier-'));
  let isOver = false;
  let sent = 0;
  const sendAll = async () => {
    for (let n = 0; !isOver && chat.client.status.is !== 'ended'; n += 1) {
      const bytes = Buffer.alloc(1 + Math.floor(random() * bytesMost), `file ${n} of ${chat.nick}\n`);
      const path = join(folder, `file-${n}.txt`);
      writeFileSync(path, bytes);
      if (await wasSent(chat.upload(room, path, createHash('sha256').update(bytes).digest('hex')))) sent += 1;
      rmSync(path);
    }
  };
  const done = sendAll().finally(() => rmSync(folder, { recursive: true, force: true }));
  return {
    done,
    sent: () => sent,
    stop: async () => {
      isOver = true;
      await done;
    },
  };
}

/** A server that is killed often enough in a row wears an upload out, and a closed client stops it: no ack then. */
async function wasSent(upload: Promise<void>): Promise<boolean> {
  try {
    await upload;
    return true;
  } catch (error) {
    if (error instanceof TransferError || error instanceof TransferStopped) return false;
    throw error;
  }
}
