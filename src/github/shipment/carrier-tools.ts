// What a carrier is given to carry with.
import type { RepositoryOf } from '../client/repository.ts';
import type { Commit } from './shipment-files.ts';

/** Puts a file at a remote unless it is there already with these bytes; resolves to where it is. */
export type PutRemote = (file: string, remote: string, name: string) => Promise<string>;

export type CarrierTools = { named: RepositoryOf; webUrl: string; commitTo: Commit; putRemote: PutRemote };
