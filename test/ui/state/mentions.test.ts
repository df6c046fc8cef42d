import { expect, test } from 'vitest';
import { callsIn, placesIn } from '../../../src/ui/state/mentions.ts';

const ada = { nick: 'Ada', highlights: ['deploy', 'Ärger'] };

test.each([
  ['hi @ada!', ['@ada']],
  ['@ADA @ada', ['@ada']],
  ['ada: look', ['ada']],
  ['Ada, look', ['ada']],
  ['the deploy of ärger', ['deploy', 'ärger']],
  ['@ada.', ['@ada']],
])('%j speaks to ada by %j', (text, calls) => {
  expect([...callsIn(text, ada)].sort()).toEqual([...calls].sort());
});

test.each(['hi ada', '@adam', '@ada-x', '@ada.b', 'me@ada.org', 'x@ada', 'deployed', 'adam: hi', ' ada: no'])(
  '%j does not',
  (text) => {
    expect(callsIn(text, ada)).toEqual([]);
  },
);

test('places are in order and apart', () => {
  expect(placesIn('@ada deploy @ada', ['deploy', '@ada'])).toEqual([
    { start: 0, end: 4 },
    { start: 5, end: 11 },
    { start: 12, end: 16 },
  ]);
  expect(placesIn('İ @ada', ['@ada'])).toEqual([{ start: 2, end: 6 }]);
});

test('nobody is spoken to by nothing', () => {
  expect(callsIn('a : b', { nick: '', highlights: [''] })).toEqual([]);
});
