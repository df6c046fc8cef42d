// How far a transfer is, as rows beneath its file. Pure; called by rows.ts and message-rows.ts.
import { fileSize } from '../../text/size.ts';
import type { TransferView } from '../state/state.ts';
import type { Theme } from '../theme.ts';
import { bar, duration } from './format.ts';
import { cutTo, wrap } from './wrap.ts';

/** `████░░ 71 % 3.1 MB/s 3 s`, or how it ended. */
export const progressRows = (transfer: TransferView, width: number, theme: Theme): readonly string[] => {
  if (transfer.step === 'done') return wrap(doneText(transfer), width).map((row) => theme.paint('good', row));
  if (transfer.step === 'cancelled')
    return [theme.paint('dim', cutTo('stopped; the same command goes on with it', width))];
  if (transfer.step === 'waiting') return [theme.paint('dim', cutTo('waiting for the server', width))];
  const share = transfer.size > 0 ? transfer.bytes / transfer.size : 1;
  const barColumnsMax = Math.max(4, Math.min(20, width - 28));
  const text = `${Math.floor(share * 100)} %${paceText(transfer)}`;
  return [theme.paint('accent', bar(share, barColumnsMax)) + cutTo(` ${text}`, width - barColumnsMax)];
};

const doneText = ({ path }: TransferView): string => (path === undefined ? '✓ saved' : `✓ saved as ${path}`);

const paceText = (transfer: TransferView): string => {
  if (transfer.step === 'hashing') return ' checked';
  if (transfer.speed <= 0) return '';
  const left = duration((transfer.size - transfer.bytes) / transfer.speed);
  return `  ${fileSize(transfer.speed)}/s  ${left} left`;
};
