// The access table against a server, over the wire: for each role, operation and kind of room the answer is exactly the
// table's, and what may not be known of is answered like what does not exist.
import { describe, expect, test } from 'vitest';
import type { RoomName } from '../../src/protocol/names.ts';
import type { ClientPacket, DeviceId, Seq, ServerPacket, Sha256 } from '../../src/protocol/packet.ts';
import { type Operation, type Role, type RoomKind, roomKinds, verdict } from '../../src/server/access.ts';
import { type TestServer, testServer } from '../helpers/test-server.ts';
import { newId, WireClient } from '../helpers/wire-client.ts';

const controlToken = 'control-token';
const inRooms = `post edit delete react topic sync history read notify typing invite configure join part who
  offer`.split(/\s+/) as Operation[];
const unanswered: readonly string[] = ['read', 'typing'];

type Scene = {
  readonly server: TestServer;
  /** Makes rooms and is in them. */
  readonly ada: WireClient;
  /** Whose rights are asked for; his chat prepares what the role then asks. */
  readonly bob: WireClient;
  readonly asker: WireClient;
};
type Place = { readonly room: RoomName; readonly target: Seq };

async function scene(role: Role): Promise<Scene> {
  const server = await testServer({ noLimits: true, controlToken, limits: { roomsPerMember: 1_000 } });
  const ada = await server.enter('ada');
  const bob = await server.enter('bob');
  await server.enter('cleo');
  const asker = {
    chat: async () => bob,
    script: () => WireClient.login(server, { role: 'script' }, bob.device),
    visitor: () => WireClient.login(server, { role: 'script' }),
    control: () => WireClient.login(server, { role: 'control', token: controlToken }),
  } as const;
  return { server, ada, bob, asker: await asker[role]() };
}

let rooms = 0;
/** Far from each other, so that none is offered for another. */
const nextName = () => {
  rooms += 1;
  return `${String.fromCharCode(97 + (rooms % 26)).repeat(12)}${rooms}` as RoomName;
};

async function made(by: WireClient): Promise<RoomName> {
  const room = nextName();
  await by.ask({ kind: 'join', room });
  return room;
}

async function closed(by: WireClient): Promise<RoomName> {
  const room = await made(by);
  await by.ask({ kind: 'configure', room, access: 'private' });
  return room;
}

async function joined(room: RoomName, { ada, bob }: Scene, isPrivate: boolean): Promise<RoomName> {
  if (isPrivate) await ada.ask({ kind: 'invite', room, nick: 'bob' });
  await bob.ask({ kind: 'join', room });
  return room;
}

const make: { readonly [Kind in Exclude<RoomKind, 'none'>]: (scene: Scene) => Promise<RoomName> } = {
  absent: async () => nextName(),
  'public-open': ({ ada }) => made(ada),
  'public-member': async (scene) => joined(await made(scene.ada), scene, false),
  'public-owner': ({ bob }) => made(bob),
  'private-closed': ({ ada }) => closed(ada),
  'private-invited': async ({ ada }) => {
    const room = await closed(ada);
    await ada.ask({ kind: 'invite', room, nick: 'bob' });
    return room;
  },
  'private-owner-left': async ({ ada, bob }) => {
    const room = await closed(bob);
    await bob.ask({ kind: 'invite', room, nick: 'ada' });
    await ada.ask({ kind: 'join', room });
    await bob.ask({ kind: 'part', room });
    return room;
  },
  'private-member': async (scene) => joined(await closed(scene.ada), scene, true),
  'private-owner': ({ bob }) => closed(bob),
  'direct-foreign': ({ ada }) => ada.direct('cleo'),
  'direct-left': ({ bob }) => bob.direct('ada'),
  'direct-member': ({ bob }) => bob.direct('ada'),
};

/** The room, and a message in it of bob's where he can write one, else of who can. */
async function prepared(kind: RoomKind, scene: Scene): Promise<Place> {
  if (kind === 'none') throw new Error('This one needs a room.');
  const room = await make[kind](scene);
  if (kind === 'absent') return { room, target: 1 as Seq };
  const mayBob = verdict('post', 'chat', kind) === 'allowed';
  const { seq } = await (mayBob ? scene.bob : scene.ada).post('a line', { room });
  // Behind the message, which would bring him back.
  if (kind === 'direct-left') await scene.bob.ask({ kind: 'part', room });
  return { room, target: seq };
}

const file = { name: 'plan.pdf', size: 3, sha256: 'a'.repeat(64) as Sha256 };

function asked(operation: Operation, { room, target }: Place): ClientPacket {
  const id = newId();
  const req = 9_000;
  const packets: { readonly [op in string]: ClientPacket } = {
    post: { kind: 'post', id, room, text: 'another line' },
    edit: { kind: 'edit', id, room, target, text: 'a better line' },
    delete: { kind: 'delete', id, room, target },
    react: { kind: 'react', id, room, target, emoji: '👍', did: 'added' },
    topic: { kind: 'topic', id, room, text: 'what it is about' },
    sync: { kind: 'sync', req, rooms: [room] },
    history: { kind: 'history', req, room, limit: 10 },
    read: { kind: 'read', room, seq: target },
    notify: { kind: 'notify', req, room, level: 'none' },
    typing: { kind: 'typing', room },
    invite: { kind: 'invite', req, room, nick: 'cleo' },
    configure: { kind: 'configure', req, room, past: 'invited' },
    join: { kind: 'join', req, room },
    part: { kind: 'part', req, room },
    who: { kind: 'who', req, room },
    offer: { kind: 'offer', req, room, ...file },
  };
  const packet = packets[operation];
  if (packet === undefined) throw new Error(`Nobody said how to ask for ${operation}.`);
  return packet;
}

