// Painted rows on the screen: one memoised Text per row, the cheapest thing Ink draws. Rows come ready to be shown,
// cut to their width; nothing here looks into them.
import { Box, Text } from 'ink';
import { memo } from 'react';

export type PaintedRow = { readonly key: string; readonly text: string };

/** An empty Text has no height in Ink, a blank has. */
const Row = memo(({ text }: { readonly text: string }) => (
  <Text wrap="truncate">{text === '' ? ' ' : text}</Text>
));

export type TextPaneProps = {
  readonly rows: readonly PaintedRow[];
  readonly width: number;
  readonly height: number;
};

/** No `overflow`: clipping makes Ink measure every row once more, and no row is too wide or too many. */
export const TextPane = ({ rows, width, height }: TextPaneProps) => (
  <Box flexDirection="column" width={width} height={height} flexShrink={0}>
    {rows.slice(0, height).map(({ key, text }) => (
      <Row key={key} text={text} />
    ))}
  </Box>
);
