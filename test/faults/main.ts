// `npm run faults [-- WORD…]`: every promise at its long size, one file after the other, then every negative control;
// or only those whose file name holds one of the words (`controls`: only those, `controls 13`: those of promise 13).
// Closes with a table of what was seen, and ends with 1 when anything did not hold.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allControls } from './controls/all.ts';
import { carryOut } from './controls/run.ts';
import { type Report, seed } from './size.ts';

const words = process.argv.slice(2);
const onlyControls = words[0] === 'controls';
const reports = join(mkdtempSync(join(tmpdir(), 'chat-tui-faults-')), 'reports.jsonl');
let broken = 0;

function runPromise(file: string): void {
  const begun = performance.now();
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', `test/faults/promises/${file}`];
  // A long run takes as long as it takes.
  const { status } = spawnSync(process.execPath, [...vitest, '--testTimeout=0', '--hookTimeout=0'], {
    stdio: 'inherit',
    env: {
      ...process.env,
      CHAT_TUI_FAULTS: 'long',
      CHAT_TUI_FAULTS_REPORT: reports,
      FAULT_SEED: String(seed),
    },
  });
  const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
  console.log(`${file}: ${status === 0 ? 'holds' : 'BROKEN'}, ${minutes} min, FAULT_SEED=${seed}\n`);
  if (status !== 0) broken += 1;
}

async function runControls(chosen: readonly string[]): Promise<void> {
  for (const control of await allControls()) {
    if (chosen.length > 0 && !chosen.includes(String(control.promise))) continue;
    const wrong = await carryOut(control);
    const verdict = wrong === undefined ? 'fails, as it must' : `WRONG: ${wrong}`;
    console.log(`control ${control.promise}, without ${control.without}: ${verdict}`);
    if (wrong !== undefined) broken += 1;
  }
}

function table(): string {
  if (!existsSync(reports)) return '';
  const rows = readFileSync(reports, 'utf8').trim().split('\n');
  return rows
    .map((line) => JSON.parse(line) as Report)
    .map(({ promise, did, saw }) => `${String(promise).padStart(2)}  ${did}\n    ${saw}`)
    .join('\n');
}

if (!onlyControls) {
  const files = readdirSync(join(import.meta.dirname, 'promises')).filter((name) =>
    name.endsWith('.test.ts'),
  );
  const isChosen = (name: string) => words.length === 0 || words.some((word) => name.includes(word));
  for (const file of files.sort().filter(isChosen)) runPromise(file);
}
if (onlyControls || words.length === 0) await runControls(words.slice(1));
console.log(table());
console.log(broken === 0 ? 'Every promise holds.' : `${broken} BROKEN`);
process.exit(broken === 0 ? 0 : 1);
