// What a student reads of whose their service is, with what it costs and what to do. It never names the other student.
import { UNPROVEN_ENDPOINT, type ServiceIdentity } from '../endpoint/service-identity.ts';

const prove =
  'Let `GET /metadata` answer the header `Practicum-Nonce` as `"nonce"` and the name of your repository as `"repository"`.';

const words: Record<ServiceIdentity | 'required', string> = {
  proven: '',
  unproven: `It does not say which repository it is of. That costs nothing now; if somebody else registers its address, it counts for nobody until one of you proves it. ${prove}`,
  required: `It does not say which repository it is of, as this challenge requires: every probe counts as failed until it does. ${prove}`,
  shared: `Somebody else registered the same address. Until one of you proves that it is theirs, it counts as down for both; whose it is loses nothing once it is proven. ${prove}`,
  taken:
    'Somebody else registered the same address and proved that it is theirs: every probe counts as failed for you. Register the address of your own service.',
  another:
    "It says that it is of somebody else's repository: every probe counts as failed. Register the address of your own service, or correct the `repository` that `/metadata` answers.",
};

/** With a space before it, to follow a sentence; `code` is that of the last probe, if there was one. */
export function sayIdentity(identity: ServiceIdentity | undefined, code?: string): string {
  if (identity === 'unproven' && code === UNPROVEN_ENDPOINT) return ` ${words.required}`;
  if (identity === undefined || words[identity] === '' || (identity === 'unproven' && code === undefined)) return '';
  return ` ${words[identity]}`;
}
