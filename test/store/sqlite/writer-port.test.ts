// What goes to the writer ahead of its answers, and what one turn of the event loop gives out of them. The writer here
// is one that answers when the test says so; the real one is in every test of the store.
import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { batchBytesMax } from '../../../src/store/content.ts';
import type { Answer } from '../../../src/store/sqlite/batch.ts';
import { type Job, WriterPort } from '../../../src/store/sqlite/writer-port.ts';

class HeldWriter extends EventEmitter {
  /** Sizes of the batches that came and wait for their answers. */
  readonly batches: number[] = [];
  #seq = 0;

  postMessage(orders: readonly unknown[]): void {
    this.batches.push(orders.length);
  }

  /** Answers the batch that came first. */
  answer(): void {
    const count = this.batches.shift() ?? 0;
    const answers = Array.from({ length: count }, (): Answer => {
      this.#seq += 1;
      return this.#seq;
    });
    this.emit('message', answers);
  }
}

function open() {
  const writer = new HeldWriter();
  const port = new WriterPort(writer as unknown as Worker);
  const settled: Answer[] = [];
  const submit = async (count: number, bytes = 100) => {
    for (let n = 0; n < count; n += 1) {
      const job: Job = {
        bytes,
        order: () => ['enrol', `key ${n}`, 'ada', 'ada', 0],
        settle: (answer) => settled.push(answer),
      };
      port.submit(job);
    }
    // What comes in one turn goes together.
    await nextTurn();
  };
  return { writer, port, settled, submit };
}

it('a batch goes ahead of the first answer when it is worth a commit of its own, and no third one', async () => {
  const { writer, settled, submit } = open();
  await submit(1);
  await submit(255);
  expect(writer.batches).toEqual([1]);
  await submit(1);
  expect(writer.batches).toEqual([1, 256]);
  await submit(900);
  expect(writer.batches).toEqual([1, 256]);
  expect(settled).toEqual([]);
});

it('with an answer the next batch goes before anybody hears of the last, and small ones gather', async () => {
  const { writer, port, settled, submit } = open();
  await submit(1);
  await submit(256);
  await submit(300);
  const heard: number[] = [];
  port.onCommitted(() => heard.push(settled.length));
  writer.answer();
  expect(writer.batches).toEqual([256, 300]);
  await submit(10);
  writer.answer();
  // Ten are not worth a commit while another is under way.
  expect(writer.batches).toEqual([300]);
  await nextTurn();
  writer.answer();
  expect(writer.batches).toEqual([10]);
  await nextTurn();
  writer.answer();
  await port.drained();
  expect(settled).toEqual(Array.from({ length: 567 }, (_, n) => n + 1));
  expect(heard).toEqual([1, 257, 557, 567]);
});

it('a turn gives out both batches when they weigh no more than one may', async () => {
  const { writer, settled, submit } = open();
  await submit(1);
  await submit(256);
  writer.answer();
  writer.answer();
  expect(settled).toHaveLength(257);
});

it('what weighs more is given out a turn later, in order', async () => {
  const { writer, settled, submit } = open();
  await submit(1, batchBytesMax / 2);
  await submit(256, batchBytesMax / 256);
  writer.answer();
  writer.answer();
  expect(settled).toEqual([1]);
  await nextTurn();
  expect(settled).toEqual(Array.from({ length: 257 }, (_, n) => n + 1));
});
