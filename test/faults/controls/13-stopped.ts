import type { Control } from './control.ts';

const test = {
  file: 'test/faults/promises/13-stopped.test.ts',
  name: 'a stop leaves nothing acknowledged out of the log, and nothing in the log without its ack',
};

export const controls: readonly Control[] = [
  {
    promise: 13,
    without: 'the wait for what a session has under way',
    edits: [
      {
        file: 'server/session.ts',
        text: '    if (this.#underWay === 0) return;\n',
        instead: '    if (this.#underWay >= 0) return;\n',
      },
    ],
    test,
    fails: /in the log, and its author never heard/,
  },
  {
    promise: 13,
    without: 'an end in order: a signal ends the process at once',
    edits: [
      {
        file: 'cli/commands/serve.ts',
        text: "stopOnSignals(() => void host.server.stop('restart'))",
        instead: 'stopOnSignals(() => process.exit(0))',
      },
    ],
    test,
    fails: /in the log, and its author never heard/,
  },
];
