// The data card of real slices, and of hostile ones.
import { expect, test } from 'vitest';
import { summarizeSlice } from '../../src/dataset/slice/summarize-slice.ts';
import { renderDataCard } from '../../src/domain/dataset/data-card.ts';
import { fileWith, workFolder } from './work-folder.ts';

const dir = workFolder();
const summary = async (text: string) => (await summarizeSlice(fileWith(dir, text)))!;

test('columns, ranges, missing values, and what changed', async () => {
  const previous = await summary('day,size,kind,old\n2020-01-01,.2,a,1\n2020-01-02,1.5,b,2\n');
  const now = await summary('day,size,kind,new\n2020-01-04,3,a,x\n2020-01-03,,c,y\n2020-01-05,4,c,z\n');
  const counts = ['20 points when it is on the default branch, unaltered'];
  expect(renderDataCard({ summary: now, previous, counts })).toMatchInlineSnapshot(`
    "3 rows, 4 columns.

    | column | holds | range or values | missing |
    |---|---|---|---:|
    | \`day\` | date | \`2020-01-03\` to \`2020-01-05\` | 0 |
    | \`size\` | number | \`3\` to \`4\`, mean 3.5 | 1 (33.33%) |
    | \`kind\` | text | \`c\` 2, \`a\` 1 | 0 |
    | \`new\` | text | \`x\` 1, \`y\` 1, \`z\` 1 | 0 |

    **Since the last release:**
    - \`old\` is gone
    - \`size\`: 33.33% missing, before 0%
    - \`size\`: the mean went from 0.85 to 3.5
    - \`kind\` has new values: \`c\`
    - \`new\` is new

    **It counts for:**
    - 20 points when it is on the default branch, unaltered
    "
  `);
});

test('names and values that try to be Markdown, HTML or mentions show as code', async () => {
  const card = renderDataCard({ summary: await summary('"@everyone | <script>","`x`"\n"@teacher\n#1","</td>"\n') });
  for (const line of card.split('\n').slice(4)) {
    // What is left without code spans is the table itself.
    expect(line.replaceAll(/(`+)(?:(?!\1).)+?\1(?!`)/g, '')).not.toMatch(/[@<>#`]/);
  }
});

test('a thousand columns and long texts stay within what GitHub shows', async () => {
  const names = Array.from({ length: 1000 }, (_, index) => `${'n'.repeat(500)}${index}`);
  const text = `${names.join(',')}\n${names.map(() => 'v'.repeat(2000)).join(',')}\n`;
  const card = renderDataCard({ summary: await summary(text), previous: await summary('a\n1\n') });
  expect(card.length).toBeLessThan(30_000);
  expect(card).toContain('… and 940 more');
});

test('memory does not grow with the number of different values', async () => {
  const lines = Array.from({ length: 50_000 }, (_, row) => `text ${row},${row}\n`);
  const { columns } = await summary(`a,b\n${lines.join('')}`);
  expect(columns).toEqual([
    { name: 'a', kind: 'text', missing: 0 },
    { name: 'b', kind: 'number', missing: 0, min: '0', max: '49999', mean: 24_999.5 },
  ]);
});
