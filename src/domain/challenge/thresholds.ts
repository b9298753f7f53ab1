// What good practice is measured against, unless a challenge says otherwise.

/** Numbers that a challenge may set under `milestones`; each milestone's own name sets the share of its steps that suffices. */
export const defaultThresholds = {
  inception: 1,
  reproducibility: 1,
  quality: 1,
  deployment: 1,
  /** 0: not looked for. */
  flow: 0,
  layout: 0,
  /** Words that make a section of a card written. */
  card_words: 8,
  /** Issues that show that they are in use. */
  issues: 3,
  /** Issues that must stand on a project board of the organisation; 0, and boards are shown but asked of nobody. */
  board: 0,
  /** Share of lines that the tests must run. */
  coverage: 0.6,
  /** Largest file that belongs in git, in megabytes. */
  file_megabytes: 5,
  /** Pylint's mark that suffices. */
  pylint: 8,
};

export type Thresholds = typeof defaultThresholds;
