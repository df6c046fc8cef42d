import type { Control } from './control.ts';

const test = {
  file: 'test/faults/promises/03-ordered.test.ts',
  name: 'all readers have read the same, in the same order, without a gap',
};

export const controls: readonly Control[] = [
  {
    promise: 3,
    without: 'the attach in the turn of the last page: the session follows a moment later',
    edits: [
      {
        file: 'server/handlers/sync.ts',
        text: '  core.hub.follow(peer, { rooms, by: state.by });',
        instead: '  setTimeout(() => core.hub.follow(peer, { rooms, by: state.by }), 5);',
      },
    ],
    test,
    fails: /a gap in what was seen/,
  },
  {
    promise: 3,
    without: 'the fan-out from the tail: a handler tells of its event before it is stored',
    edits: [
      {
        file: 'server/server.ts',
        text: 'this.#unsubscribe = this.#core.store.log.subscribe((events) => this.#tell(events));',
        instead: '',
      },
      {
        file: 'server/handlers/post.ts',
        text: '  core.store.log.submit({',
        instead: `  const place = { seq: (core.store.log.tail + core.store.log.waiting + 1) as never, at: core.now() };
  core.hub.tell([{ room, member, device, id, body, ...place }]);
  core.store.log.submit({`,
      },
    ],
    test,
    fails: /seen (and not there|with other content|twice|out of order)|a gap in what was seen/,
  },
  {
    promise: 3,
    without: 'the delivery of what is held back, before somebody who has it already follows',
    edits: [
      {
        file: 'server/hub.ts',
        text: '    // It has what is held back for the others.\n    this.flush();\n',
        instead: '',
      },
    ],
    test,
    fails: /strict\d: \d+ seen twice/,
  },
];
