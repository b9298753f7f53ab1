// The forms of dates that challenge.yml knows, as Python's strptime has them.
import { expect, test } from 'vitest';
import { pythonDates } from '../../../src/domain/propose/student-project.ts';

test.each([
  ['dd.mm.yyyy', '%d.%m.%Y'],
  ['mm/dd/yy', '%m/%d/%y'],
  ['mmm d yyyy', '%b %d %Y'],
  ['dd-mmmm-yyyy', '%d-%B-%Y'],
  ['dd/MM/yyyy HH:MM:SS', '%d/%m/%Y %H:%M:%S'],
  ['m/d/yyyy h:mm tt', '%m/%d/%Y %I:%M %p'],
  ['%d/%m/%Y', '%d/%m/%Y'],
])('%s is %s', (form, python) => {
  expect(pythonDates(form)).toBe(python);
});
