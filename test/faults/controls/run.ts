// Carries out one negative control: copies the project, takes the guarantee out, builds the copy, runs its test there.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Control, Edit } from './control.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const copied = ['src', 'test', 'scripts', 'bin', 'docs', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

/** Resolves with `undefined` when the test failed on the copy as it should, else with what happened instead. */
export async function carryOut({ edits, test, fails }: Control): Promise<string | undefined> {
  const copy = mkdtempSync(join(tmpdir(), 'chat-tui-control-'));
  try {
    for (const name of copied) cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (const edit of edits) apply(join(copy, 'src'), edit);
    const built = await run(copy, ['scripts/build.mjs']);
    if (built.code !== 0) return `the copy could not be built: ${built.output}`;
    const result = join(copy, 'result.json');
    const words = [test.file, '-t', test.name, '--reporter=json', `--outputFile=${result}`];
    const { output } = await run(copy, [join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...words]);
    return judge(result, fails, output);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Throws when the text does not stand in the file exactly once. */
export function edited(source: string, { file, text, instead }: Edit): string {
  const places = source.split(text).length - 1;
  if (places !== 1) throw new Error(`${file} has ${places} places of a control's text, not one: ${text}`);
  return source.replace(text, () => instead);
}

function apply(src: string, edit: Edit): void {
  const path = join(src, edit.file);
  writeFileSync(path, edited(readFileSync(path, 'utf8'), edit));
}

type Assertion = { readonly status: string; readonly failureMessages?: readonly string[] };
type Result = {
  readonly testResults: readonly { readonly assertionResults: readonly Assertion[] }[];
};

function judge(result: string, fails: RegExp, output: string): string | undefined {
  let assertions: readonly Assertion[];
  try {
    const { testResults } = JSON.parse(readFileSync(result, 'utf8')) as Result;
    assertions = testResults.flatMap(({ assertionResults }) => assertionResults);
  } catch (cause) {
    return `no result (${cause}): ${output}`;
  }
  const failures = assertions.filter(({ status }) => status === 'failed');
  if (failures.length === 0) {
    const passed = assertions.filter(({ status }) => status === 'passed').length;
    return `the test did not fail (${passed} passed): ${output}`;
  }
  const said = failures.flatMap(({ failureMessages }) => failureMessages ?? []).join('\n');
  return fails.test(said) ? undefined : `the test failed for another reason: ${said}`;
}

async function run(cwd: string, words: readonly string[]): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, output: output.slice(-4_000) };
}
