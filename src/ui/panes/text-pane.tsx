// Painted rows on the screen, the cheapest way that Ink draws them: one text for each row of the screen. Rows come ready
// to be shown, cut to their width; nothing here looks into them.
import { Box } from 'ink';
import { createElement } from 'react';

/** A row, its colours in it. */
export type PaintedRow = string;

export type TextPaneProps = {
  readonly rows: readonly PaintedRow[];
  readonly width: number;
  readonly height: number;
};

/**
 * What Ink's `Text` comes down to, with a size given: then no text is measured, which is half of what Ink does for a row.
 * A row's place is its key: in a flood every place has another text, and making it anew would cost more than changing it.
 * No `overflow`: clipping makes Ink measure every row once more, and no row is too wide or too many.
 */
export const TextPane = ({ rows, width, height }: TextPaneProps) => {
  const style = { width, height: 1, flexShrink: 0, textWrap: 'truncate' };
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      {rows
        .slice(0, height)
        .map((text, place) => createElement('ink-text', { key: place, style }, text === '' ? ' ' : text))}
    </Box>
  );
};
