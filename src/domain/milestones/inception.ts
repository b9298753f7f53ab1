// Milestone inception: both cards written, and the work planned where others can see it.
import { compareCard } from './compare-card.ts';
import { describeCard, readCard } from './read-card.ts';
import type { CardKind, CardProgress } from './read-card.ts';
import { toProgress } from './practice.ts';
import type { MilestoneProgress, Practice, Step } from './practice.ts';
import type { Thresholds } from '../challenge/thresholds.ts';

const CARDS: [CardKind, string][] = [
  ['model', 'MODEL_CARD.md'],
  ['dataset', 'DATASET_CARD.md'],
];

export function checkInception(practice: Practice, thresholds: Thresholds): MilestoneProgress {
  const scores = new Map(Object.entries(practice.report?.metrics ?? {}));
  const notes: string[] = [];
  const steps = CARDS.flatMap(([kind, file]) => {
    const card = readCard(kind, practice.files.get(file), thresholds.card_words);
    if (card.problem) notes.push(`${file}: ${card.problem}`);
    if (kind === 'model') notes.push(...compareCard(card, scores, file).map(({ text }) => text));
    return toSteps(card, file);
  });
  if (practice.issues) {
    steps.push(...readPlanning(practice.issues, thresholds));
    notes.push(...describeBoard(practice.issues, thresholds));
  }
  return toProgress('inception', steps, thresholds, notes);
}

/** A step for each key and section; what is missing is said in one sentence for the whole card. */
function toSteps(card: CardProgress, file: string): Step[] {
  const todo = `${file}: ${describeCard(card)}`;
  return Array.from({ length: card.total }, (_, index) => ({ done: index < card.done, todo }));
}

function readPlanning({ total, closed, onBoard }: NonNullable<Practice['issues']>, thresholds: Thresholds): Step[] {
  const wanted = thresholds.issues;
  const steps = [
    { done: total >= wanted, todo: `plan the work as issues: ${total} so far, ${wanted} show that they are in use` },
    { done: closed >= 1, todo: 'close an issue when its work is done: none is closed yet' },
  ];
  // Where boards cannot be seen, nobody is blamed for an empty one.
  if (thresholds.board > 0 && onBoard !== undefined)
    steps.push({
      done: onBoard >= thresholds.board,
      todo: `put ${thresholds.board === 1 ? 'an issue' : `${thresholds.board} issues`} on a project board of the organisation: ${onBoard} so far`,
    });
  return steps;
}

function describeBoard({ total, onBoard }: NonNullable<Practice['issues']>, { board }: Thresholds): string[] {
  if (onBoard === undefined)
    return board > 0 ? ['project boards could not be seen: the organisation has not granted the App "Projects"'] : [];
  return onBoard > 0 ? [`${onBoard} of ${total} issues are on a project board`] : [];
}
