// The kinds of drift, a line each: what is not listed here cannot be written in a challenge.yml.
import { concept } from './concept.ts';
import { covariate } from './covariate.ts';
import type { DriftKindRules, DriftSettings } from './drift-kind.ts';
import { duplicate } from './duplicate.ts';
import { label } from './label.ts';
import { late } from './late.ts';
import { missing } from './missing.ts';
import { schema } from './schema.ts';

const table = { covariate, label, concept, schema, missing, duplicate, late } as const;

export type DriftKind = keyof typeof table;
export type Drift = { kind: DriftKind } & DriftSettings;

export const driftKinds = Object.keys(table) as DriftKind[];
export const rulesOf = ({ kind }: Pick<Drift, 'kind'>): DriftKindRules => table[kind];
export const rateOf = (drift: Drift): number => drift.rate ?? rulesOf(drift).rate;
