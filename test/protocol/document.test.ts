// docs/protocol.md against the code: each kind, field, error code and limit is named there, and none that is not here.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorCodes } from '../../src/protocol/errors.ts';
import { defaultPort, limits, protocolVersion } from '../../src/protocol/limits.ts';
import {
  clientPackets,
  DeviceNote,
  FileNote,
  logEvents,
  Mark,
  Person,
  RoomNote,
  serverPackets,
} from '../../src/protocol/packet.ts';
import { exporterBytes, exporterLabel, helloProof } from '../../src/protocol/proof.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'protocol.md'), 'utf8');

/** The text below a heading, up to the next one of its rank or higher, by the heading's text. */
function sections(text: string, rank: string): Map<string, string> {
  const parts = `\n${text}`.split(`\n${rank} `).slice(1);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end).replaceAll('`', ''), part.slice(end)];
    }),
  );
}

const chapters = sections(page, '##');
const chapter = (name: string) => chapters.get(name) ?? '';

/** First cells of the tables' rows that name something: | `name` | … */
function rows(text: string): string[] {
  return [...text.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? '');
}

function fields(schema: { readonly entries: object }, key: string): string[] {
  return Object.keys(schema.entries).filter((field) => field !== key);
}

type Packets = Readonly<Record<string, { readonly entries: object }>>;
const directions: ReadonlyArray<readonly [string, Packets]> = [
  ['Client to server', clientPackets],
  ['Server to client', serverPackets],
];

describe.each(directions)('%s', (title, packets) => {
  const described = sections(chapter(title), '###');

  test('every kind is described, and none else', () => {
    expect([...described.keys()].sort()).toEqual(Object.keys(packets).sort());
  });

  test.each(Object.entries(packets))('%s has its fields, and none else', (kind, schema) => {
    expect(rows(described.get(kind) ?? '').sort()).toEqual(fields(schema, 'kind').sort());
  });
});

describe('shapes', () => {
  const shapes = sections(chapter('Shapes'), '###');

  test('files, persons, rooms, marks and devices have their fields', () => {
    expect([...shapes.keys()].sort()).toEqual(['device', 'event', 'file', 'mark', 'person', 'room note']);
    expect(rows(shapes.get('mark') ?? '')).toEqual(fields(Mark, ''));
    expect(rows(shapes.get('device') ?? '')).toEqual(fields(DeviceNote, ''));
    expect(rows(shapes.get('file') ?? '')).toEqual(fields(FileNote, ''));
    expect(rows(shapes.get('person') ?? '')).toEqual(fields(Person, ''));
    expect(rows(shapes.get('room note') ?? '')).toEqual(fields(RoomNote, ''));
  });

  test('every type of event is described with the fields it has beyond those of all', () => {
    const text = shapes.get('event') ?? '';
    const common = [...(/Every event has ([^.]+)\./.exec(text)?.[1] ?? '').matchAll(/`(\w+)`/g)].map(
      (match) => match[1],
    );
    const types = [...text.matchAll(/^\| `(\w+)` \|(.*)\|$/gm)].map(([, type = '', rest = '']) => [
      type,
      [...common, ...[...rest.matchAll(/`(\w+)`/g)].map((match) => match[1])],
    ]);
    const known = Object.entries(logEvents).map(([type, schema]) => [type, Object.keys(schema.entries)]);
    expect(types).toEqual(known);
  });
});

test('every error code is described, and none else', () => {
  expect(rows(chapter('Errors'))).toEqual([...errorCodes]);
});

/** Bounds that a peer never notices: of the door, the server's own work, and the client's memory. */
const inside = new Set<string>([
  'packetsPerTurn',
  'halfOpen',
  'halfOpenPerAddress',
  'halfOpenWaitingPerAddress',
  'halfOpenWaiting',
  'halfOpenSilenceMs',
  'halfOpenAnswerMs',
  'loginFailuresPerAddress',
  'loginFailureWindowMs',
  'sendQueuesBytes',
  'appendsWaiting',
  'drainMs',
  'idleExitMs',
  'transferChunkBytes',
  'clientEventsPerRoom',
  'outboxEntries',
]);

test('every limit that a peer can meet stands there with its default', () => {
  const described = [...chapter('Limits').matchAll(/^\| `(\w+)` \| (\d+) \|$/gm)];
  const wanted = Object.entries(limits).filter(([name]) => !inside.has(name));
  expect(described.map(([, name, value]) => [name, Number(value)])).toEqual(wanted);
});

test('version, port and the proof are the ones of the code', () => {
  expect(page).toContain(`version ${protocolVersion}.`);
  expect(page).toContain(`port ${defaultPort}`);
  expect(page).toContain(`\`${exporterLabel}\``);
  expect(page).toContain(`${exporterBytes} bytes of\n   *material*`);
  expect(helloProof(Uint8Array.of(7)).toString('latin1')).toBe('chat-tui hello 1\0\x07');
});

describe('limits as the code applies them', () => {
  const values = [...page.matchAll(/^\| `(\w+)` \| .*?((?:`\w+`(?:, | or )?)+)/gm)];

  test('every picked value of a field that the page lists is in the code', () => {
    const folder = join(import.meta.dirname, '..', '..', 'src', 'protocol');
    const source = ['client-packets.ts', 'server-packets.ts', 'notes.ts']
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('\n');
    const named = values
      .filter(([, field]) => field === 'role' || field === 'reason' || field === 'state')
      .flatMap(([, , list = '']) => [...list.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ''));
    expect(named.length).toBeGreaterThan(9);
    expect(named.filter((value) => !source.includes(`'${value}'`))).toEqual([]);
  });
});