/** What came for it: the answer, or nothing. Signals and events of others are not it. */
async function answerTo(packet: ClientPacket, asker: WireClient): Promise<ServerPacket | undefined> {
  const from = asker.came.length;
  asker.send(packet);
  const isAnswer = (one: ServerPacket) => {
    if (one.kind !== 'error' && one.kind !== 'ack' && !('re' in one)) return false;
    return 'id' in packet ? 'id' in one && one.id === packet.id : 're' in one && one.re === 9_000;
  };
  if (unanswered.includes(packet.kind)) {
    await asker.settled();
    return asker.came.slice(from).find(({ kind }) => kind === 'error');
  }
  return asker.match(isAnswer);
}

/** For what is not answered: whether it was done. */
async function wasDone(operation: Operation, place: Place, { server, ada, bob }: Scene): Promise<boolean> {
  if (operation === 'read') return server.store.people.place(bob.member, place.room).read >= place.target;
  await ada.settled();
  return ada.came.some((packet) => packet.kind === 'typing' && packet.room === place.room);
}

/** Nobody is in its rooms but strangers. */
const kindsFor = (role: Role): readonly RoomKind[] =>
  role === 'chat' || role === 'script'
    ? roomKinds.filter((kind) => kind !== 'none')
    : ['absent', 'public-open', 'private-closed', 'direct-foreign'];

const roles = ['chat', 'script', 'visitor', 'control'] as const;
const cases = roles.flatMap((role) => inRooms.map((operation) => ({ role, operation })));

describe('over the wire', () => {
  test.each(cases)('$role $operation is answered as the table says, in every room', async (one) => {
    const { role, operation } = one;
    const stage = await scene(role);
    const sentences = new Map<string, RoomKind[]>();
    for (const kind of kindsFor(role)) {
      const place = await prepared(kind, stage);
      await stage.ada.sync();
      const answer = await answerTo(asked(operation, place), stage.asker);
      const expected = verdict(operation, role, kind);
      const code = answer?.kind === 'error' ? answer.code : 'allowed';
      if (unanswered.includes(operation)) {
        expect([kind, answer]).toEqual([kind, undefined]);
        // In his own room she is not there to hear of it, but where she is he may be heard.
        const isHeard = operation === 'read' || !kind.endsWith('-owner');
        if (isHeard)
          expect([kind, await wasDone(operation, place, stage)]).toEqual([kind, expected === 'allowed']);
      } else expect([kind, code]).toEqual([kind, expected]);
      if (answer?.kind !== 'error' || answer.code !== 'no-such-room' || kind.startsWith('direct')) continue;
      const sentence = answer.message.replaceAll(place.room, 'ROOM');
      sentences.set(sentence, [...(sentences.get(sentence) ?? []), kind]);
    }
    // A closed room is refused in the very words of one that does not exist.
    expect(sentences.size).toBeLessThanOrEqual(1);
  });

  const elsewhere = ['mentions', 'search', 'away', 'rooms', 'direct', 'whois', 'link', 'devices'] as const;
  test.each(roles)('a %s is answered as the table says where no room is named', async (role) => {
    const { asker, server } = await scene(role);
    const questions = {
      mentions: { kind: 'mentions', limit: 5 },
      search: { kind: 'search', query: 'word', limit: 5 },
      away: { kind: 'away', is: true },
      rooms: { kind: 'rooms' },
      direct: { kind: 'direct', nick: 'cleo' },
      whois: { kind: 'whois', nick: 'cleo' },
      link: role === 'control' ? { kind: 'link', nick: 'cleo' } : { kind: 'link' },
      devices: { kind: 'devices' },
    } as const;
    const codes = await Promise.all(
      elsewhere.map(async (operation) => {
        const code = await asker.ask(questions[operation] as Parameters<WireClient['ask']>[0]).then(
          () => 'allowed',
          ({ code }) => code,
        );
        return [operation, code];
      }),
    );
    expect(codes).toEqual(elsewhere.map((operation) => [operation, verdict(operation, role, 'none')]));
    const handover = asker.ask({ kind: 'handover' });
    if (role === 'control') await expect(handover).resolves.toMatchObject({ kind: 'done' });
    else await expect(handover).rejects.toMatchObject({ code: 'not-allowed' });
    expect(server.stats().sessions).toBeGreaterThan(0);
  });

  test.each(['chat', 'script', 'visitor', 'control'] as const)(
    'a %s may revoke only as a member',
    async (role) => {
      const { asker, bob, server } = await scene(role);
      const added = await server.store.people.addDevice('x'.repeat(43), bob.member, 1);
      const device = added === 'taken' ? (0 as DeviceId) : added.device;
      const revoked = asker.ask({ kind: 'revoke', device });
      if (role === 'chat' || role === 'script')
        await expect(revoked).resolves.toMatchObject({ kind: 'done' });
      else await expect(revoked).rejects.toMatchObject({ code: 'not-allowed' });
    },
  );
});
