import type { Control } from './control.ts';

const test = {
  file: 'test/faults/promises/01-killed.test.ts',
  name: 'nothing acknowledged is lost by a kill',
};

export const controls: readonly Control[] = [
  {
    promise: 1,
    without: 'the commit before the answers: messages are committed with every twentieth batch',
    edits: [
      {
        file: 'store/sqlite/writer.ts',
        text: "    database.exec('BEGIN IMMEDIATE');\n",
        instead: "    if (!database.isTransaction) database.exec('BEGIN IMMEDIATE');\n",
      },
      {
        file: 'store/sqlite/writer.ts',
        text: "    database.exec('COMMIT');\n",
        instead: `    batches += 1;
    const isDue = batch.some((order) => order[0] !== 'say');
    if (isDue || batches % 20 === 0) database.exec('COMMIT');\n`,
      },
      {
        file: 'store/sqlite/writer.ts',
        text: 'function main(): void {\n',
        instead: 'let batches = 0;\nfunction main(): void {\n',
      },
    ],
    test,
    fails: /acknowledged and lost/,
  },
  {
    promise: 1,
    without: 'the log as the source of the ack: it is sent before the append',
    edits: [
      {
        file: 'server/handlers/post.ts',
        text: '  core.store.log.submit({',
        instead: `  const guessed = (core.store.log.tail + core.store.log.waiting + 1) as never;
  peer.reply({ kind: 'ack', id, room, seq: guessed, at: core.now() });
  core.store.log.submit({`,
      },
    ],
    test,
    fails: /acknowledged and lost|acknowledged at another seq/,
  },
];
