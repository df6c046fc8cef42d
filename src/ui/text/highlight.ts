// Code in colours: words by class, strings, numbers and comments, for the languages that people paste most, and what
// they have in common for all others. No grammar: a line is read once from left to right, whatever stands in it. Pure;
// called by markdown.ts.
import type { Role } from '../theme.ts';
import type { Piece } from './styled.ts';

type Language = {
  readonly keywords: ReadonlySet<string>;
  /** What begins a comment to the end of the line. */
  readonly comments: readonly string[];
  readonly block?: readonly [open: string, close: string];
  readonly quotes: string;
  /** Words are compared in lower case. */
  readonly isCaseless?: true;
};

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const cBlock = ['/*', '*/'] as const;
const script: Language = {
  keywords: words(
    'abstract any as async await break case catch class const constructor continue debugger default delete do else enum export extends false finally for from function get if implements import in instanceof interface is keyof let namespace new null of private protected public readonly return satisfies set static super switch this throw true try type typeof undefined unknown var void while with yield',
  ),
  comments: ['//'],
  block: cBlock,
  quotes: '"\'`',
};
const cLike: Language = {
  keywords: words(
    'abstract alignas auto bool boolean break byte case catch char class const constexpr continue default defer delete do double else enum explicit extends extern false final float for foreach friend goto if implements import in inline int interface internal let long mutable namespace new nil null nullptr operator override package private protected public readonly return sealed short signed sizeof static string struct super switch template this throw throws true try typedef typename union unsigned using val var virtual void volatile when while',
  ),
  comments: ['//'],
  block: cBlock,
  quotes: '"\'',
};
const go: Language = {
  keywords: words(
    'any bool break byte case chan const continue default defer else error fallthrough false float32 float64 for func go goto if import int int32 int64 interface iota len make map nil package range return rune select string struct switch true type uint uint64 var',
  ),
  comments: ['//'],
  block: cBlock,
  quotes: '"\'`',
};
const rust: Language = {
  keywords: words(
    'as async await bool break const continue crate dyn else enum extern false fn for i32 i64 if impl in let loop match mod move mut pub ref return self Self static str struct super trait true type u8 u32 u64 unsafe use usize where while',
  ),
  comments: ['//'],
  block: cBlock,
  // A single quote mostly is a lifetime there.
  quotes: '"',
};
const python: Language = {
  keywords: words(
    'and as assert async await break case class continue def del elif else except False finally for from global if import in is lambda match None nonlocal not or pass raise return self True try while with yield',
  ),
  comments: ['#'],
  quotes: '"\'',
};
const shell: Language = {
  keywords: words(
    'case cd do done echo elif else esac eval exec exit export fi for function if in local read return set shift source sudo test then trap unset until while',
  ),
  comments: ['#'],
  quotes: '"\'',
};
const sql: Language = {
  keywords: words(
    'alter and as asc between by case create delete desc distinct drop else end exists explain foreign from full group having in index inner insert into is join key left like limit not null offset on or order outer primary references right select set table then union unique update values view when where with',
  ),
  comments: ['--'],
  block: cBlock,
  quotes: '"\'',
  isCaseless: true,
};
const data: Language = {
  keywords: words('true false null yes no on off'),
  comments: ['#', '//'],
  quotes: '"\'',
};
/** What is the same in most of them; a comment only where it cannot well be anything else. */
const common: Language = {
  keywords: words(
    'async await break case class const continue def else enum export false fn for from func function if import in let match new null package return static struct switch this throw true try type use var void while',
  ),
  comments: ['// ', '# '],
  block: cBlock,
  quotes: '"\'`',
};

const byName = new Map<string, Language>(
  (
    [
      ['js jsx mjs cjs javascript ts tsx typescript', script],
      ['c h cc cpp cxx hpp c++ java cs csharp c# kotlin kt swift scala php dart zig', cLike],
      ['go golang', go],
      ['rs rust', rust],
      ['py python python3 rb ruby', python],
      ['sh bash zsh fish shell console make makefile dockerfile', shell],
      ['sql sqlite postgres psql mysql', sql],
      ['json jsonc yaml yml toml ini conf', data],
    ] as const
  ).flatMap(([names, language]) => names.split(' ').map((name) => [name, language] as const)),
);

/** The lines of a block in pieces. `name`: what stood behind its opening mark. */
export const codePieces = (lines: readonly string[], name: string): readonly (readonly Piece[])[] => {
  const language = byName.get(name.toLowerCase()) ?? common;
  let isWithin = false;
  return lines.map((line) => {
    const read = readLine(line, language, isWithin);
    isWithin = read.isWithin;
    return read.pieces;
  });
};

type Read = { readonly pieces: readonly Piece[]; readonly isWithin: boolean };

const word = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const number = /\d[\w.]*/y;
/** Neither a word nor a number nor anything that may begin a string or a comment. */
const rest = /[^\p{L}\p{N}_$"'`/#\-*]+/uy;

/** `isWithin` a comment that goes over lines. */
const readLine = (line: string, language: Language, isWithin: boolean): Read => {
  const pieces: Piece[] = [];
  const put = (text: string, ...roles: Role[]) => pieces.push({ text, roles });
  let at = 0;
  let isOpen = isWithin;
  /** A quote that has no counterpart on this line is a character like others, and is not looked for again. */
  const lone = new Set<string>();
  const closed = (from: number): number => {
    const close = language.block?.[1] ?? '';
    const end = line.indexOf(close, from);
    isOpen = end < 0;
    return isOpen ? line.length : end + close.length;
  };
  while (at < line.length) {
    const from = at;
    if (isOpen) {
      at = closed(at);
      put(line.slice(from, at), 'comment');
      continue;
    }
    if (language.block && line.startsWith(language.block[0], at)) {
      at = closed(at + language.block[0].length);
      put(line.slice(from, at), 'comment');
      continue;
    }
    if (isComment(line, at, language)) {
      put(line.slice(at), 'comment');
      break;
    }
    const unit = line.charAt(at);
    if (language.quotes.includes(unit) && !lone.has(unit)) {
      const end = stringEnd(line, at);
      if (end < 0) lone.add(unit);
      else {
        at = end;
        put(line.slice(from, at), 'string');
        continue;
      }
    }
    const name = matchAt(word, line, at);
    const figure = name === '' ? matchAt(number, line, at) : '';
    const plain =
      name === '' && figure === '' ? matchAt(rest, line, at) || [...line.slice(at, at + 2)][0] || unit : '';
    at += (name || figure || plain).length;
    if (figure !== '') put(figure, 'number');
    else if (name !== '' && language.keywords.has(language.isCaseless ? name.toLowerCase() : name))
      put(name, 'keyword');
    else put(name || plain);
  }
  return { pieces, isWithin: isOpen };
};

/** Not within a word: `$#` and `a#b` are none. */
const isComment = (line: string, at: number, { comments }: Language): boolean =>
  comments.some((mark) => line.startsWith(mark, at)) && (at === 0 || /[\s;{}()]/.test(line.charAt(at - 1)));

const matchAt = (pattern: RegExp, line: string, at: number): string => {
  pattern.lastIndex = at;
  return pattern.exec(line)?.[0] ?? '';
};

/** Behind the same quote, one behind a backslash left out; -1: it is not closed on this line. */
const stringEnd = (line: string, at: number): number => {
  const quote = line.charAt(at);
  for (let end = at + 1; end < line.length; end += 1) {
    if (line.charAt(end) === '\\') end += 1;
    else if (line.charAt(end) === quote) return end + 1;
  }
  return -1;
};
