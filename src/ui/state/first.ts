// The state before anything has come from the server: what the first frame shows. Made by run.tsx.
import type { RoomName } from '../../protocol/names.ts';
import { type SafeText, safeLine } from '../../text/safe-text.ts';
import { emptyEditor } from '../input/editor.ts';
import type { Theme } from '../theme.ts';
import type { Ignored } from './around.ts';
import { nobody } from './returning.ts';
import type { State } from './state.ts';

export type FirstState = {
  readonly room: RoomName;
  readonly nick: string;
  readonly isFirstRun: boolean;
  readonly isLocal: boolean;
  readonly serverLabel: SafeText;
  readonly theme: Theme;
  readonly columns: number;
  readonly rows: number;
  readonly ignored?: readonly Ignored[];
  readonly highlights?: readonly string[];
  readonly tellsTyping?: boolean;
};

export const firstState = (first: FirstState): State => ({
  me: { nick: safeLine(first.nick), member: undefined },
  highlights: first.highlights ?? [],
  serverLabel: first.serverLabel,
  isLocal: first.isLocal,
  isFirstRun: first.isFirstRun,
  theme: first.theme,
  room: first.room,
  rooms: [{ room: first.room, topic: safeLine(''), members: 0, access: 'public', past: 'whole' }],
  timelines: new Map(),
  people: new Map(),
  online: 0,
  returning: nobody,
  pending: [],
  changing: [],
  chosen: undefined,
  composing: undefined,
  picker: undefined,
  target: undefined,
  status: { is: 'connecting' },
  latencyMs: undefined,
  editor: emptyEditor,
  popup: undefined,
  hint: undefined,
  help: undefined,
  columns: first.columns,
  rows: first.rows,
  hiddenLists: { rooms: false, roster: false },
  isFocused: true,
  mouse: 'ours',
  marks: new Map(),
  invitations: [],
  typing: new Map(),
  tellsTyping: first.tellsTyping ?? true,
  ignored: first.ignored ?? [],
  members: new Map(),
  early: [],
  here: undefined,
  finding: undefined,
  now: 0,
});
