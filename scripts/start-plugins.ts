// What the build changes so that the program starts faster: Node's own modules without their faces for `import`, and
// meow without what reads a package.json. Used by build.mjs; the reasons are measured in docs/decisions/0003.
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';
import { replaced } from './replaced.ts';

/** It is told what the package is called, so it looks for no package.json; the reader of one is 140 kB that run at start. */
const meowWithoutPackages: Plugin = {
  name: 'meow-without-packages',
  setup({ onLoad }) {
    onLoad({ filter: /meow\/build\/options\.js$/ }, ({ path }) =>
      replaced(
        readFileSync(path, 'utf8'),
        path,
        "import { a as readPackageUpSync, n as normalizePackageData } from './dependencies.js';",
        'const readPackageUpSync = () => undefined; const normalizePackageData = () => undefined;',
      ),
    );
    onLoad({ filter: /meow\/build\/dependencies\.js$/ }, ({ path }) => {
      const readers: [string, string][] = [
        ['var libExports = requireLib$1();', ''],
        [
          'const normalizePackageData = getDefaultExportFromCjs(normalizeExports);',
          'const normalizePackageData = undefined;',
        ],
        ['var normalizeExports = requireNormalize();', ''],
        ['promisify(execFile);', ''],
      ];
      const contents = readers.reduce(
        (text, [reader, instead]) => replaced(text, path, reader, instead).contents,
        readFileSync(path, 'utf8'),
      );
      return { contents, loader: 'js' };
    });
  },
};

/** What the chat may come to need; it is loaded with it, from one file. Other subcommands are never asked of that one. */
const ofTheChat = /\/(?:chat|exit-code|run|plain|nick-prompt)\.tsx?$/;
const lateImport = /import\('(\.[^']+)'\)/g;

/**
 * Of the program that only the chat is: what is loaded late elsewhere comes along at once. Each file more costs a start
 * half a millisecond to find, to read and to link, and the chat would need twenty-five.
 */
export const chatAtOnce: Plugin = {
  name: 'chat-at-once',
  setup({ onLoad }) {
    onLoad({ filter: /src\/cli\/(?:main|commands\/chat)\.ts$/ }, ({ path }) => {
      const faces: string[] = [];
      const contents = readFileSync(path, 'utf8').replace(lateImport, (_, module: string) => {
        if (!ofTheChat.test(module)) return `Promise.reject(new Error('${module} is not in this file'))`;
        faces.push(`import * as late${faces.length} from '${module}';`);
        return `Promise.resolve(late${faces.length - 1})`;
      });
      if (!faces.length) throw new Error(`${path} loads nothing of the chat late: look what it does now`);
      return { contents: `${faces.join('\n')}\n${contents}`, loader: 'ts' };
    });
  },
};

const statement =
  /import(?:\s*([\w$]+|\*\s*as\s+[\w$]+))?,?\s*(\{[^}]*\})?\s*(?:from)?\s*"((?:node:)?[a-z\d_/]+)";/g;

/**
 * `import` of one of Node's modules touches everything that it exports, and with it loads what nobody uses: reports,
 * workers, argument parsers, web crypto. What `process.getBuiltinModule` gives is asked for name by name.
 */
export function withoutFaces(code: string): string {
  return code.replace(
    statement,
    (whole, face: string | undefined, names: string | undefined, module: string) => {
      if (!isBuiltin(module)) return whole;
      const from = `globalThis.process.getBuiltinModule("${module}")`;
      const constants = [face?.replace(/\*\s*as\s+/, ''), names?.replaceAll(/\s+as\s+/g, ':')];
      return constants.flatMap((constant) => (constant ? [`const ${constant}=${from};`] : [])).join('');
    },
  );
}

export const startPlugins: Plugin[] = [meowWithoutPackages];
