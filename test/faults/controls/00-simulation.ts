// What the simulation must find when it is taken out.
import type { Control } from './control.ts';

const test = {
  file: 'test/faults/promises/00-simulation.test.ts',
  name: 'nothing lost, nothing doubled, one order',
};
const leftOut = /was told \d+ of #\w+ and not \d+ before it|was never told \d+ of #\w+/;

export const controls: readonly Control[] = [
  {
    promise: 0,
    without: 'the ack waiting for the log',
    edits: [
      {
        file: 'server/handlers/post.ts',
        text: '  core.store.log.submit(',
        instead: `  peer.reply({ kind: 'ack', id, room, seq: core.store.log.tail, at: core.now() });
  core.store.log.submit(`,
      },
    ],
    test,
    fails: /acknowledged, which the log does not have|what the log does not have there/,
  },
  {
    promise: 0,
    without: 'live events waiting until the pages of a sync have reached the tail',
    edits: [
      {
        file: 'server/handlers/sync.ts',
        text: '  if (whole.more) return;\n  core.hub.follow(peer, { rooms, by: state.by });\n',
        instead: '  core.hub.follow(peer, { rooms, by: state.by });\n  if (whole.more) return;\n',
      },
    ],
    test,
    fails: leftOut,
  },
  {
    promise: 0,
    without: 'a last page looking whether the tail has moved meanwhile',
    edits: [
      { file: 'server/sync.ts', text: 'more: !isWhole || log.tail !== tail', instead: 'more: !isWhole' },
    ],
    test,
    fails: leftOut,
  },
  {
    promise: 0,
    without: 'the event right behind the cursor at a resume',
    edits: [
      { file: 'server/sync.ts', text: 'upTo: known ?? toSeq(0)', instead: 'upTo: toSeq((known ?? -1) + 1)' },
    ],
    test,
    fails: leftOut,
  },
  {
    promise: 0,
    without: 'a join moving the audience before it is told',
    edits: [
      {
        file: 'server/hub.ts',
        text: "    if (moves && body.type === 'join') this.#move(member, room, 'join');\n    if (!isQuiet(body)) this.#collect(event);",
        instead:
          "    if (!isQuiet(body)) this.#collect(event);\n    if (moves && body.type === 'join') this.#move(member, room, 'join');",
      },
    ],
    test,
    fails: leftOut,
  },
  {
    promise: 0,
    without: 'a resend keeping its id',
    edits: [
      {
        file: 'client/outbox.ts',
        text: "    this.#queue.push(entry.id);\n    if (entry.state === 'sending') this.#put({ ...entry, state: 'queued' });",
        instead: `    const id = entry.state === 'sending' ? (globalThis.crypto.randomUUID() as PostId) : entry.id;
    if (id !== entry.id) this.#entries.delete(entry.id);
    this.#queue.push(id);
    if (entry.state === 'sending') this.#put({ ...entry, id, state: 'queued' });`,
      },
    ],
    test,
    fails: /stands behind its/,
  },
  {
    promise: 0,
    without: 'the outbox sending again what was not acknowledged',
    edits: [
      {
        file: 'client/outbox.ts',
        text: "else if (entry.state === 'failed') continue;",
        instead: "else if (entry.state !== 'queued') continue;",
      },
    ],
    test,
    fails: /never come to rest|stands behind its/,
  },
  {
    promise: 0,
    without: '(device, id) being looked up in the log',
    edits: [
      {
        file: 'store/memory/log.ts',
        text: 'const first = this.#messages.firstOf(event);',
        instead: 'const first = undefined;',
      },
    ],
    test,
    fails: /\(device, id\) twice in the log/,
  },
  {
    promise: 0,
    without: "a member's moves waiting for each other",
    edits: [
      {
        file: 'server/moves.ts',
        text: 'return this.#turns.inTurn(member, move);',
        instead: 'return move();',
      },
    ],
    test,
    fails: /of the log a (join|part) of who did so before/,
  },
  {
    promise: 0,
    without: 'a lost session leaving the roster',
    edits: [{ file: 'server/session.ts', text: "      this.#leaveRoster('lost');\n", instead: '' }],
    test,
    fails: /are online for the server/,
  },
];
