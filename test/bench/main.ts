// `npm run bench [-- WORD… --out FILE --compare FILE]`: the rows of those names, or whose name holds the word, or
// all, as one table. Goals, not tests. `--out` keeps the run, `--compare` shows how the ratios moved since one that was kept.
import { parseArgs } from 'node:util';
import { Home } from '../helpers/program.ts';
import { postsBesideSearch } from './rows/beside-search.ts';
import { conversation } from './rows/conversation.ts';
import { fanOut, posts, secure } from './rows/fan-out.ts';
import { filesPlain, filesTls } from './rows/files.ts';
import { fileMemory } from './rows/files-memory.ts';
import { flood } from './rows/flood.ts';
import { openKept } from './rows/kept.ts';
import { keysInFlood } from './rows/keys.ts';
import { latency, screenBesideTransfers, socketsBesideTransfers } from './rows/latency.ts';
import { longLog } from './rows/long-log.ts';
import { idleMembers, storm } from './rows/many.ts';
import { clientMemory, serverMemory } from './rows/memory.ts';
import { startUp } from './rows/start.ts';
import { format, type Row, readRun, saveRun } from './table.ts';

const rows: Readonly<Record<string, (makeHome: () => Home) => Promise<Row | Row[]>>> = {
  deliveries: fanOut,
  posts,
  tls: secure,
  latency,
  'latency-transfers': socketsBesideTransfers,
  'screen-transfers': screenBesideTransfers,
  start: startUp,
  keys: keysInFlood,
  flood,
  'memory-server': serverMemory,
  'memory-client': clientMemory,
  'files-plain': filesPlain,
  'files-tls': filesTls,
  'files-memory': fileMemory,
  idle: idleMembers,
  storm,
  'long-log': longLog,
  conversation,
  'posts-beside-search': postsBesideSearch,
  'open-kept': openKept,
};

const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, compare: { type: 'string' } },
});
const earlier = values.compare === undefined ? undefined : readRun(values.compare);
const chosen = Object.entries(rows).filter(
  ([name]) =>
    words.length === 0 || words.some((word) => (word in rows ? word === name : name.includes(word))),
);
const measured: Row[] = [];
for (const [name, measure] of chosen) {
  console.error(`measuring ${name} …`);
  measured.push(...[await measure(() => new Home())].flat());
}
console.log(format(measured, earlier));
if (values.out !== undefined) saveRun(values.out, measured);
process.exit(0);
