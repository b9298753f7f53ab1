// What is known at a place in the ledger: the rules, and by challenge and owner what was shipped, seen and granted.
import type { Evidence } from '../evidence/evidence.ts';
import type { Extension } from '../evidence/late.ts';
import type { ScoredShipment, ScoreInput } from '../evidence/criterion.ts';
import type { ScorePolicy } from '../evidence/policy.ts';
import { settleTogether } from '../score/settle-together.ts';
import type { LedgerBody } from './ledger.ts';

type Account = {
  shipments: Map<string, ScoredShipment>;
  evidence: Evidence[];
  /** The latest for each thing. */
  extensions: Map<string | undefined, Extension>;
};

export class Accounts {
  readonly #policies = new Map<string, ScorePolicy>();
  /** The challenges in force; ledgers from before they were entered name none. */
  #inForce: ReadonlySet<string> | undefined;
  readonly #accounts = new Map<string, Account>();
  /** By owner and moment, until something new is known. */
  readonly #settled = new Map<string, ScoreInput[]>();

  take(body: Extract<LedgerBody, { kind: 'fact' | 'observation' }>): void {
    this.#settled.clear();
    if (body.kind === 'observation')
      this.#account(body.evidence.challenge, body.evidence.owner).evidence.push(body.evidence);
    else if (body.fact === 'policy') this.#policies.set(body.policy.challenge, body.policy);
    else if (body.fact === 'challenges') this.#inForce = new Set(body.names);
    else if (body.fact === 'shipment')
      this.#account(body.challenge, body.shipment.owner).shipments.set(body.shipment.id, body.shipment);
    else {
      const { owner, item } = body.extension;
      this.#account(body.challenge, owner).extensions.set(item, body.extension);
    }
  }

  /** In the order in which they came into force. */
  policies(): ScorePolicy[] {
    return [...this.#policies.values()].filter((policy) => this.#inForce?.has(policy.challenge) ?? true);
  }

  /** All challenges of the owner at that moment, by these rules or those in force. */
  inputsOf(owner: string, now: Date, policies: readonly ScorePolicy[] = this.policies()): ScoreInput[] {
    const all = policies.map((policy): ScoreInput => {
      const account = this.#account(policy.challenge, owner);
      const [shipments, extensions] = [[...account.shipments.values()], [...account.extensions.values()]];
      return { policy, now, evidence: account.evidence, shipments, extensions };
    });
    return settleTogether(all);
  }

  inputFor(challenge: string, owner: string, now: Date): ScoreInput | undefined {
    const key = JSON.stringify([owner, now]);
    let inputs = this.#settled.get(key);
    if (!inputs) this.#settled.set(key, (inputs = this.inputsOf(owner, now)));
    return inputs.find(({ policy }) => policy.challenge === challenge);
  }

  #account(challenge: string, owner: string): Account {
    const key = JSON.stringify([challenge, owner]);
    let account = this.#accounts.get(key);
    if (!account) this.#accounts.set(key, (account = { shipments: new Map(), evidence: [], extensions: new Map() }));
    return account;
  }
}
