// The reference for posts per second: a worker thread that commits batches into a table like ours, synced, and does
// nothing else. It always has the next batch at hand, each as large as ours were in the same round.
// Child process: argv is a BarePlan, it answers {posts, seconds}.
import { DatabaseSync } from 'node:sqlite';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

export type BarePlan = {
  readonly path: string;
  readonly batch: number;
  readonly textBytes: number;
  readonly seconds: number;
};

type Post = readonly [id: Uint8Array, at: number, text: string];

function openTable(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 8000;
    CREATE TABLE events (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, room TEXT NOT NULL, member INTEGER NOT NULL, device INTEGER NOT NULL,
      id BLOB NOT NULL, at INTEGER NOT NULL, type TEXT NOT NULL, text TEXT, UNIQUE (id, device)
    ) STRICT;
    CREATE INDEX events_by_room ON events (room);
  `);
  return database;
}

function write(path: string): void {
  const database = openTable(path);
  const insert = database.prepare(
    "INSERT INTO events (room, member, device, id, at, type, text) VALUES ('general', ?, ?, ?, ?, 'message', ?)",
  );
  parentPort?.on('message', (batch: readonly Post[]) => {
    database.exec('BEGIN IMMEDIATE');
    for (const [id, at, text] of batch) insert.run(1, 1, id, at, text);
    database.exec('COMMIT');
    parentPort?.postMessage(batch.length);
  });
}

function drive({ path, batch, textBytes, seconds }: BarePlan): void {
  const worker = new Worker(new URL(import.meta.url), { workerData: path });
  const text = 'x'.repeat(textBytes);
  let made = 0;
  let done = 0;
  let begun = performance.now();
  const nextBatch = (): Post[] =>
    Array.from({ length: batch }, () => {
      made += 1;
      const id = Buffer.alloc(16);
      id.writeUInt32BE(made, 2);
      return [id, Date.now(), text];
    });
  worker.on('message', (count: number) => {
    done += count;
    worker.postMessage(nextBatch());
  });
  worker.postMessage(nextBatch());
  worker.postMessage(nextBatch());
  setTimeout(() => {
    done = 0;
    begun = performance.now();
  }, 1_000);
  setTimeout(
    () => {
      process.send?.({ result: { posts: done, seconds: (performance.now() - begun) / 1_000 } }, () =>
        process.exit(0),
      );
    },
    1_000 + seconds * 1_000,
  );
}

if (isMainThread) drive(JSON.parse(process.argv[2] ?? '') as BarePlan);
else write(workerData as string);
