// One file up: hash, offer, send over a connection of its own, go on after cuts, then the message. Called by Transfers.
import { Refusal } from '../protocol/errors.ts';
import type { RoomName } from '../protocol/names.ts';
import type { FileNote, PostId, Seq } from '../protocol/packet.ts';
import { tryAgain } from './again.ts';
import { ConnectionLost, LocalFileError, TransferError } from './errors.ts';
import type { Job } from './job.ts';
import { LocalFile } from './local-file.ts';
import { lastWord, type RawLine, takeOver, written } from './raw.ts';
import type { TransferPort } from './transfer-port.ts';

export type Upload = {
  readonly room: RoomName;
  readonly path: string;
  /** The message's; made when it is absent. */
  readonly id?: PostId;
};

/** Rejects with `LocalFileError`, `Refusal`, `TransferError`, or the reason of the job's signal. */
export async function upload(
  port: TransferPort,
  what: Upload,
  job: Job,
): Promise<{ readonly seq: Seq; readonly file: FileNote }> {
  const local = await LocalFile.open(what.path, port.uploadBytes());
  try {
    const { name, size } = local;
    job.turn('hashing', { name, size });
    const sha256 = await local.hash(job.signal, (bytes) => job.moved(bytes));
    const file: FileNote = { name, size, sha256 };
    job.turn('waiting', { file });
    await deliver(port, what.room, { local, file, job });
    job.turn('waiting', { bytes: size });
    const { seq } = await port.post(what.room, file, what.id);
    job.turn('done');
    return { seq, file };
  } finally {
    await local.close();
  }
}

type Sending = { readonly local: LocalFile; readonly file: FileNote; readonly job: Job };

async function deliver(port: TransferPort, room: RoomName, sending: Sending): Promise<void> {
  const { file, job } = sending;
  let held = 0;
  const attempt = async () => {
    await sending.local.check();
    const offer = (req: number) => ({ kind: 'offer' as const, req, room, ...file });
    const { ticket, offset } = await port.ask(offer, 'ticket', 'reject');
    held = offset;
    const line = await port.dial(ticket, job.signal);
    if (line.go.offset > file.size) throw new TransferError('The server has more of the file than there is.');
    await send(takeOver(line, job.signal), line.go.offset, sending);
  };
  const waiting = () => job.turn('waiting', { bytes: held });
  const { online, random } = port;
  await tryAgain({ signal: job.signal, attempt, online, gained: () => held, waiting, random });
}

async function send(line: RawLine, offset: number, sending: Sending): Promise<void> {
  const { local, job } = sending;
  const answer = lastWord(line);
  let own: LocalFileError | undefined;
  job.turn('moving', { bytes: offset });
  const sent = sendBytes(line, offset, sending).catch((error: unknown) => {
    // A broken line shows in `answer` too, and better: the server may have said why.
    if (error instanceof LocalFileError) own = error;
    line.stream.destroy();
  });
  try {
    await answer;
  } catch (error) {
    // Refused in the middle: the rest would be sent for nothing.
    line.end();
    await sent;
    if (own !== undefined) throw own;
    if (!(error instanceof Refusal) || error.code !== 'checksum') throw error;
    await local.check();
    // What an earlier try left there is damaged, by a power cut for instance. The server has dropped it: all is sent anew.
    if (offset > 0) throw new ConnectionLost('The server lost a part of the file.', { cause: error });
    throw new TransferError(`${local.path} did not arrive whole; send it again.`, { cause: error });
  } finally {
    line.end();
    await sent;
  }
}

/** The next chunk is read while this one is being written; the file is looked at again before its last bytes go. */
async function sendBytes(line: RawLine, offset: number, { local, job }: Sending): Promise<void> {
  for await (const { chunk, next } of local.chunks(offset)) {
    if (next === local.size) await local.check();
    await written(line.stream, chunk);
    line.moved();
    job.moved(next);
  }
}
