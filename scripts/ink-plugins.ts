// What the build changes in Ink and what it stands on, and why (docs/decisions/0003). Each change says what it expects
// to find and fails the build where a new version has something else. Used by build.mjs and the tests of src/ui/ink.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OnLoadResult, Plugin } from 'esbuild';
import { narrow } from '../src/text/width.ts';

const ours = fileURLToPath(new URL('../src/ui/ink/', import.meta.url));

/** The text of a module with `from` replaced, which must be there exactly once. */
function replaced(path: string, from: string, to: string): OnLoadResult {
  const parts = readFileSync(path, 'utf8').split(from);
  if (parts.length !== 2)
    throw new Error(
      `${path} has "${from}" ${parts.length - 1} times, not once: look what the new version does`,
    );
  return { contents: parts.join(to), loader: 'js' };
}

const onModule = (name: string, filter: RegExp, contents: (path: string) => OnLoadResult): Plugin => ({
  name,
  setup({ onLoad }) {
    onLoad({ filter }, ({ path }) => contents(path));
  },
});

/**
 * yoga-layout reads its own wasm through fetch('data:…'), which loads all of undici (43 ms at start). Without a
 * `fetch` in its scope it decodes the same bytes itself.
 */
const yogaWithoutFetch = onModule('yoga-without-fetch', /yoga-wasm-base64-esm\.js$/, (path) => ({
  contents: `const fetch = undefined;\n${readFileSync(path, 'utf8')}`,
  loader: 'js',
}));

/** Ink would connect to React's developer tools; they are neither needed nor installed. */
const inkWithoutDevtools = onModule('ink-without-devtools', /ink\/build\/devtools\.js$/, () => ({
  contents: 'export {};',
  loader: 'js',
}));

/** string-width cuts every text that is not ASCII with Intl.Segmenter; each row of ours has a `│`. */
const narrowWidth = onModule('narrow-width', /string-width\/index\.js$/, (path) =>
  replaced(path, String.raw`/^[\u0020-\u007E]*$/.test(string)`, `${narrow}.test(string)`),
);

/** The same where Ink looks for the first changed column of a row. */
const narrowLineUpdate = onModule('narrow-line-update', /ink\/build\/line-update\.js$/, (path) =>
  replaced(path, 'const printableAscii = /^[ -~]*$/u;', `const printableAscii = ${narrow};`),
);

/** One write instead of three for a frame: each costs a terminal's reader a turn. */
const oneWrite = onModule('one-write-a-frame', /ink\/build\/ink\.js$/, (path) =>
  replaced(
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

/** Each text of the screen is cleaned at each frame; it is the same text as a rule. */
const rememberedTexts = wrapped('ink-sanitize-ansi', {
  module: 'sanitize-ansi',
  importers: ['squash-text-nodes'],
  by: 'remembered.ts',
  call: { name: 'remembered', more: [1_024] },
});

export const inkPlugins: Plugin[] = [
  yogaWithoutFetch,
  inkWithoutDevtools,
  narrowWidth,
  narrowLineUpdate,
  oneWrite,
  rememberedRows,
  rememberedTexts,
];
