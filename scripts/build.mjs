// Makes dist/, which is what is published: the whole program as a few ES modules with nothing left to install, and once
// more, in one file that starts sooner, as much of it as the chat is.
// Run by `npm install` (prepare), `npm test` and `npm pack`.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { inkPlugins } from './ink-plugins.ts';
import { chatAtOnce, startPlugins, withoutFaces } from './start-plugins.ts';

const root = new URL('..', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

rmSync(new URL('dist', root), { recursive: true, force: true });
const common = {
  metafile: true,
  write: false,
  absWorkingDir: fileURLToPath(root),
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  chunkNames: 'chunk-[hash]',
  legalComments: 'none',
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '"false"',
    __VERSION__: JSON.stringify(version),
    'Intl.Segmenter': 'QuickSegmenter',
  },
  inject: ['src/text/quick-segmenter.ts'],
  // Some bundled CommonJS packages still call require(), for Node's own modules.
  banner: { js: 'const require = globalThis.process.getBuiltinModule;' },
  logLevel: 'warning',
};
const plugins = [...inkPlugins, ...startPlugins];
const [all, chat] = await Promise.all([
  build({
    ...common,
    entryPoints: {
      main: 'src/cli/main.ts',
      writer: 'src/store/sqlite/writer.ts',
      'search-worker': 'src/store/sqlite/search-worker.ts',
    },
    splitting: true,
    plugins,
  }),
  build({ ...common, entryPoints: { chat: 'src/cli/main.ts' }, plugins: [chatAtOnce, ...plugins] }),
]);

mkdirSync(new URL('dist', root));
for (const { path, text } of [...all.outputFiles, ...chat.outputFiles])
  writeFileSync(path, withoutFaces(text));
writeFileSync(new URL('dist/LICENSES.txt', root), licences(Object.keys(all.metafile.inputs)));

/** The licence texts of the packages whose code is in the bundle, as those licences ask. */
function licences(inputs) {
  const packages = new Set(
    inputs.flatMap((path) => path.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []),
  );
  return [...packages].sort().map(licence).join('\n');
}

function licence(folder) {
  const url = new URL(`${folder}/`, root);
  const { name, version, license } = JSON.parse(readFileSync(new URL('package.json', url), 'utf8'));
  const file = existsSync(url) && readdirSync(url).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(new URL(file, url), 'utf8').trim() : '';
  return `${name} ${version} (${license})\n\n${text}\n`;
}
