// The open room's lines as they are drawn: those of lines.ts, with what ignored people said folded away and the unread
// marker between the last line that was read and the first that is new. Where there is neither, they are the very same.
// Called by view.ts.
import type { MemberId } from '../../protocol/packet.ts';
import type { Ignored, UnreadMark } from './around.ts';
import { type IgnoredRun, type Line, type LinesState, linesOf, orderOf } from './lines.ts';
import { unreadMarkOf } from './marks.ts';
import type { State } from './state.ts';

type Held = {
  readonly ignored: readonly Ignored[];
  readonly after: number | undefined;
  readonly count: number | undefined;
  readonly lines: readonly Line[];
};
const cache = new WeakMap<readonly Line[], Held>();

export const dressedLines = (state: LinesState & Pick<State, 'ignored' | 'marks'>): readonly Line[] => {
  const bare = linesOf(state);
  const { ignored } = state;
  const mark = unreadMarkOf(state, state.room);
  if (ignored.length === 0 && !mark) return bare;
  const held = cache.get(bare);
  if (held && held.ignored === ignored && held.after === mark?.after && held.count === mark?.count)
    return held.lines;
  const folded = ignored.length === 0 ? bare : fold(bare, new Set(ignored.map(({ member }) => member)));
  const lines = mark ? withMarker(folded, mark) : folded;
  cache.set(bare, { ignored, after: mark?.after, count: mark?.count, lines });
  return lines;
};

const runOf = ({ item }: Line): IgnoredRun => ({
  is: 'ignored',
  key: item.key,
  at: item.at,
  after: orderOf(item),
  keys: [item.key],
});

const fold = (lines: readonly Line[], members: ReadonlySet<MemberId>): readonly Line[] => {
  const shown: Line[] = [];
  for (const line of lines) {
    const { item } = line;
    const above = shown.at(-1);
    if (item.is !== 'message' || !members.has(item.member)) shown.push(line);
    else if (above?.item.is === 'ignored' && line.day === undefined)
      shown[shown.length - 1] = { ...above, item: { ...above.item, keys: [...above.item.keys, item.key] } };
    else shown.push({ ...line, item: runOf(line), hasNick: true });
  }
  return shown;
};

/** Only where something stands behind it: a marker at the end of all says nothing. */
const withMarker = (lines: readonly Line[], { after, count }: UnreadMark): readonly Line[] => {
  const index = lines.findIndex(({ item }) => orderOf(item) > after && item.is === 'message');
  const first = lines[index];
  if (!first) return lines;
  const item = { is: 'marker', key: 'marker', at: first.item.at, after, count } as const;
  // The day's line stands above it, and whoever is named there is named again below it.
  const marker: Line = { item, day: first.day, hasTime: false, hasNick: false };
  const below: Line = { ...first, day: undefined, hasTime: true, hasNick: true };
  return [...lines.slice(0, index), marker, below, ...lines.slice(index + 1)];
};
