// The screen as one tree: the panes of the state at its size. Rendered by run.tsx and by the screen tests.
import { Box, useApp, useInput } from 'ink';
import { useEffect, useSyncExternalStore } from 'react';
import { beside } from './panes/beside.ts';
import { Composer } from './panes/composer.tsx';
import { composingLine } from './panes/composing-line.ts';
import { foundRows } from './panes/found.ts';
import { helpRows } from './panes/help.ts';
import { popupRows } from './panes/popup.ts';
import { roomList } from './panes/room-list.ts';
import { roster } from './panes/roster.ts';
import { statusLine } from './panes/status-line.ts';
import { TextPane } from './panes/text-pane.tsx';
import { timelineView } from './panes/timeline.ts';
import { titleLine } from './panes/title-line.ts';
import type { State } from './state/state.ts';
import type { Store } from './state/store.ts';
import { layoutOf, popupOf } from './state/view.ts';

export type InkApp = ReturnType<typeof useApp>;
/** `onApp` is handed what only a component can get of Ink: the way to suspend and to draw anew. */
export type AppProps = { readonly store: Store; readonly onApp?: (app: InkApp) => void };

export const App = ({ store, onApp }: AppProps) => {
  const state = useSyncExternalStore(store.subscribe, store.get);
  const app = useApp();
  // Ink keeps the terminal raw while somebody listens; keys reach us by ui/input, not by this.
  useInput(ignore);
  useEffect(() => {
    onApp?.(app);
  }, [app, onApp]);
  return <Screen state={state} />;
};

const ignore = () => {};

const Screen = ({ state }: { readonly state: State }) => {
  const layout = layoutOf(state);
  const { columns, rows, body, popup } = layout;
  const timeline = timelineView(state, layout.timeline);
  const choices = popupOf(state);
  const foundBody = state.finding && foundRows(state, state.finding, body);
  const bodyRows =
    foundBody ??
    beside(
      {
        left: layout.roomList > 0 ? roomList(state, layout.roomList, body) : undefined,
        middle: state.help ? helpRows(state, layout.timeline) : timeline.rows,
        middleColumns: layout.timeline,
        right: layout.roster > 0 ? roster(state, layout.roster, body) : undefined,
      },
      body,
    );
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <TextPane rows={[titleLine(state)]} width={columns} height={1} />
      <TextPane rows={bodyRows} width={columns} height={body} />
      {choices && popup > 0 && (
        <TextPane rows={popupRows(state, choices, popup)} width={columns} height={popup} />
      )}
      <TextPane rows={[statusLine(state, timeline.below)]} width={columns} height={1} />
      {layout.composing > 0 && <TextPane rows={[composingLine(state)]} width={columns} height={1} />}
      <Composer state={state} top={rows - layout.composer} height={layout.composer} />
    </Box>
  );
};
