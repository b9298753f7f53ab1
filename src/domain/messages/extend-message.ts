// What the app answers to `/extend`.
import { sayDuration } from '../time/say-time.ts';
import { plain } from '../text/escape.ts';

export function extendMarker(comment: number): string {
  return `<!-- practicum extend ${comment} -->`;
}

type Granted = { owner: string; challenge?: string; item?: string; by: number; reason: string };

export function describeExtension({ owner, challenge, item, by, reason }: Granted, login: string): string {
  const what = [challenge ?? 'every challenge', ...(item === undefined ? [] : [item])].map(plain).join(', ');
  const effect =
    by === 0
      ? 'The extension is withdrawn; the planned deadlines apply again.'
      : `Every deadline is ${sayDuration(by)} later. Work already received is judged again by when GitHub received it.`;
  return `**${plain(owner)}**, ${what}: ${effect}\n\nGranted by ${plain(login)}: ${plain(reason)}. The decision is in the ledger.`;
}

export function describeRefusal(problem: string): string {
  return `Nothing was changed. ${problem}`;
}
