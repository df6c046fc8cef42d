// The first row: ` #general · the topic            3 online ● 12 ms`. The topic gives way to the figures. Those online
// are members of the open room.
import { columns } from '../../text/width.ts';
import { onlineHere, openLabel } from '../state/present.ts';
import type { State, StatusView } from '../state/state.ts';
import { cutTo } from '../text/wrap.ts';

/** A sign and a word, so that the state is not told by colour. */
const signs: Record<StatusView['is'], string> = {
  online: '●',
  connecting: '◌ connecting',
  waiting: '○ offline',
  ended: '✗ closed',
};

const figures = (state: State): string => {
  const { status, latencyMs } = state;
  if (status.is !== 'online') return signs[status.is];
  const latency = latencyMs === undefined ? '' : ` ${Math.round(latencyMs)} ms`;
  return `${onlineHere(state)} online ${signs.online}${latency}`;
};

export const titleLine = (state: State): string => {
  const { paint } = state.theme;
  const right = `${figures(state)} `;
  const topic = state.rooms.find((one) => one.room === state.room)?.topic;
  const space = state.columns - columns(right) - 2;
  const name = cutTo(openLabel(state), Math.max(4, space));
  const about = topic ? cutTo(` · ${topic}`, Math.max(0, space - columns(name))) : '';
  const blank = ' '.repeat(Math.max(1, state.columns - 1 - columns(name) - columns(about) - columns(right)));
  const role = state.status.is === 'online' ? 'good' : 'warn';
  return ` ${paint('title', name)}${about}${blank}${paint(role, right)}`;
};
