// The order of the room list, and that it holds while one looks.
import { expect, test } from 'vitest';
import type { Action } from '../../../src/ui/state/actions.ts';
import { roomLabel } from '../../../src/ui/state/room-label.ts';
import type { State } from '../../../src/ui/state/state.ts';
import { update } from '../../../src/ui/state/update.ts';
import { directNote, mark, marks, roomNote } from '../../helpers/around.ts';
import { came, clientEvent, memberOf, message, noon, online, welcome } from '../../helpers/events.ts';
import { stateOf } from '../../helpers/screen.ts';

const [bob, carl] = [directNote('bob'), directNote('carl')];
const rooms = [bob, roomNote('zoo'), roomNote('r10'), carl, roomNote('r9'), roomNote('general')];
const start = (...actions: readonly Action[]): State =>
  [welcome({ rooms }), online, ...actions].reduce(update, stateOf());
const labels = (state: State) => state.rooms.map(({ room }) => roomLabel(state, room));
const names = ['#general', '#r9', '#r10', '#zoo'];

test('the default room, rooms by name, then direct ones by what was last said', () => {
  const said = [came(message(3, 'x', { room: bob.room })), came(message(7, 'y', { room: carl.room }))];
  expect(labels(start(...said, marks(mark('general'))))).toEqual([...names, '@carl', '@bob']);
});

test('a message moves nothing while one looks; coming back does', () => {
  const state = start(came(message(3, 'x', { room: carl.room })), marks(mark('general')));
  const later = update(state, came(message(9, 'x', { room: bob.room })));
  expect(labels(later)).toEqual([...names, '@carl', '@bob']);
  expect(labels(update(later, { type: 'focus', is: 'in' }))).toEqual([...names, '@bob', '@carl']);
});

test('a room that is joined stands where its name belongs', () => {
  expect(labels(update(start(), { type: 'joined', note: roomNote('help') }))).toContain('#help');
  expect(labels(update(start(), { type: 'joined', note: roomNote('help') })).indexOf('#help')).toBe(1);
});

test('the direct room of somebody goes by the new nick', () => {
  const change = {
    member: memberOf('bob'),
    nick: 'eve',
    was: 'bob',
    state: 'online',
    since: noon,
    rooms: [],
  } as const;
  const presence = { kind: 'presence', online: 2, changes: [{ ...change, rooms: [] }] } as const;
  const renamed = update(
    start(),
    clientEvent({ type: 'presence', presence: { ...presence, changes: [{ ...change, rooms: [] }] } }),
  );
  expect(labels(renamed)).toContain('@eve');
});

test('who is invited sees the room behind the others until it is entered', () => {
  const secret = roomNote('secret', { access: 'private' });
  const invited = update(
    start(),
    clientEvent({ type: 'invited', invited: { kind: 'invited', room: secret, by: 'bob' } }),
  );
  expect(invited.invitations).toEqual([{ room: 'secret', by: 'bob' }]);
  expect(update(invited, { type: 'joined', note: secret }).invitations).toEqual([]);
});

test('a direct room that the other one opened is there', () => {
  const dora = directNote('dora');
  const state = update(
    start(),
    clientEvent({ type: 'invited', invited: { kind: 'invited', room: dora, by: 'dora' } }),
  );
  expect(labels(state)).toContain('@dora');
});
