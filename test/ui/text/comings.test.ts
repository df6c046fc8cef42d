// Who came and went, said once per person.
import { expect, test } from 'vitest';
import { safeLine } from '../../../src/text/safe-text.ts';
import type { Coming } from '../../../src/ui/state/lines.ts';
import { comingsText } from '../../../src/ui/text/comings.ts';
import { memberOf, noon } from '../../helpers/events.ts';

/** `bob left` as an item; the words behind the first name what was done. */
const item = (told: string, at: number): Coming => {
  const [nick = '', ...words] = told.split(' ');
  const did = words.join(' ') as Coming['did'];
  const common = { key: `k${at}`, at: noon, member: memberOf(nick), nick: safeLine(nick) };
  return did === 'came online' || did === 'lost the connection'
    ? { is: 'presence', after: at, did, ...common }
    : { is: 'presence', after: at, did: did as 'left', ...common };
};

test.each([
  [['bob joined', 'bob came online'], 'bob joined'],
  [['bob came online', 'bob joined'], 'bob joined'],
  [['bob joined', 'carl joined', 'dan left'], 'bob, carl joined · dan left'],
  [['bob left', 'bob came online'], 'bob left and came back'],
  [['bob lost the connection', 'bob came online'], 'bob lost the connection and came back'],
  [['bob came online', 'bob left'], 'bob came and left'],
  [['bob left', 'bob came online', 'bob left'], 'bob left'],
  [['bob joined', 'carl left', 'bob lost the connection'], 'bob came and lost the connection · carl left'],
])('%j', (told, said) => {
  expect(comingsText(told.map(item))).toBe(said);
});

const renamed = (was: string, nick: string, at: number, who = was): Coming => ({
  is: 'presence',
  key: `k${at}`,
  after: at,
  at: noon,
  member: memberOf(who),
  nick: safeLine(nick),
  did: 'renamed',
  was: safeLine(was),
});

test('a new nick is told from the first name to the last, beside what else the person did', () => {
  const told = [renamed('bob', 'eve', 1), renamed('eve', 'ivy', 2, 'bob'), item('carl left', 3)];
  expect(comingsText(told)).toBe('carl left · bob is now ivy');
  expect(comingsText([item('bob joined', 1), renamed('bob', 'eve', 2)])).toBe('eve joined · bob is now eve');
  expect(comingsText([renamed('bob', 'eve', 1), renamed('eve', 'bob', 2, 'bob')])).toBe(
    'bob is called that again',
  );
});

test('a crowd is its first names and a number', () => {
  const crowd = Array.from({ length: 60 }, (_, index) => item(`p${index} joined`, index));
  expect(comingsText(crowd)).toBe('p0, p1, p2, p3, p4, p5, p6, p7 and 52 more joined');
  expect(comingsText(crowd.slice(0, 9))).toBe('p0, p1, p2, p3, p4, p5, p6, p7, p8 joined');
});
