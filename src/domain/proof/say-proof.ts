// A proof in words: one cell for each link, for the check run and the student's page alike.
import { sayDuration, sayInstant } from '../time/say-time.ts';
import { shortSha } from '../evidence/criterion.ts';
import { sayModel } from './missing-links.ts';
import { links, type Link, type Proof } from './proof.ts';

/** `open`: not to be expected before the missing link; `none`: the challenge asks for no service. */
export type SaidLink = { link: Link; state: 'proven' | 'missing' | 'open' | 'none'; text: string };

export const linkWords: Record<Link, string> = {
  shipment: 'shipped',
  commit: 'in the branch',
  run: 'run that used it',
  model: 'model',
  service: 'served',
};

/** A cell for each link, in the order of the proof. */
export function sayProof(proof: Proof, zone: string): SaidLink[] {
  const { missing } = proof;
  return links.map((link): SaidLink => {
    const text = proven(proof, link, zone);
    if (text !== undefined) return { link, state: 'proven', text };
    if (missing?.link === link) return { link, state: 'missing', text: 'missing' };
    return missing ? { link, state: 'open', text: '–' } : { link, state: 'none', text: 'not asked for' };
  });
}

function proven({ shipment, commit, run, model, service, took }: Proof, link: Link, zone: string): string | undefined {
  switch (link) {
    case 'shipment':
      return shipment && sayInstant(shipment.at, zone);
    case 'commit':
      return commit && (commit.sha === undefined ? sayInstant(commit.at, zone) : shortSha(commit.sha));
    case 'run':
      return run && `${shortSha(run.commit)}, ${run.trust}, after ${sayDuration(took ?? 0)}`;
    case 'model':
      return model && sayModel(model.of);
    case 'service':
      return service && `${service.version}, seen ${sayInstant(service.at, zone)}`;
  }
}
