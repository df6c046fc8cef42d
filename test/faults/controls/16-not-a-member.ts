import type { Control } from './control.ts';

const test = {
  file: 'test/faults/promises/16-not-a-member.test.ts',
  name: 'nobody hears a word that is not theirs',
};

export const controls: readonly Control[] = [
  {
    promise: 16,
    without: 'the table: a closed room is read like an open one',
    edits: [
      {
        file: 'server/access.ts',
        text: 'history: { roles: readers, rooms: reading }',
        instead: "history: { roles: readers, rooms: { ...reading, 'private-closed': yes } }",
      },
      {
        file: 'server/room-access.ts',
        text: '  return people.readableFrom(member, room);',
        instead: '  return people.readableFrom(member, room) ?? toSeq(0);',
      },
    ],
    test,
    fails: /a byte for (a stranger|a visitor)/,
  },
  {
    promise: 16,
    without: 'what is withheld live: changes of a message from before the invitation',
    edits: [
      {
        file: 'server/hub.ts',
        text: '      if (!isShown && isChange(event.body)) continue;\n',
        instead: '',
      },
    ],
    test,
    fails: /a byte from before the invitation/,
  },
  {
    promise: 16,
    without: 'the look at who may see what a reply quotes',
    edits: [
      {
        file: 'server/hub.ts',
        text: 'isShown ? this.#sight : unquoted(this.#sight)',
        instead: 'this.#sight',
      },
    ],
    test,
    fails: /a byte from before the invitation/,
  },
  {
    promise: 16,
    without: 'what is hidden in pages',
    edits: [
      {
        file: 'server/room-access.ts',
        text: '    if (from === undefined || from > 0) hidden.set',
        instead: '    if (from === undefined) hidden.set',
      },
    ],
    test,
    fails: /a byte from before the invitation/,
  },
  {
    promise: 16,
    without: 'the end of what an ex-member hears live',
    edits: [
      {
        file: 'server/hub.ts',
        text: "    if (moves && body.type === 'part') {",
        instead: "    if (moves && body.type === 'part' && room === 'general') {",
      },
    ],
    test,
    fails: /a byte for an ex-member/,
  },
  {
    promise: 16,
    without: 'the look at the message that a member asks a file of',
    edits: [
      {
        file: 'server/handlers/fetch.ts',
        text: 'event !== undefined && mayRead(people, member, event)',
        instead: 'event !== undefined',
      },
    ],
    test,
    fails: /a byte for (a stranger|a visitor|who is only invited|an ex-member)|from before the invitation/,
  },
];
