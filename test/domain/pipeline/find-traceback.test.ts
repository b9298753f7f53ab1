// Which line of whose code a Python traceback names.
import { expect, test } from 'vitest';
import { findTracebacks } from '../../../src/domain/pipeline/find-traceback.ts';

const work = '/home/runner/work/x/x';

test('the innermost line of the own code, with the words of the error', () => {
  const log = `training
Traceback (most recent call last):
  File "${work}/src/project/train.py", line 40, in <module>
    main()
  File "${work}/src/project/train.py", line 12, in main
    model.fit(rows)
    ~~~~~~~~~^^^^^^
  File "${work}/.venv/lib/python3.12/site-packages/sklearn/base.py", line 1473, in wrapper
    return fit_method(estimator)
ValueError: Input X contains NaN.
done`;
  expect(findTracebacks(log, work)).toEqual([
    { path: 'src/project/train.py', line: 12, message: 'ValueError: Input X contains NaN.' },
  ]);
});

test('a chain of two errors names both', () => {
  const one = (file: string, line: number, error: string) =>
    `Traceback (most recent call last):\n  File "${file}", line ${line}, in f\n    x\n${error}\n`;
  const log = `${one('a.py', 3, 'KeyError: 1')}\nDuring handling of the above exception, another exception occurred:\n\n${one(`${work}/b.py`, 9, 'RuntimeError: no')}`;
  expect(findTracebacks(log, work).map(({ path, line }) => [path, line])).toEqual([
    ['a.py', 3],
    ['b.py', 9],
  ]);
});

test('a syntax error in the script itself', () => {
  const log = `  File "${work}/train.py", line 2\n    def f(:\n          ^\nSyntaxError: invalid syntax\n`;
  expect(findTracebacks(log, work)).toEqual([{ path: 'train.py', line: 2, message: 'SyntaxError: invalid syntax' }]);
});

test('Windows paths', () => {
  const log =
    'Traceback (most recent call last):\r\n  File "D:\\a\\x\\x\\src\\train.py", line 5, in <module>\r\n    f()\r\nTypeError: no\r\n';
  expect(findTracebacks(log, 'D:\\a\\x\\x')).toEqual([{ path: 'src/train.py', line: 5, message: 'TypeError: no' }]);
});

test.each([
  [
    'only libraries',
    `Traceback (most recent call last):\n  File "/usr/lib/python3.12/json/decoder.py", line 3, in f\nValueError: x`,
  ],
  [
    'another folder that begins alike',
    `Traceback (most recent call last):\n  File "${work}-evil/a.py", line 3, in f\nValueError: x`,
  ],
  ['a way out', 'Traceback (most recent call last):\n  File "../../etc/passwd", line 3, in f\nValueError: x'],
  ['an end that never comes', `Traceback (most recent call last):\n  File "${work}/a.py", line 3, in f`],
  ['no Python', 'error: something at line 3'],
])('%s: nothing', (_name, log) => expect(findTracebacks(log, work)).toEqual([]));
