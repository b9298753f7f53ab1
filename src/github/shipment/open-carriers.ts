// The carriers of an installation: one line each. The compiler asks for the line of a kind that has none.
import type { CarrierKind } from '../../domain/carrier/carriers.ts';
import type { CarrierPort } from '../../ports/github.ts';
import { assetCarrier } from './asset-carrier.ts';
import { commitCarrier } from './commit-carrier.ts';
import type { CarrierTools } from './carrier-tools.ts';
import { pullRequestCarrier } from './pull-request-carrier.ts';
import { remoteCarrier } from './remote-carrier.ts';

export function openCarriers(tools: CarrierTools): Record<CarrierKind, CarrierPort> {
  return {
    commit: commitCarrier(tools),
    pull_request: pullRequestCarrier(tools),
    asset: assetCarrier(tools),
    rclone: remoteCarrier(tools),
  };
}
