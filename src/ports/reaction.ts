// What the flows of a reaction need from the database, and what its runs are told.
import type { Reaction } from '../domain/reaction/reaction.ts';

export interface ReactionStore {
  reaction(organisation: string, id: string): Promise<Reaction | undefined>;
  /** The same, held until the transaction ends: for whoever decides by what it says. */
  lock(organisation: string, id: string): Promise<Reaction | undefined>;
  /** Of one pull request, the oldest first. */
  ofPull(organisation: string, pull: number): Promise<Reaction[]>;
  /** Those that run. */
  running(organisation: string): Promise<Reaction[]>;
  save(organisation: string, reaction: Reaction): Promise<void>;
}

/** What a run of a reaction asks for, and what it says at its end. */
export type ReactionAsked = { what: 'checkout' } | { what: 'slice' } | { what: 'outcome'; body: string };
export type ReactionAnswer = { text: string } | { refused: string };
