// The texts of a second look: what the check says of it, and what is answered to whoever asks for one.
import { sayInstant } from '../time/say-time.ts';
import { plain } from '../text/escape.ts';

export type SaidAppeal = {
  at: string;
  by: string;
  reason: string;
  answer?: { at: string; by: string; text: string };
};

export function appealMarker(id: string): string {
  return `<!-- practicum appeal ${id} -->`;
}

export function appealAnswerMarker(id: string): string {
  return `<!-- practicum appeal answered ${id} -->`;
}

/** For the end of the check's summary; empty where nobody asked. */
export function describeAppeals(appeals: readonly SaidAppeal[], zone: string): string {
  if (appeals.length === 0) return '';
  const lines = appeals.map(({ at, by, reason, answer }) => {
    const asked = `- ${plain(by)} asked on ${sayInstant(new Date(at), zone)}: ${plain(reason)}`;
    if (!answer) return `${asked}\n  - The staff has not answered yet.`;
    return `${asked}\n  - **${plain(answer.by)} answered on ${sayInstant(new Date(answer.at), zone)}:** ${plain(answer.text)}`;
  });
  return `\n\n### Second look\n\n${lines.join('\n')}`;
}

/** What is said in the issue once a person has answered. */
export function describeAnswered(request: string, { by, text }: { by: string; text: string }): string {
  return `About your appeal on **${plain(request)}**, ${plain(by)} says: ${plain(text)}`;
}

export function describeAppealed(request: string): string {
  return `Your appeal on **${plain(request)}** is on the page of the staff. Their answer will stand on the check run, and here.`;
}

export function describeUnappealed(problem: string): string {
  return `Nothing was recorded. ${problem}`;
}
