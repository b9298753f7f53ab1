// A law that holds for a quarter of a second of examples is taken to hold of a mutant: there are thousands of them.
import fc from 'fast-check';

fc.configureGlobal({ interruptAfterTimeLimit: 250 });
