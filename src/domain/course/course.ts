// A course as the rest of the program sees it: course.yml and roster.csv with every default filled in.

export type Visibility = 'private' | 'internal' | 'public';
export type Permission = 'pull' | 'triage' | 'push' | 'maintain' | 'admin';

export const occasions = ['release', 'deadline', 'incident'] as const;
export type Occasion = (typeof occasions)[number];

export type Course = {
  title: string;
  /** An IANA zone: what a date without an offset means. */
  timezone: string;
  /** Slug of the organisation's team that teaches. */
  staff?: string;
  /** Path of the roster in the course repository. */
  roster: string;
  repositories: {
    /** Template with `{owner}` and, for one repository per challenge, `{challenge}`. */
    name: string;
    template?: string;
    visibility: Visibility;
    permission: Permission;
    /** What the staff team may do in each. */
    staffPermission: Permission;
    /** What who leaves the course keeps of what was theirs. */
    leavers: 'read' | 'none';
    /** Repositories that the app did not make and may take over. */
    adopt: string[];
  };
  late: {
    tokens: number;
    /** Days of lateness that one token pays for. */
    daysPerToken: number;
    /** Share of the points lost for each day after the tokens, 0 to 1. */
    thenPerDay: number;
  };
  grades: {
    /** Share of the points needed to pass, 0 to 1. */
    pass: number;
    release: 'auto' | 'manual';
  };
  /** How long after its last `ends` what is kept about people goes, such as `2y`; absent: it stays. */
  retention?: string;
  /** On which occasions students are told by a comment that mentions them; absent: never. */
  notify?: Occasion[];
  /** Folders or files of the challenges to read; absent: every `challenges/<name>/challenge.yml`. */
  challenges?: string[];
};

/** A student on the roster. `id` is the institution's, never GitHub's. */
export type Member = { login: string; id?: string; name?: string };

/** Who a student repository belongs to: one student, or a group of them. `slug` goes into names and paths. */
export type Owner = { slug: string; kind: 'student' | 'group'; name: string; members: Member[] };
