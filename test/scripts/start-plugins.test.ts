import { expect, test } from 'vitest';
import { withoutFaces } from '../../scripts/start-plugins.ts';

/** What the code gives when it is run as a module. */
const run = async (code: string): Promise<unknown> => {
  const { answer } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
    answer: unknown;
  };
  return answer;
};

test.each([
  ['import{join}from"node:path";export const answer=join("a","b");', 'a/b'],
  ['import{join as joined,sep}from"path";export const answer=joined("a","b")+sep;', 'a/b/'],
  ['import path from"node:path";export const answer=path.join("a","b");', 'a/b'],
  ['import*as path from"node:path";export const answer=path.join("a","b");', 'a/b'],
  ['import path,{join}from"node:path";export const answer=join===path.join;', true],
  ['import process from"node:process";import{pid}from"process";export const answer=pid===process.pid;', true],
  ['import{cachedDataVersionTag}from"node:v8";export const answer=typeof cachedDataVersionTag;', 'function'],
  ['import"node:path";export const answer=1;', 1],
])('Node’s modules are given by name: %s', async (code, answer) => {
  const changed = withoutFaces(code);
  expect(changed).not.toMatch(/import[^.(]/);
  expect(await run(changed)).toEqual(answer);
});

test('modules of ours are imported as before', () => {
  const code = 'import{main}from"./chunk-A.js";import("./chunk-B.js");export{main};';
  expect(withoutFaces(code)).toBe(code);
});
