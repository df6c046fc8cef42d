// Colours by role. Rows are painted here as strings, not by Ink's props: one string per row is the cheapest thing Ink
// draws, and NO_COLOR is ours to honour (the chalk inside Ink ignores it). Only the sixteen colours of the terminal's
// own palette are used, so that light and dark backgrounds both stay readable. Nothing is told by colour alone.

export type Role =
  | 'title'
  | 'dim'
  | 'day'
  | 'notice'
  | 'error'
  | 'good'
  | 'warn'
  | 'accent'
  | 'selected'
  | 'own'
  | 'key';

export type Theme = {
  readonly name: 'colour' | 'plain';
  readonly paint: (role: Role, text: string) => string;
  /** A nick in its stable colour: the same nick has the same one on every screen. */
  readonly nick: (nick: string, shown: string) => string;
};

type Sgr = readonly [on: string, off: string];

/** SGR parameters. Bold, dim and reverse are no colours and stay without them. */
const styles: Record<Role, { readonly look: Sgr | undefined; readonly colour: Sgr | undefined }> = {
  title: { look: ['1', '22'], colour: undefined },
  dim: { look: ['2', '22'], colour: undefined },
  day: { look: ['2', '22'], colour: undefined },
  notice: { look: undefined, colour: ['36', '39'] },
  error: { look: undefined, colour: ['31', '39'] },
  good: { look: undefined, colour: ['32', '39'] },
  warn: { look: undefined, colour: ['33', '39'] },
  accent: { look: ['1', '22'], colour: ['36', '39'] },
  selected: { look: ['7', '27'], colour: undefined },
  own: { look: ['1', '22'], colour: undefined },
  key: { look: ['1', '22'], colour: undefined },
};

/** Readable on black and on white: no white, no black, no bright yellow. */
const nickColours: readonly Sgr[] = ['31', '32', '33', '34', '35', '36', '91', '92', '94', '95', '96'].map(
  (on): Sgr => [on, '39'],
);

const wrapSgr = (text: string, sgr: Sgr | undefined): string =>
  sgr && text !== '' ? `\u001b[${sgr[0]}m${text}\u001b[${sgr[1]}m` : text;

/** FNV-1a: any spread will do, it must only be the same everywhere. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
};

const colourTheme: Theme = {
  name: 'colour',
  paint: (role, text) => wrapSgr(wrapSgr(text, styles[role].colour), styles[role].look),
  nick: (nick, shown) => wrapSgr(shown, nickColours[hash(nick) % nickColours.length]),
};

const plainTheme: Theme = {
  name: 'plain',
  paint: (role, text) => wrapSgr(text, styles[role].look),
  nick: (_nick, shown) => shown,
};

/** https://no-color.org: set and not empty means no colour, unless FORCE_COLOR says otherwise. */
export const themeFor = (env: NodeJS.ProcessEnv): Theme => {
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR === '0' ? plainTheme : colourTheme;
  return env.NO_COLOR ? plainTheme : colourTheme;
};
