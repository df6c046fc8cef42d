// What `serve --max-upload SIZE` says, in bytes. Called by serve before anything is started.
import { limits } from '../protocol/limits.ts';
import { fileSize, parseSize } from '../text/size.ts';
import { UsageError } from './failure.ts';

/** Throws `UsageError`. More than a member may keep in all could never be sent. */
export function parseMaxUpload(text: string): number {
  const bytes = parseSize(text);
  if (bytes === undefined) {
    throw new UsageError(
      `--max-upload ${text} is no size: a number of bytes, or one with k, M, G or MiB, GiB behind it.`,
    );
  }
  const most = limits.quotaBytesPerMember;
  if (bytes <= most) return bytes;
  throw new UsageError(`--max-upload can be ${fileSize(most)} at most, which is what one member may keep.`);
}
