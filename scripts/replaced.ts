// Changes in the modules of others, at bundle time. Used by the plugins of the build.

/** `text` with `from` replaced, which must be there exactly once: another version may do another thing. */
export function replaced(
  text: string,
  path: string,
  from: string,
  to: string,
): { readonly contents: string; readonly loader: 'js' } {
  const parts = text.split(from);
  if (parts.length === 2) return { contents: parts.join(to), loader: 'js' };
  throw new Error(`${path} has "${from}" ${parts.length - 1} times, not once: look what this version does`);
}
