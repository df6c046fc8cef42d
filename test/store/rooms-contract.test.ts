// What every store must know of rooms: their kinds, who may read and enter them, and what members keep of them.
import { describe, expect, it } from 'vitest';
import type { RoomName } from '../../src/protocol/names.ts';
import { directRoomOf } from '../../src/protocol/names.ts';
import type { Seq } from '../../src/protocol/packet.ts';
import type { EventBody } from '../../src/store/log.ts';
import type { Store } from '../../src/store/open.ts';
import { asDevice, asMember, asRoom, asSeq, event, general } from './events.ts';
import { opened, stores } from './opened.ts';

const ada = asMember(1);
const bob = asMember(2);
const cyd = asMember(3);

/** Says how a store's rooms come about, event by event. */
function story(store: Store) {
  let n = 0;
  const tell = async (member: number, body: EventBody, room: RoomName = general): Promise<Seq> => {
    n += 1;
    const wish = { member: asMember(member), device: asDevice(member), room, body };
    return (await store.log.append(event(n, wish))).seq;
  };
  return {
    tell,
    join: (member: number, room?: RoomName) => tell(member, { type: 'join' }, room),
    part: (member: number, room?: RoomName) => tell(member, { type: 'part' }, room),
    say: (member: number) => tell(member, { type: 'message', text: 'words' }),
    invite: (member: number, guest: number, room?: RoomName) =>
      tell(member, { type: 'invite', guest: asMember(guest) }, room),
    configure: (access: 'public' | 'private', past: 'whole' | 'invited', room?: RoomName) =>
      tell(1, { type: 'room', access, past }, room),
  };
}

