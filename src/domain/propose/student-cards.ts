// The cards of a student's project as they begin: what the contract of the challenge says, the rest to be written.
import { code } from '../text/escape.ts';
import { flowYaml } from '../text/write-yaml.ts';
import type { Proposal } from './propose-course.ts';
import { featuresOf } from './student-project.ts';
import type { Task } from './task.ts';

const unwritten = '[More Information Needed]';
const mostNamed = 30;

const metricsOf: Record<Task, string[]> = { classification: ['accuracy', 'f1'], regression: ['mae', 'r2'] };

/** Headings as in the template's own card; those at the end of a branch are to be written. */
const modelSections = [
  '## Uses',
  '### Direct Use',
  '### Out-of-Scope Use',
  '## Bias, Risks, and Limitations',
  '## Training Details',
  '### Training Data',
  '## Evaluation',
  '### Metrics',
  '### Results',
  '## Environmental Impact',
];
const datasetSections = [
  '## Uses',
  '## Dataset Structure',
  '## Dataset Creation',
  '### Source Data',
  '### Personal and Sensitive Information',
  '## Bias, Risks, and Limitations',
];

export function renderModelCard(proposal: Proposal, task: Task): string {
  return render({
    front: [
      "# The form is Hugging Face's, so that this file can go to the Hub as it is. Two keys are yours to add:",
      '# datasets (the names of what it was trained on) and model-index (task, dataset, metrics with their values).',
      'license: mit',
      'library_name: scikit-learn',
      `tags: [tabular-${task}]`,
      `metrics: ${flowYaml(metricsOf[task])}`,
    ],
    title: 'Model card',
    about: [
      `Predicts ${code(proposal.target ?? '')} from ${named(featuresOf(proposal))}. \`python3 -m project.train\` makes it`,
      'from the slices in `data/incoming`.',
    ],
    sections: modelSections,
  });
}

export function renderDatasetCard(proposal: Proposal, task: Task): string {
  const columns = proposal.columns.map(({ name }) => name).filter((name) => name !== '');
  return render({
    front: [
      "# The form is Hugging Face's. Keys that are yours to add: license, size_categories, source_datasets, configs (data_files).",
      `pretty_name: ${flowYaml(proposal.title)}`,
      `task_categories: [tabular-${task}]`,
    ],
    title: 'Dataset card',
    about: [
      'The slices in `data/incoming`, one file each, in the order in which they arrived. `data/schema.yml` says what each',
      `row keeps to. The columns are ${named(columns)}.`,
    ],
    sections: datasetSections,
  });
}

type Card = { front: string[]; title: string; about: string[]; sections: readonly string[] };

function render({ front, title, about, sections }: Card): string {
  const isParent = (at: number): boolean => sections[at]!.startsWith('## ') && !!sections[at + 1]?.startsWith('### ');
  const body = sections.flatMap((heading, at) => ['', heading, ...(isParent(at) ? [] : ['', unwritten])]);
  return ['---', ...front, '---', '', `# ${title}`, '', ...about, ...body, ''].join('\n');
}

function named(names: readonly string[]): string {
  const rest = names.length - mostNamed;
  return `${names
    .slice(0, mostNamed)
    .map((name) => code(name))
    .join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
