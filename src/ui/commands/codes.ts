// `:tada:` in what was typed becomes its emoji when it is sent: whole codes that stand alone, and never in code, where a
// colon means something else. Used by the composer and by plain mode at a terminal.
import { shortCodes } from '../../text/emoji.ts';
import { codesIn } from '../text/inline.ts';
import { isFence } from '../text/markdown.ts';

const code = /(?<![\p{L}\p{N}_:]):([a-z0-9_+-]{1,32}):(?![\p{L}\p{N}_:])/gu;

const inText = (text: string): string =>
  text.replace(code, (whole, name: string) => shortCodes.get(name) ?? whole);

const inLine = (line: string): string => {
  let made = '';
  let at = 0;
  for (const { start, end } of codesIn(line)) {
    made += inText(line.slice(at, start)) + line.slice(start, end);
    at = end;
  }
  return made + inText(line.slice(at));
};

export const withCodes = (text: string): string => {
  if (!text.includes(':')) return text;
  let isCode = false;
  return text
    .split('\n')
    .map((line) => {
      if (isFence(line)) isCode = !isCode;
      return isCode ? line : inLine(line);
    })
    .join('\n');
};