describe.each(stores)('the rooms of the %s store', (_name, open) => {
  const begun = async () => {
    const store = await opened(open);
    return { store, people: store.people, ...story(store) };
  };

  it('belong to who made them, and begin public with a whole past', async () => {
    const { people, join, part } = await begun();
    await join(1);
    await join(2);
    await part(1);
    const room = { room: 'general', topic: '', members: 1, access: 'public', past: 'whole', owner: 1 };
    expect(people.room(general)).toEqual(room);
    await join(1);
    expect(people.room(general)).toEqual({ ...room, members: 2 });
  });

  it('have the newest topic, and the newest access and past', async () => {
    const { people, join, tell, configure } = await begun();
    await tell(1, { type: 'topic', text: 'of no room' });
    expect(people.room(general)).toBeUndefined();
    await join(1);
    await tell(1, { type: 'topic', text: 'first' });
    await tell(2, { type: 'topic', text: 'second \u{1F389}' });
    await configure('private', 'invited');
    expect(people.room(general)).toMatchObject({
      topic: 'second \u{1F389}',
      access: 'private',
      past: 'invited',
    });
    await tell(1, { type: 'topic', text: '' });
    await configure('public', 'whole');
    expect(people.room(general)).toMatchObject({ topic: '', access: 'public', past: 'whole' });
  });

  it('that are direct have no owner, stay direct, and are not counted', async () => {
    const { people, join, configure } = await begun();
    const direct = directRoomOf(1, 2);
    await join(1, direct);
    await join(2, direct);
    await configure('public', 'invited', direct);
    const room = { room: direct, topic: '', members: 2, access: 'direct', past: 'whole' };
    expect(people.room(direct)).toEqual(room);
    expect(people.roomCount()).toBe(0);
    await join(1);
    expect(people.roomCount()).toBe(1);
    expect(people.publicRooms('', 10).map(({ room }) => room)).toEqual(['general']);
  });

  it('are listed by name, the public ones, page by page', async () => {
    const { people, join, configure } = await begun();
    const names = ['zebra', 'ant', 'closed', '日本', 'mole', '𐐨', '\ufa0e'];
    for (const name of names) await join(1, asRoom(name));
    await configure('private', 'whole', asRoom('closed'));
    const listed = ['ant', 'mole', 'zebra', '日本', '\ufa0e', '𐐨'];
    expect(people.publicRooms('', 10).map(({ room }) => room)).toEqual(listed);
    expect(people.publicRooms('', 2).map(({ room }) => room)).toEqual(listed.slice(0, 2));
    expect(people.publicRooms('mole', 3).map(({ room }) => room)).toEqual(listed.slice(2, 5));
    expect(people.publicRooms('\u{10ffff}', 3)).toEqual([]);
    expect(people.roomCount()).toBe(7);
  });

  describe('reading', () => {
    it('a public room may be read by everybody, an unknown one by nobody', async () => {
      const { people, join } = await begun();
      expect(people.readableFrom(ada, general)).toBeUndefined();
      await join(1);
      expect(people.readableFrom(bob, general)).toBe(0);
    });

    it('a closed one by its members: those of before as ever, who was invited from there on', async () => {
      const { people, join, configure, invite, say, part } = await begun();
      await join(1);
      await join(2);
      await configure('private', 'invited');
      await say(1);
      const invited = await invite(1, 3);
      expect(people.readableFrom(cyd, general)).toBeUndefined();
      await say(1);
      await join(3);
      expect([ada, bob, cyd].map((one) => people.readableFrom(one, general))).toEqual([0, 0, invited]);
      await part(2);
      expect(people.readableFrom(bob, general)).toBeUndefined();
      const again = await invite(1, 2);
      await join(2);
      expect(people.readableFrom(bob, general)).toBe(again);
    });

    it('the owner decides on the past for all who were invited, as it is set now', async () => {
      const { people, join, configure, invite } = await begun();
      await join(1);
      await configure('private', 'whole');
      const invited = await invite(1, 2);
      await join(2);
      expect(people.readableFrom(bob, general)).toBe(0);
      await configure('private', 'invited');
      expect(people.readableFrom(bob, general)).toBe(invited);
      expect(people.readableFrom(ada, general)).toBe(0);
    });

    it('who was in while a room was open keeps that past when it is closed again', async () => {
      const { people, join, configure, invite } = await begun();
      await join(1);
      await configure('private', 'invited');
      const invited = await invite(1, 2);
      await join(2);
      await configure('private', 'invited');
      expect(people.readableFrom(bob, general)).toBe(invited);
      await configure('public', 'invited');
      await configure('private', 'invited');
      expect(people.readableFrom(bob, general)).toBe(0);
    });

    it('who comes in without an invitation reads from there on', async () => {
      const { people, join, configure } = await begun();
      await join(1);
      await configure('private', 'invited');
      const joined = await join(2);
      expect(people.readableFrom(bob, general)).toBe(joined);
    });

    it('its owner who comes back reads the whole', async () => {
      const { people, join, part, configure } = await begun();
      await join(1);
      await configure('private', 'invited');
      await part(1);
      expect(people.readableFrom(ada, general)).toBeUndefined();
      await join(1);
      expect(people.readableFrom(ada, general)).toBe(0);
    });

    it('a direct room by the two, while they are in', async () => {
      const { people, join, part } = await begun();
      const direct = directRoomOf(2, 1);
      await join(1, direct);
      await join(2, direct);
      expect([ada, bob, cyd].map((one) => people.readableFrom(one, direct))).toEqual([0, 0, undefined]);
      await part(2, direct);
      expect(people.readableFrom(bob, direct)).toBeUndefined();
      await join(2, direct);
      expect(people.readableFrom(bob, direct)).toBe(0);
    });
  });

  describe('invitations', () => {
    it('stand until they are taken up, refused, or made anew', async () => {
      const { people, join, part, invite } = await begun();
      await join(1);
      await join(1, asRoom('other'));
      const first = await invite(1, 2);
      const other = await invite(1, 2, asRoom('other'));
      expect(people.invitation(bob, general)).toBe(first);
      expect(people.invitations(bob)).toEqual(['general', 'other']);
      const anew = await invite(1, 2);
      expect(people.invitation(bob, general)).toBe(anew);
      expect(people.invitations(bob)).toEqual(['other', 'general']);
      await join(2);
      expect(people.invitation(bob, general)).toBeUndefined();
      expect(people.invitation(bob, asRoom('other'))).toBe(other);
      await part(2, asRoom('other'));
      expect(people.invitations(bob)).toEqual([]);
    });

    it('of a member of the room, and to no room, are none', async () => {
      const { people, join, invite, part } = await begun();
      await invite(1, 2);
      await join(1);
      await join(2);
      await invite(1, 2);
      expect(people.invitation(bob, general)).toBeUndefined();
      await part(2);
      expect(people.invitation(bob, general)).toBeUndefined();
      expect(people.invitations(bob)).toEqual([]);
    });
  });

  describe('places', () => {
    it('without a position are read up to the join, and at level all', async () => {
      const { people, join, say } = await begun();
      expect(people.place(bob, general)).toEqual({ read: 0, level: 'all' });
      await say(1);
      const joined = await join(2);
      expect(people.place(bob, general)).toEqual({ read: joined, level: 'all' });
      await people.setLevel(bob, general, 'mentions');
      expect(people.place(bob, general)).toEqual({ read: joined, level: 'mentions' });
    });

    it('are read only further on, each member for itself', async () => {
      const { people, join, part, say } = await begun();
      await say(1);
      const joined = await join(2);
      await people.setRead(bob, general, asSeq(1));
      expect(people.place(bob, general).read).toBe(joined);
      await people.setRead(bob, general, asSeq(9));
      await Promise.all([
        people.setRead(bob, general, asSeq(12)),
        people.setRead(bob, general, asSeq(11)),
        people.setLevel(bob, general, 'none'),
      ]);
      expect(people.place(bob, general)).toEqual({ read: 12, level: 'none' });
      await people.setLevel(bob, general, 'all');
      expect(people.place(bob, general)).toEqual({ read: 12, level: 'all' });
      expect(people.place(ada, general)).toEqual({ read: 0, level: 'all' });
      expect(people.place(bob, asRoom('other'))).toEqual({ read: 0, level: 'all' });
      await part(2);
      await join(2);
      expect(people.place(bob, general).read).toBe(12);
    });
  });
});
