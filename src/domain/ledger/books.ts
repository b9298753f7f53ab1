// What a ledger has said so far, from which its scores are computed again.
import type { Evidence } from '../evidence/evidence.ts';
import type { Extension } from '../evidence/late.ts';
import type { ScoredShipment, ScoreInput } from '../evidence/criterion.ts';
import type { ScorePolicy } from '../evidence/policy.ts';
import { pointsOf, score, scoringRules } from '../score/score.ts';
import { settleTogether } from '../score/settle-together.ts';
import { canonicalJson } from '../text/canonical-json.ts';
import type { LedgerBody } from './ledger.ts';

type Account = {
  shipments: Map<string, ScoredShipment>;
  evidence: Evidence[];
  /** The latest for each thing. */
  extensions: Map<string | undefined, Extension>;
};

/** All facts and observations so far, by challenge and owner. */
export class Books {
  readonly policies = new Map<string, ScorePolicy>();
  /** The challenges in force; ledgers from before they were entered name none. */
  inForce: ReadonlySet<string> | undefined;
  /** Whether scores follow by the rules of this version. */
  current = true;
  earlier = 0;
  readonly accounts = new Map<string, Account>();
  /** By owner and moment, until something new is known. */
  readonly settled = new Map<string, ScoreInput[]>();
  reworded = 0;

  /** Takes in one entry; for a calculation, says what is wrong with it. */
  enter(body: LedgerBody): string | undefined {
    if (body.kind === 'observation' || body.kind === 'fact') this.settled.clear();
    if (body.kind === 'observation') {
      this.account(body.evidence.challenge, body.evidence.owner).evidence.push(body.evidence);
    } else if (body.kind === 'fact') {
      if (body.fact === 'policy') this.policies.set(body.policy.challenge, body.policy);
      else if (body.fact === 'challenges') {
        this.inForce = new Set(body.names);
        this.current = body.rules === scoringRules;
      } else if (body.fact === 'shipment') {
        this.account(body.challenge, body.shipment.owner).shipments.set(body.shipment.id, body.shipment);
      } else {
        const { owner, item } = body.extension;
        this.account(body.challenge, owner).extensions.set(item, body.extension);
      }
    } else if (body.kind === 'calculation') {
      const { challenge, owner, asOf } = body;
      if (!this.current) {
        this.earlier++;
        return undefined;
      }
      const input = this.inputFor(challenge, owner, asOf);
      if (!input) return `there is no policy for ${challenge}`;
      const computed = score(input);
      if (canonicalJson(computed) === canonicalJson(body.score)) return undefined;
      if (canonicalJson(pointsOf(computed)) !== canonicalJson(pointsOf(body.score)))
        return `the score of ${owner} in ${challenge} is ${computed.total} of ${computed.of}, not ${body.score.total} of ${body.score.of}, or is made up of other points`;
      this.reworded++;
    }
    return undefined;
  }

  private inputFor(challenge: string, owner: string, now: Date): ScoreInput | undefined {
    const key = JSON.stringify([owner, now]);
    let inputs = this.settled.get(key);
    if (!inputs) {
      const counted = [...this.policies.values()].filter((one) => this.inForce?.has(one.challenge) ?? true);
      const all = counted.map((policy): ScoreInput => {
        const account = this.account(policy.challenge, owner);
        const [shipments, extensions] = [[...account.shipments.values()], [...account.extensions.values()]];
        return { policy, now, evidence: account.evidence, shipments, extensions };
      });
      this.settled.set(key, (inputs = settleTogether(all)));
    }
    return inputs.find(({ policy }) => policy.challenge === challenge);
  }

  private account(challenge: string, owner: string): Account {
    const key = JSON.stringify([challenge, owner]);
    let account = this.accounts.get(key);
    if (!account) this.accounts.set(key, (account = { shipments: new Map(), evidence: [], extensions: new Map() }));
    return account;
  }
}
