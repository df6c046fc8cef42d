// What every store's members, devices and nicks must do, run on each store.
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import { asDevice, asMember } from './events.ts';
import { opened, stores } from './opened.ts';

const claim = (nick: string, at = 1_000) => ({ nick, skeleton: nick.toLowerCase(), at });

describe.each(stores)('the people of the %s store', (_name, open) => {
  it('an enrolled device is known with its member', async () => {
    const { people } = await opened(open);
    expect(people.device('key-a')).toBeUndefined();
    const enrolled = await people.enrol('key-a', claim('Ada'));
    expect(enrolled).not.toBe('taken');
    if (enrolled === 'taken') return;
    expect(people.device('key-a')).toEqual(enrolled);
    expect(people.member(enrolled.member)).toEqual({ id: enrolled.member, nick: 'Ada', since: 1_000 });
    expect(people.holder('ada', 1_000)).toBe(enrolled.member);
  });

  it('unknown ids and skeletons are nobody', async () => {
    const { people } = await opened(open);
    expect(people.member(asMember(7))).toBeUndefined();
    expect(people.holder('ada', 0)).toBeUndefined();
    expect(people.roomsOf(asMember(7))).toEqual([]);
  });

  it('a nick that is held is taken', async () => {
    const { people } = await opened(open);
    await people.enrol('key-a', claim('ada'));
    expect(await people.enrol('key-b', claim('ADA'))).toBe('taken');
    expect(people.device('key-b')).toBeUndefined();
  });

  it('of two enrolments at once of one nick one wins', async () => {
    const { people } = await opened(open);
    const both = await Promise.all([people.enrol('a', claim('ada')), people.enrol('b', claim('ada'))]);
    expect(both.filter((answer) => answer === 'taken')).toHaveLength(1);
    expect(people.members(0, 10)).toHaveLength(1);
  });

  it('a key that enrols twice at once is one device', async () => {
    const { people } = await opened(open);
    const [one, other] = await Promise.all([
      people.enrol('a', claim('ada')),
      people.enrol('a', claim('ada')),
    ]);
    expect(one).toEqual(other);
    expect(people.members(0, 10)).toHaveLength(1);
  });

  it('a rename is seen when it resolves, by id and by skeleton', async () => {
    const { people } = await opened(open);
    await people.enrol('a', claim('ada'));
    expect(people.member(asMember(1))?.nick).toBe('ada');
    expect(await people.rename(asMember(1), claim('Eve', 2_000))).toBe('done');
    expect(people.member(asMember(1))).toEqual({ id: 1, nick: 'Eve', since: 1_000 });
    expect(people.holder('eve', 2_000)).toBe(1);
  });

  it('a former nick is kept 90 days for its member and nobody else, to the millisecond', async () => {
    const { people } = await opened(open);
    await people.enrol('a', claim('ada'));
    await people.rename(asMember(1), claim('eve', 2_000));
    const end = 2_000 + limits.nickKeptMs;
    expect(people.holder('ada', end - 1)).toBe(1);
    expect(await people.enrol('b', claim('ada', end - 1))).toBe('taken');
    expect(people.holder('ada', end)).toBeUndefined();
    expect(await people.enrol('b', claim('ada', end))).toMatchObject({ member: 2 });
    expect(people.holder('ada', end)).toBe(2);
  });

  it('its member takes a former nick back', async () => {
    const { people } = await opened(open);
    await people.enrol('a', claim('ada'));
    await people.rename(asMember(1), claim('eve'));
    expect(await people.rename(asMember(1), claim('ada', 3_000))).toBe('done');
    expect(people.holder('ada', 1e15)).toBe(1);
    expect(people.holder('eve', 3_000)).toBe(1);
    expect(people.holder('eve', 3_000 + limits.nickKeptMs)).toBeUndefined();
  });

  it('a nick may change its letter case', async () => {
    const { people } = await opened(open);
    await people.enrol('a', claim('ada'));
    expect(await people.rename(asMember(1), claim('ADA'))).toBe('done');
    expect(people.member(asMember(1))?.nick).toBe('ADA');
    expect(people.holder('ada', 1e15)).toBe(1);
  });

  it("another's nick is taken for a rename, and nothing changes", async () => {
    const { people } = await opened(open);
    await people.enrol('a', claim('ada'));
    await people.enrol('b', claim('bob'));
    expect(await people.rename(asMember(2), claim('ada'))).toBe('taken');
    expect(people.member(asMember(2))?.nick).toBe('bob');
    expect(people.holder('bob', 1e15)).toBe(2);
  });

  it('renaming nobody fails', async () => {
    const { people } = await opened(open);
    await expect(people.rename(asMember(9), claim('ada'))).rejects.toThrow();
    expect(people.holder('ada', 0)).toBeUndefined();
  });

  it('members are paged by id', async () => {
    const { people } = await opened(open);
    for (const nick of ['ada', 'bob', 'cyd']) await people.enrol(nick, claim(nick));
    expect(people.members(0, 2).map(({ nick }) => nick)).toEqual(['ada', 'bob']);
    expect(people.members(2, 2).map(({ nick }) => nick)).toEqual(['cyd']);
    expect(people.members(3, 2)).toEqual([]);
  });

  describe('devices', () => {
    it('are listed with since when, and when they were seen', async () => {
      const { people } = await opened(open);
      await people.enrol('a', claim('ada', 1_000));
      const added = await people.addDevice('b', asMember(1), 2_000);
      expect(added).toEqual({ device: 2 });
      expect(people.device('b')).toEqual({ device: 2, member: 1 });
      await people.enrol('c', claim('bob', 3_000));
      people.seen(asDevice(1), 4_000);
      // Written in turn: what resolves after it is behind it.
      await people.addDevice('d', asMember(2), 5_000);
      expect(people.devicesOf(asMember(1))).toEqual([
        { device: 1, member: 1, key: 'a', since: 1_000, seen: 4_000 },
        { device: 2, member: 1, key: 'b', since: 2_000 },
      ]);
      expect(people.devicesOf(asMember(9))).toEqual([]);
    });

    it('a key that is known is taken, also the own one and at once', async () => {
      const { people } = await opened(open);
      await people.enrol('a', claim('ada'));
      await people.enrol('b', claim('bob'));
      expect(await people.addDevice('a', asMember(2), 2_000)).toBe('taken');
      expect(await people.addDevice('a', asMember(1), 2_000)).toBe('taken');
      const both = [people.addDevice('c', asMember(1), 2_000), people.addDevice('c', asMember(2), 2_000)];
      const [added, taken] = await Promise.all(both);
      expect(taken).toBe('taken');
      expect(people.device('c')).toEqual({ ...Object(added), member: 1 });
    });

    it('a revoked key is nobody, and no way leads back', async () => {
      const { people } = await opened(open);
      await people.enrol('a', claim('ada'));
      await people.addDevice('b', asMember(1), 2_000);
      await people.revoke(asDevice(2));
      expect(people.device('b')).toBeUndefined();
      expect(people.devicesOf(asMember(1)).map(({ key }) => key)).toEqual(['a']);
      expect(await people.addDevice('b', asMember(1), 3_000)).toBe('taken');
      await expect(people.enrol('b', claim('eve'))).rejects.toMatchObject({ code: 'not-allowed' });
      expect(people.holder('eve', 4_000)).toBeUndefined();
      expect(await people.addDevice('c', asMember(1), 3_000)).not.toBe('taken');
      expect(people.devicesOf(asMember(1)).map(({ key }) => key)).toEqual(['a', 'c']);
      await people.revoke(asDevice(2));
      await people.revoke(asDevice(99));
      expect(people.device('a')).toEqual({ device: 1, member: 1 });
    });
  });
});
