// What a world holds before anything happens in it: an organisation, its people, its repositories, an App.
import type { Permissions, Role } from '../world/records.ts';

export type WorldPlan = {
  organisation: string;
  /** Who owns it; `teacher` if left out. */
  owner?: PersonPlan;
  members?: readonly PersonPlan[];
  /** People with an account and no place in the organisation. */
  outsiders?: readonly PersonPlan[];
  teams?: readonly { name: string; members?: readonly string[] }[];
  repositories?: readonly RepositoryPlan[];
  app?: AppPlan;
};

/** A login, or a login with a name. */
export type PersonPlan = string | { login: string; name?: string };

export type RepositoryPlan = {
  name: string;
  /** True if left out. */
  private?: boolean;
  template?: boolean;
  /** Path → content of its first commit; without any, the repository stays empty. */
  files?: Readonly<Record<string, string | Buffer>>;
  /** A folder of this machine whose files are in the first commit, executable where they are. */
  folder?: string;
  /** Of that commit. */
  message?: string;
  collaborators?: Readonly<Record<string, Role>>;
};

export type AppPlan = {
  /** The text of the App's manifest (`app.yml`): its name, permissions and events are those. */
  manifest: string;
  slug?: string;
  /** An account of the world; the organisation if left out. */
  owner?: string;
  webhook?: { url: string; secret: string };
  /** False: made, not installed yet. */
  installed?: boolean;
};

export type Manifest = { name: string; permissions: Permissions; events: string[] };

export type Person = { login: string; name: string; token: string };

export type BuiltWorld = {
  organisation: string;
  owner: Person;
  members: Person[];
  outsiders: Person[];
  app:
    | { appId: number; clientId: string; slug: string; privateKey: string; webhookSecret: string | undefined }
    | undefined;
  /** Undefined where there is no App, or it is not installed. */
  installationId: number | undefined;
};
