// `npm run bench [-- WORD…]`: the rows whose name holds one of the words, or all, as one table. Goals, not tests.
import { Home } from '../helpers/program.ts';
import { fanOut, posts, secure } from './rows/fan-out.ts';
import { files } from './rows/files.ts';
import { latencyBesideTransfers } from './rows/latency.ts';
import { clientMemory, serverMemory } from './rows/memory.ts';
import { keysAndFrames, startUp } from './rows/start.ts';
import { format, type Row } from './table.ts';

const rows: Readonly<Record<string, (makeHome: () => Home) => Promise<Row | Row[]>>> = {
  deliveries: fanOut,
  posts,
  tls: secure,
  start: startUp,
  keys: keysAndFrames,
  'memory-server': serverMemory,
  'memory-client': clientMemory,
  files,
  latency: latencyBesideTransfers,
};

const words = process.argv.slice(2);
const chosen = Object.entries(rows).filter(
  ([name]) => words.length === 0 || words.some((word) => name.includes(word)),
);
const measured: Row[] = [];
for (const [name, measure] of chosen) {
  console.error(`measuring ${name} …`);
  measured.push(...[await measure(() => new Home())].flat());
}
console.log(format(measured));
process.exit(0);
