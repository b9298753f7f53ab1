// A remark on a line of a file, as a check run shows it.

export type Annotation = {
  path: string;
  line: number;
  column?: number;
  level: 'notice' | 'warning' | 'failure';
  title?: string;
  message: string;
};
