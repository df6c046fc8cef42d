// Plain texts go to the disk by the dozen in one statement: who is answered what must be as if each went alone, which is
// how the log in memory does it.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { Refusal } from '../../../src/protocol/errors.ts';
import type { Appended, NewEvent } from '../../../src/store/log.ts';
import { openMemoryStore, openSqliteStore, type Store } from '../../../src/store/open.ts';
import { logFileName } from '../../../src/store/sqlite/open.ts';
import { randomFrom } from '../../faults/size.ts';
import { asDevice, asMember, asRoom, event, fileNote } from '../events.ts';
import { listen, makeDataFolder, opened } from '../opened.ts';

const now = () => 1_000;

/** Submits all in one turn; resolves with the answers, in the order of the submits, when all is announced. */
async function answersOf(store: Store, events: readonly NewEvent[]): Promise<(Appended | Refusal)[]> {
  const answers = await Promise.all(
    events.map((one) => new Promise<Appended | Refusal>((resolve) => store.log.submit(one, resolve))),
  );
  await new Promise((resolve) => setImmediate(resolve));
  return answers;
}

/** Answers without gaps in the seqs: `places` gives each seq its place among the announced. */
function plainly(answers: readonly (Appended | Refusal)[], places: ReadonlyMap<number, number>) {
  return answers.map((answer) =>
    answer instanceof Refusal ? answer.code : { place: places.get(answer.seq), isFirst: answer.isFirst },
  );
}

function placesOf(told: ReturnType<typeof listen>): ReadonlyMap<number, number> {
  return new Map(told.map(({ seq }, place) => [seq, place]));
}

it('runs of texts with resends and reused ids among them are answered as one by one', async () => {
  const random = randomFrom(7);
  const below = (most: number) => Math.floor(random() * most);
  const sqlite = await opened(openSqliteStore, { now });
  const memory = await opened(openMemoryStore, { now });
  const [told, expected] = [listen(sqlite), listen(memory)];
  const seen = { again: 0, refused: 0, first: 0 };
  for (let round = 0; round < 60; round += 1) {
    const device = () => asDevice(1 + below(2));
    let by = device();
    const events = Array.from({ length: 1 + below(80) }, (): NewEvent => {
      if (random() < 0.05) by = device();
      const n = random() < 0.8 ? 100 * round + below(1_000) : below(100 * round + 1);
      const text = `text ${random() < 0.85 ? n : 'another'}`;
      const room = asRoom(random() < 0.97 ? 'general' : 'side');
      const wish = { device: by, member: asMember(Number(by)), room, text };
      if (random() > 0.03) return event(n, wish);
      return event(n, { ...wish, body: { type: 'message', text, file: fileNote('a') } });
    });
    const [answers, wanted] = [await answersOf(sqlite, events), await answersOf(memory, events)];
    expect(plainly(answers, placesOf(told))).toEqual(plainly(wanted, placesOf(expected)));
    for (const answer of answers) {
      if (answer instanceof Refusal) seen.refused += 1;
      else seen[answer.isFirst ? 'first' : 'again'] += 1;
    }
  }
  expect(told.map(({ seq, ...rest }) => rest)).toEqual(expected.map(({ seq, ...rest }) => rest));
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(50);
});

it('an id twice in one run is one event, and another text under it is refused', async () => {
  const store = await opened(openSqliteStore, { now });
  const told = listen(store);
  const answers = await answersOf(store, [
    event(1),
    event(2),
    event(1),
    event(2, { text: 'other' }),
    event(3),
  ]);
  const again = { ...answers[0], isFirst: false };
  expect(answers[2]).toEqual(again);
  expect(answers[3]).toMatchObject({ code: 'id-reused' });
  expect(answers.map((answer) => !(answer instanceof Refusal) && answer.isFirst)).toEqual([
    true,
    true,
    false,
    false,
    true,
  ]);
  expect(told.map(({ id }) => id)).toEqual([event(1), event(2), event(3)].map(({ id }) => id));
});

/** A log with one event whose table says UNIQUE (device, id), as it did before ids came first. */
async function olderLog() {
  const folder = await makeDataFolder();
  await (await opened(openSqliteStore, { folder })).close();
  const database = new DatabaseSync(join(folder, logFileName));
  const parts = database
    .prepare("SELECT sql FROM sqlite_schema WHERE tbl_name = 'events' AND sql IS NOT NULL")
    .all();
  const made = parts.map(({ sql }) => String(sql)).join(';');
  const older = made.replace('UNIQUE (id, device)', 'UNIQUE (device, id)');
  expect(older).not.toBe(made);
  database.exec(`DROP TABLE events; ${older}`);
  database.close();
  const store = await openSqliteStore({ folder, now });
  const first = await store.log.append(event(1));
  await store.close();
  return { folder, first };
}

it('a log that was made with the constraint the other way round knows its ids', async () => {
  const { folder, first } = await olderLog();
  const store = await opened(openSqliteStore, { folder, now });
  const [again, reused, next] = await answersOf(store, [event(1), event(1, { text: 'other' }), event(2)]);
  expect(again).toEqual({ ...first, isFirst: false });
  expect(reused).toMatchObject({ code: 'id-reused' });
  expect(next).toMatchObject({ isFirst: true });
});
