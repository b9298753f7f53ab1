// What a ledger has said so far, from which its scores are computed again.
import { pointsOf, score, scoringRules } from '../score/score.ts';
import { canonicalJson } from '../text/canonical-json.ts';
import { Accounts } from './accounts.ts';
import type { LedgerBody } from './ledger.ts';

/** Whether two values without dates have the same JSON: absent keys are those that are undefined. */
function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>];
  for (const key of Object.keys(left)) if (left[key] !== undefined && !isSameJson(left[key], right[key])) return false;
  return Object.keys(right).every((key) => right[key] === undefined || left[key] !== undefined);
}

/** All facts and observations so far, and how the calculations agree with them. */
export class Books extends Accounts {
  /** Whether scores follow by the rules of this version. */
  current = true;
  earlier = 0;
  reworded = 0;

  /** Takes in one entry; for a calculation, says what is wrong with it. */
  enter(body: LedgerBody): string | undefined {
    if (body.kind === 'fact' && body.fact === 'challenges') this.current = body.rules === scoringRules;
    if (body.kind === 'observation' || body.kind === 'fact') this.take(body);
    if (body.kind !== 'calculation') return undefined;
    const { challenge, owner, asOf } = body;
    if (!this.current) {
      this.earlier++;
      return undefined;
    }
    const input = this.inputFor(challenge, owner, asOf);
    if (!input) return `there is no policy for ${challenge}`;
    const computed = score(input);
    if (isSameJson(computed, body.score)) return undefined;
    if (canonicalJson(pointsOf(computed)) !== canonicalJson(pointsOf(body.score)))
      return `the score of ${owner} in ${challenge} is ${computed.total} of ${computed.of}, not ${body.score.total} of ${body.score.of}, or is made up of other points`;
    this.reworded++;
    return undefined;
  }
}
