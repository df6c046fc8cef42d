// Colours by role. Rows are painted here as strings, not by Ink's props: one string per row is the cheapest thing Ink
// draws, and NO_COLOR is ours to honour (the chalk inside Ink ignores it). The colours are of the 256 that are the same
// in every terminal, and such as stand out from black and from white alike; where a terminal has only its own
// sixteen, those of them that mostly do. Nothing is told by colour alone.

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
  | 'key'
  // Of what people write:
  | 'strong'
  | 'emphasis'
  | 'struck'
  | 'code'
  | 'quoted'
  | 'link'
  | 'mention'
  | 'keyword'
  | 'string'
  | 'comment'
  | 'number';

export type Theme = {
  readonly name: 'colours' | 'few-colours' | 'plain';
  readonly paint: (role: Role, text: string) => string;
  /** A nick in its stable colour: the same nick has the same one on every screen. */
  readonly nick: (nick: string, shown: string) => string;
  /** `shown` as a link (OSC 8) to an address that text/links.ts made. */
  readonly link: (url: string, shown: string) => string;
};

type Sgr = readonly [on: string, off: string];

const bold: Sgr = ['1', '22'];
const faint: Sgr = ['2', '22'];
const italic: Sgr = ['3', '23'];
const underlined: Sgr = ['4', '24'];

/** Bold, faint, italic, underlined and reverse are no colours and stay without them. */
const looks: Partial<Record<Role, Sgr>> = {
  title: bold,
  dim: faint,
  day: faint,
  accent: bold,
  selected: ['7', '27'],
  key: bold,
  strong: bold,
  emphasis: italic,
  struck: ['9', '29'],
  quoted: faint,
  link: underlined,
  mention: bold,
  comment: faint,
};

type Palette = {
  readonly roles: Partial<Record<Role, Sgr>>;
  readonly nicks: readonly Sgr[];
};

const sgr = (on: string): Sgr => [on, '39'];
const cube = (index: number): Sgr => sgr(`38;5;${index}`);

/** Each at least 3.8 : 1 to black and to white (WCAG's contrast; 3 : 1 is its least for large text). */
const colours: Palette = {
  roles: {
    notice: cube(31),
    error: cube(196),
    good: cube(28),
    warn: cube(130),
    accent: cube(31),
    code: cube(133),
    link: cube(32),
    mention: cube(162),
    keyword: cube(63),
    string: cube(28),
    number: cube(130),
  },
  nicks: [28, 30, 32, 63, 64, 99, 100, 130, 133, 162, 164, 166].map(cube),
};

/** Whoever made the terminal's palette chose these to be read on its ground; bright ones and yellow mostly are not. */
const fewColours: Palette = {
  roles: {
    notice: sgr('36'),
    error: sgr('31'),
    good: sgr('32'),
    warn: sgr('35'),
    accent: sgr('36'),
    code: sgr('35'),
    link: sgr('36'),
    mention: sgr('35'),
    keyword: sgr('34'),
    string: sgr('32'),
    number: sgr('36'),
  },
  nicks: ['31', '32', '34', '35', '36', '91', '94', '95'].map(sgr),
};

const wrapSgr = (text: string, sgr: Sgr | undefined): string =>
  sgr && text !== '' ? `\u001b[${sgr[0]}m${text}\u001b[${sgr[1]}m` : text;

/** Terminals that do not know links show what stands between. */
const link = (url: string, shown: string): string => `\u001b]8;;${url}\u001b\\${shown}\u001b]8;;\u001b\\`;

/** FNV-1a: any spread will do, it must only be the same everywhere. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
};

const coloured = (name: Theme['name'], { roles, nicks }: Palette): Theme => ({
  name,
  paint: (role, text) => wrapSgr(wrapSgr(text, roles[role]), looks[role]),
  nick: (nick, shown) => wrapSgr(shown, nicks[hash(nick) % nicks.length]),
  link,
});

const colourTheme = coloured('colours', colours);
const fewColoursTheme = coloured('few-colours', fewColours);
const plainTheme: Theme = {
  name: 'plain',
  paint: (role, text) => wrapSgr(text, looks[role]),
  nick: (_nick, shown) => shown,
  link,
};

/** What `tput colors` would say: names with 256, and what tells its colours in COLORTERM. */
const hasCube = ({ TERM = '', COLORTERM = '' }: NodeJS.ProcessEnv): boolean =>
  COLORTERM !== '' || /256|direct|kitty|ghostty|alacritty|wezterm|foot/.test(TERM);

/** https://no-color.org: set and not empty means no colour, unless FORCE_COLOR says otherwise. */
export const themeFor = (env: NodeJS.ProcessEnv): Theme => {
  const theme = hasCube(env) ? colourTheme : fewColoursTheme;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR === '0' ? plainTheme : theme;
  return env.NO_COLOR ? plainTheme : theme;
};
