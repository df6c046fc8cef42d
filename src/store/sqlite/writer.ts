// The worker thread that alone writes the log's file: SQLite blocks the thread that waits for the disk, and that must
// not be the one that serves sockets. Each message is a batch of orders and becomes one transaction; the answer goes
// out when it is on disk. Started by writer-port.ts; it is an entry point of its own in the build.
import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import type { Answer, Order, ToWriter } from './batch.ts';
import { refusalOf } from './errors.ts';
import { type Orders, prepareOrders } from './orders.ts';
import { openToWrite } from './schema.ts';

const WriterData = v.object({ path: v.string(), logBytesMax: v.exactOptional(v.number()) });

function main(): void {
  const port = parentPort;
  assert(port, 'the writer runs in a worker thread');
  const { path, logBytesMax } = v.parse(WriterData, workerData);
  const database = openToWrite(path, logBytesMax);
  const orders = prepareOrders(database);
  port.on('message', (message: ToWriter) => {
    if (message !== 'close') return port.postMessage(commit(database, orders, message));
    // The last connection to close also empties and removes the WAL, with what was deleted in it.
    database.close();
    port.close();
  });
}

/** All orders in one transaction, or none of them. */
function commit(database: DatabaseSync, orders: Orders, batch: readonly Order[]): Answer[] {
  try {
    database.exec('BEGIN IMMEDIATE');
    const answers = batch.flatMap((order) => orders.carryOut(order));
    database.exec('COMMIT');
    return answers;
  } catch (error) {
    // Some errors have already rolled back by themselves.
    if (database.isTransaction) database.exec('ROLLBACK');
    const why = error instanceof Error ? error.message : String(error);
    return batch.flatMap((order) => orders.refuse(order, refusalOf(error), why));
  }
}

main();
