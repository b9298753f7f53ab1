// What goes wrong, drawn from a seed: each rule strikes once.
import type { FaultRule } from '@practicum/sandbox';

/** A small seeded generator (mulberry32), 0 to 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const targets: NonNullable<FaultRule['match']>[] = [
  { operation: 'createCommitOnBranch' },
  { operation: 'createCommitOnBranch' },
  { operation: 'repository' },
  { method: 'POST', path: '/git/refs$' },
  { method: 'POST', path: '/pulls$' },
  { method: 'POST', path: '/labels$' },
  { method: 'GET', path: '/commits$' },
  { method: 'GET', path: '/pulls$' },
  { method: 'GET', path: '^/repos/' },
  { method: 'POST', path: '/access_tokens$' },
];

const harms: Record<string, Omit<FaultRule, 'match' | 'times'>> = {
  'answer lost': { dropAfterDoing: true },
  'answer lost again': { dropAfterDoing: true },
  'connection broken': { dropBefore: true },
  '502': { status: 502 },
  '409': { status: 409 },
  'secondary limit': {
    status: 403,
    headers: { 'retry-after': '1' },
    body: { message: 'You have exceeded a secondary rate limit.' },
  },
  slow: { delay: 400 },
};
const stale = { status: 200, body: { data: null, errors: [{ type: 'STALE_DATA', message: 'the branch moved' }] } };

export function drawFault(draw: () => number): { name: string; rule: FaultRule } {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(draw() * list.length)]!;
  if (draw() < 0.15) {
    const rule = pick<FaultRule>([{ duplicateWebhook: true }, { loseWebhook: true }, { reorder: true }]);
    return { name: `webhook: ${Object.keys(rule)[0]!.replace('Webhook', '')}`, rule: { ...rule, times: 1 } };
  }
  const match = pick(targets);
  if (match.operation === 'createCommitOnBranch' && draw() < 0.2) {
    return { name: 'STALE_DATA', rule: { match, ...stale, times: 1 } };
  }
  const [name, harm] = pick(Object.entries(harms));
  return { name: name.replace(' again', ''), rule: { match, ...harm, times: 1 } };
}
