// What is said where a release is in the branch, but not as it was sent: on the commit and in its pull request.
import { sayAlteration, type Alteration, type AlterationKind } from '../shipment/alteration.ts';
import { code, plain } from '../text/escape.ts';

type AlteredRelease = {
  release: string;
  /** Where it belongs, and the commit that has it there as it was sent. */
  path: string;
  sentIn: string;
  branch: string;
  alteration: Alteration;
  /** It was there as it was sent before. */
  late: boolean;
};

/** What is said on the commit and in the pull request. */
export function describeAlteration(altered: AlteredRelease): { title: string; body: string } {
  const { release, path, branch, alteration, late } = altered;
  const how = plain(sayAlteration(alteration));
  const what = late ? `was altered in ${plain(branch)} (${how})` : `reached ${plain(branch)}, but altered (${how})`;
  return {
    title: `${plain(release)} ${what}: take the file as it was sent`,
    body: [
      `**${plain(release)}** is in ${code(branch)}, but ${code(path)} is not the file that was sent: **${how}**. It does not count as received, nor do runs with it.`,
      '',
      'The way back, in a clone of this repository:',
      '',
      '```sh',
      ...wayBack(altered),
      '```',
      '',
      ...new Set(alteration.kinds.map((kind) => advice[kind])),
    ].join('\n'),
  };
}

function wayBack({ release, path, sentIn, branch, alteration }: AlteredRelease): string[] {
  const { kinds, movedTo } = alteration;
  return [
    `git switch ${quote(branch)} && git pull`,
    `git fetch origin ${sentIn}`,
    ...(kinds.includes('pointer of DVC') ? [`git rm ${quote(`${path}.dvc`)}`] : []),
    ...(movedTo === undefined ? [] : [`git rm ${quote(movedTo)}`]),
    `git checkout ${sentIn} -- ${quote(path)}`,
    `git commit --no-verify -m ${quote(`Take ${release} as it was sent`)}`,
    'git push',
  ];
}

const advice: Record<AlterationKind, string> = {
  'line ends':
    'So that it does not happen again, put `data/** -text` in `.gitattributes`, and leave `data/` out of the hooks that mend line ends.',
  'trailing blanks':
    'So that it does not happen again, leave `data/` out of the hooks that mend blanks (`exclude: ^data/` in `.pre-commit-config.yaml`).',
  encoding:
    'Do not save the file in an editor or a spreadsheet: read it with your code, and write what you make of it elsewhere.',
  'quotes or separator':
    'Do not save the file in a spreadsheet: read it with your code, and write what you make of it elsewhere.',
  'pointer of LFS':
    'Take its pattern out of `.gitattributes` first (`git lfs untrack`): releases are kept in git itself.',
  'pointer of DVC': 'Keep the release in git itself; what your pipeline makes of it may be kept by DVC.',
  moved: 'Copy the file if you need it elsewhere, and leave the one that was sent where it is.',
  removed: 'Leave the file where it was sent; copy it if you need it elsewhere.',
  content: 'Leave the file as it was sent; write what you make of it into a file of your own.',
};

/** For a POSIX shell. */
function quote(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
