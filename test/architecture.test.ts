// Who may import whom, as docs/architecture.md draws it: folders of src, packages of the runtime, and no cycles.
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, test } from 'vitest';

const source = join(import.meta.dirname, '..', 'src');

const mayImport: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  text: ['protocol'],
  net: ['protocol'],
  store: ['protocol'],
  server: ['protocol', 'text', 'net', 'store'],
  client: ['protocol', 'text', 'net'],
  ui: ['protocol', 'text', 'client'],
  cli: ['protocol', 'text', 'net', 'store', 'server', 'client', 'ui'],
};

/** Packages that only one place may know, so that they can be replaced there. */
const onlyIn: ReadonlyArray<readonly [pattern: RegExp, place: RegExp]> = [
  [/^node:(net|tls)$/, /^net\//],
  [/^node:sqlite$/, /^(store\/sqlite|client\/local)\//],
  [/^@nats-io\//, /^store\/nats\//],
  [/^(ink|react|ink-.*)(\/|$)/, /^ui\//],
  [/^meow$/, /^cli\//],
];

type Import = { readonly from: string; readonly to: string };

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => name.split(sep).join('/'));
}

function imports(file: string): Import[] {
  const text = readFileSync(join(source, file), 'utf8').replace(/^\s*(\/\/|\*).*$/gm, '');
  const found = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
  const urls = [...text.matchAll(/new URL\(\s*'(\.[^']+)'/g)].map((match) => match[1] ?? '');
  return [...found, ...urls].map((to) => ({ from: file, to: to.startsWith('.') ? inside(file, to) : to }));
}

function inside(file: string, to: string): string {
  return relative(source, join(source, dirname(file), to))
    .split(sep)
    .join('/');
}

/** `builtinModules` also names those that exist with the prefix only. */
const unprefixed = builtinModules.filter((name) => !name.startsWith('node:'));

const all = files(source);
const edges = all.flatMap(imports);
const ours = edges.filter(({ to }) => all.includes(to));
const folderOf = (file: string) => file.split('/')[0] ?? '';

describe('architecture', () => {
  test('every folder of src has its rule and every rule its folder', () => {
    expect([...new Set(all.map(folderOf))].sort()).toEqual(Object.keys(mayImport).sort());
  });

  test('a folder imports only the folders below it', () => {
    const wrong = ours.filter(({ from, to }) => {
      const [a, b] = [folderOf(from), folderOf(to)];
      return a !== b && !mayImport[a]?.includes(b);
    });
    expect(wrong).toEqual([]);
  });

  test('sockets, SQLite, Ink and meow each live in one place', () => {
    const wrong = edges.filter(({ from, to }) =>
      onlyIn.some(([what, place]) => what.test(to) && !place.test(from)),
    );
    expect(wrong).toEqual([]);
  });

  test('every import that is not ours is a package or a module of Node, and Node modules are named as such', () => {
    const wrong = edges.filter(
      ({ to }) => !all.includes(to) && (to.startsWith('.') || unprefixed.includes(to)),
    );
    expect(wrong).toEqual([]);
  });

  test('no file imports itself over others', () => {
    expect(cycle(new Map(all.map((file) => [file, targets(file)])))).toEqual([]);
  });

  test('a cycle is found where there is one', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['b']],
    ]);
    expect(cycle(graph)).toEqual(['b', 'c', 'b']);
  });
});

function targets(file: string): string[] {
  return ours.filter(({ from }) => from === file).map(({ to }) => to);
}

/** The first cycle met, as the files along it, or nothing. */
function cycle(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of graph.get(file) ?? []) {
      const found = visit(next, [...path, file]);
      if (found.length > 0) return found;
    }
    done.add(file);
    return [];
  };
  for (const file of graph.keys()) {
    const found = visit(file, []);
    if (found.length > 0) return found;
  }
  return [];
}
