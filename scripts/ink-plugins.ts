// What the build changes in Ink and what it stands on, and why (docs/decisions/0003). Each change says what it expects
// to find and fails the build where a new version has something else. Used by build.mjs and the tests of src/ui/ink.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OnLoadResult, Plugin } from 'esbuild';
import { narrow, plain } from '../src/text/units.ts';
import { replaced } from './replaced.ts';

const ours = fileURLToPath(new URL('../src/ui/ink/', import.meta.url));

const onModule = (
  name: string,
  filter: RegExp,
  contents: (text: string, path: string) => OnLoadResult,
): Plugin => ({
  name,
  setup({ onLoad }) {
    onLoad({ filter }, ({ path }) => contents(readFileSync(path, 'utf8'), path));
  },
});

/**
 * yoga-layout reads its own wasm through fetch('data:…'), which loads all of undici (43 ms at start), or else decodes it
 * character by character. It is given the bytes.
 */
const yogaWithBytes = onModule('yoga-with-bytes', /yoga-wasm-base64-esm\.js$/, (text, path) => {
  const { contents } = replaced(
    text,
    path,
    'loadYoga = loadYoga || {};',
    'loadYoga = { wasmBinary: bytes() };',
  );
  const bytes = "const bytes = () => Buffer.from(wasm.slice(wasm.indexOf(',') + 1), 'base64');";
  return {
    contents: `const fetch = undefined;\n${bytes}\n${contents.replace(/H="(data:[^"]+)"/, 'H=wasm')}\nconst wasm = ${/"data:application[^"]{100,}"/.exec(contents)?.[0]};`,
    loader: 'js',
  };
});

/** Ink would connect to React's developer tools; they are neither needed nor installed. */
const inkWithoutDevtools = onModule('ink-without-devtools', /ink\/build\/devtools\.js$/, () => ({
  contents: 'export {};',
  loader: 'js',
}));

/**
 * string-width cuts every text that is not ASCII with Intl.Segmenter; each row of ours has a `│`. And its table of emoji
 * takes 11 ms to make: it is made when the first emoji may have come.
 */
const quickWidth = onModule('quick-width', /string-width\/index\.js$/, (text, path) => {
  const { contents } = replaced(
    text,
    path,
    String.raw`/^[\u0020-\u007E]*$/.test(string)`,
    `${narrow}.test(string)`,
  );
  const table = String.raw`/^\p{RGI_Emoji}$/v`;
  return replaced(
    contents,
    path,
    `${table};`,
    `{ test: (text) => (made ??= ${table}).test(text) };\nlet made;`,
  );
});

/**
 * The same where Ink looks for the first changed column of a row. Behind characters whose width terminals disagree about
 * no column is known: such a row is written whole.
 */
const narrowLineUpdate = onModule('narrow-line-update', /ink\/build\/line-update\.js$/, (text, path) =>
  replaced(
    replaced(text, path, 'const printableAscii = /^[ -~]*$/u;', `const printableAscii = ${narrow};`).contents,
    path,
    '    const codes = [...next.matchAll(sgr)];',
    `    if (!${plain}.test(nextText)) return full;\n    const codes = [...next.matchAll(sgr)];`,
  ),
);

/** Each row goes to its own place on the alternate screen, wherever the terminal believes the row before has ended. */
const rowsInPlace = onModule('rows-in-place', /ink\/build\/log-update\.js$/, (text, path) => {
  const place = `\\u001b[\${i + 1};1H`;
  const changed = replaced(
    text,
    path,
    'buffer.push(changedLine +',
    `buffer.push(\`${place}\` + changedLine +`,
  );
  // The first frame, and one drawn anew: nothing of what stood there stays.
  const whole = `ansiEscapes.eraseLines(previousLines.length) +
                text +`;
  return replaced(
    changed.contents,
    path,
    whole,
    `ansiEscapes.eraseLines(previousLines.length) +
                '\\u001b[2J' + nextLines.map((line, i) => \`${place}\\u001b[K\${line}\`).join('') +`,
  );
});

/** One write instead of three for a frame: each costs a terminal's reader a turn. */
const oneWrite = onModule('one-write-a-frame', /ink\/build\/ink\.js$/, (text, path) =>
  replaced(
    text,
    path,
    `                if (shouldSync && shouldWrite) {
                    this.options.stdout.write(bsu);
                }
                this.log(output);
                if (shouldSync && shouldWrite) {
                    this.options.stdout.write(esu);
                }
`,
    `                this.options.stdout.cork?.();
                try {
                    if (shouldSync && shouldWrite) this.options.stdout.write(bsu);
                    this.log(output);
                    if (shouldSync && shouldWrite) this.options.stdout.write(esu);
                } finally {
                    this.options.stdout.uncork?.();
                }
`,
  ),
);

type Wrapping = {
  readonly module: string;
  readonly importers: readonly string[];
  /** The file of src/ui/ink, and what is called of it: with the original, then with `more`. */
  readonly by: string;
  readonly call: { readonly name: string; readonly more: readonly number[] };
};

/** Puts a function of ours around what a module of Ink exports by default, for the modules that import it. */
function wrapped(name: string, { module, importers, by, call }: Wrapping): Plugin {
  return {
    name,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^\\./${module}\\.js$`) }, ({ importer, resolveDir }) => {
        const isImporter = importers.some((one) => importer.endsWith(`ink/build/${one}.js`));
        return isImporter ? { path: join(resolveDir, `${module}.js`), namespace: name } : undefined;
      });
      onLoad({ filter: /./, namespace: name }, ({ path }) => ({
        contents: [
          `import original from ${JSON.stringify(path)};`,
          `import { ${call.name} } from ${JSON.stringify(join(ours, by))};`,
          `export default ${call.name}(${['original', ...call.more].join(', ')});`,
        ].join('\n'),
        resolveDir: dirname(path),
        loader: 'js',
      }));
    },
  };
}

const rememberedRows = wrapped('ink-row-output', {
  module: 'output',
  importers: ['renderer'],
  by: 'row-output.ts',
  call: { name: 'rowOutput', more: [] },
});

/** Each text of the screen is cleaned at each frame; there is nothing in it to be cleaned, or it is the same as before. */
const quicklyCleaned = wrapped('ink-sanitize-ansi', {
  module: 'sanitize-ansi',
  importers: ['squash-text-nodes'],
  by: 'quick-clean.ts',
  call: { name: 'quickClean', more: [1_024] },
});

export const inkPlugins: Plugin[] = [
  yogaWithBytes,
  inkWithoutDevtools,
  quickWidth,
  narrowLineUpdate,
  rowsInPlace,
  oneWrite,
  rememberedRows,
  quicklyCleaned,
];
