// A law that holds for a second of examples is taken to hold of a mutant: there are thousands of them.
import fc from 'fast-check';

fc.configureGlobal({ interruptAfterTimeLimit: 1000, endOnFailure: true, seed: 1 });
