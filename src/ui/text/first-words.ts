// What a newcomer is told: three lines, in an empty room by the timeline's pane, behind a backlog as a notice (update.ts).
import { type SafeText, safeLine } from '../../text/safe-text.ts';
import { roomLabel } from '../state/room-label.ts';
import type { State } from '../state/state.ts';

export const firstWords = (state: State, inRoom: 'empty' | 'with-backlog'): readonly SafeText[] => {
  const { isLocal } = state;
  const label = roomLabel(state, state.room);
  const where = inRoom === 'empty' ? `Nobody has said anything in ${label} yet.` : `You are in ${label}.`;
  return [
    `${where} Type, Enter sends.`,
    'F1 shows all keys and commands, !FILE path sends a file.',
    isLocal
      ? 'chat-tui serve lets others in: it prints the link to give them.'
      : 'Whoever has the link to this server can come in.',
  ].map(safeLine);
};
