// The search view from one state to the next: what was asked, what was found, and which of it is chosen. Pure; called
// by update.ts. The asking is ui/search.ts's.
import type { AnyEvent } from '../../protocol/packet.ts';
import { safeLine } from '../../text/safe-text.ts';
import { emptyEditor, setText } from '../input/editor.ts';
import type { FindAction, FoundItem, FoundView } from './around.ts';
import type { State } from './state.ts';

/** Found messages that are kept at once; the reader of more narrows the search. */
const itemsMax = 1_000;
/** A result is one row: what stands behind this is on no screen. */
const textUnits = 500;

export const opened = (state: State, { of, query }: Extract<FindAction, { type: 'find' }>): State => {
  const draft = state.finding?.draft ?? state.editor;
  const finding: FoundView = {
    of,
    answered: undefined,
    asking: undefined,
    items: [],
    more: false,
    isLocal: false,
    selected: 0,
    wantsOlder: false,
    failed: undefined,
    draft,
  };
  return { ...state, finding, help: undefined, popup: undefined, editor: setText(emptyEditor, query) };
};

export const closed = (state: State): State =>
  state.finding ? { ...state, finding: undefined, editor: state.finding.draft } : state;

/** What the reader looks for now: in the search it stands in the composer, mentions have no words. */
export const queryOf = (state: State): string =>
  state.finding?.of === 'search' ? state.editor.text.trim() : '';

const withFound = (state: State, change: (found: FoundView) => FoundView): State =>
  state.finding ? { ...state, finding: change(state.finding) } : state;

export const asked = (state: State, { query, before }: Extract<FindAction, { type: 'find-asked' }>): State =>
  withFound(state, (found) => ({
    ...found,
    asking: before === undefined ? { query } : { query, before },
    wantsOlder: false,
  }));

export const answered = (state: State, action: Extract<FindAction, { type: 'found' }>): State =>
  withFound(state, (held) => {
    const items = action.found.events.flatMap(itemOf);
    const calm = { ...held, asking: undefined, failed: undefined };
    const isLocal = action.found.isLocal === true;
    const { more } = action.found;
    if (action.before === undefined || held.answered !== action.query)
      return {
        ...calm,
        answered: action.query,
        items,
        more,
        isLocal,
        selected: Math.max(0, items.length - 1),
      };
    const all = [...items, ...held.items];
    // One step further up than the row that was chosen when older ones were wanted.
    const selected = Math.max(0, held.selected + items.length - 1);
    return { ...calm, items: all, more: more && all.length < itemsMax, isLocal, selected };
  });

/** A search that makes no sense leaves what was found before in sight, and says why. */
export const failed = (state: State, { query, text }: Extract<FindAction, { type: 'find-failed' }>): State =>
  withFound(state, (found) => ({ ...found, answered: query, asking: undefined, failed: text }));

export const stepped = (state: State, { by }: Extract<FindAction, { type: 'find-step' }>): State =>
  withFound(state, (found) => {
    const wanted = found.selected + by;
    const selected = Math.max(0, Math.min(found.items.length - 1, wanted));
    const { entering: _, ...view } = found;
    return { ...view, selected, wantsOlder: wanted < 0 && found.more };
  });

export const entering = (state: State, { room }: Extract<FindAction, { type: 'find-entering' }>): State =>
  withFound(state, (found) => ({ ...found, entering: room }));

const itemOf = (event: AnyEvent): readonly FoundItem[] => {
  if (event.type === 'unknown') return [];
  const { seq, room, at } = event;
  const text = event.type === 'message' ? wordsOf(event) : event.type;
  return [{ seq, room, at, nick: safeLine(event.nick), text: safeLine(text) }];
};

const wordsOf = ({ text, file, style, nick }: Extract<AnyEvent, { type: 'message' }>): string => {
  if (file) return `⇩ ${file.name}`;
  const cut = text.slice(0, textUnits).toWellFormed();
  return style === 'action' ? `${nick} ${cut}` : cut;
};
