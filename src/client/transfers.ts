// All uploads and downloads of one client: their numbers, what is shown of them, and how they are stopped.
import type { RoomName } from '../protocol/names.ts';
import type { FileNote, PostId, Seq } from '../protocol/packet.ts';
import { clientBounds } from './bounds.ts';
import type { DownloadWhat, Transfer } from './client.ts';
import { download } from './download.ts';
import { errorOf, TransferStopped } from './errors.ts';
import { Job } from './job.ts';
import type { TransferPort } from './transfer-port.ts';
import { upload } from './upload.ts';

type Running = { readonly stop: AbortController; readonly done: Promise<unknown> };
type First = Pick<Transfer, 'direction' | 'room' | 'name'>;

const endSteps: ReadonlySet<Transfer['step']> = new Set(['done', 'failed', 'cancelled']);

export class Transfers {
  readonly #port: TransferPort;
  readonly #shown = new Map<number, Transfer>();
  readonly #running = new Map<number, Running>();
  #last = 0;

  constructor(port: TransferPort) {
    this.#port = port;
  }

  get list(): readonly Transfer[] {
    return [...this.#shown.values()];
  }

  upload(
    room: RoomName,
    path: string,
    id: PostId | undefined,
  ): Promise<{ readonly seq: Seq; readonly file: FileNote }> {
    const what = { room, path, ...(id === undefined ? {} : { id }) };
    return this.#start({ direction: 'up', room, name: path }, (job) => upload(this.#port, what, job));
  }

  download(what: DownloadWhat): Promise<{ readonly path: string; readonly file: FileNote }> {
    const name = what.seq === undefined ? (what.sha256 ?? '') : String(what.seq);
    const first: First = { direction: 'down', room: what.room, name };
    return this.#start(first, (job) => download(this.#port, what, job));
  }

  /** The user does not want it any more: nothing of it is kept. */
  cancel(id: number): void {
    this.#running.get(id)?.stop.abort(new TransferStopped('cancelled'));
  }

  /** Stops all, to be gone on with another time. */
  async close(): Promise<void> {
    for (const { stop } of this.#running.values()) stop.abort(new TransferStopped('closed'));
    await Promise.all(Array.from(this.#running.values(), ({ done }) => done));
  }

  #start<Result>(first: First, work: (job: Job) => Promise<Result>): Promise<Result> {
    this.#last += 1;
    const id = this.#last;
    const stop = new AbortController();
    const begun: Transfer = { id, ...first, size: 0, step: 'waiting', bytes: 0, speed: 0 };
    const job = new Job(begun, stop.signal, (transfer) => this.#show(transfer));
    const result = work(job).catch((thrown: unknown) => {
      // What broke because it was stopped was stopped.
      const error = stop.signal.aborted ? errorOf(stop.signal.reason) : errorOf(thrown);
      const isCancelled = error instanceof TransferStopped && error.why === 'cancelled';
      job.turn(isCancelled ? 'cancelled' : 'failed', { error });
      throw error;
    });
    const done = result.then(
      () => this.#running.delete(id),
      () => this.#running.delete(id),
    );
    this.#running.set(id, { stop, done });
    return result;
  }

  #show(transfer: Transfer): void {
    this.#shown.set(transfer.id, transfer);
    const ended = [...this.#shown.values()].filter(({ step }) => endSteps.has(step));
    const [oldest] = ended;
    if (oldest !== undefined && ended.length > clientBounds.transfersListed) this.#shown.delete(oldest.id);
    this.#port.tell(transfer);
  }
}
