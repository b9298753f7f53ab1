// What stands in a card's form before anybody has written a word: nothing of it counts as the team's own.

/** The sentences of huggingface_hub's model and dataset card forms (2.4.0), in the words that `plain` leaves. */
const FORM = [
  'users both direct and downstream should be made aware of the risks biases and limitations of the model',
  'users should be made aware of the risks biases and limitations of the dataset',
  'more information needed for further recommendations',
  'more information needed',
  'carbon emissions can be estimated using the machine learning impact calculator presented in lacoste et al 2019',
  'use the code below to get started with the model',
  'this model card aims to be a base template for new models',
  'this modelcard aims to be a base template for new models',
  'this dataset card aims to be a base template for new datasets',
  'it has been generated using this raw template',
  // Of its comments, when their marks are taken away.
  'this section describes the evaluation protocols and provides the results',
  'this section is meant to convey both technical and sociotechnical limitations',
  'this section is meant to convey recommendations with respect to the bias risk and technical limitations',
  'this section addresses questions around how the model is intended to be used including the foreseeable users of the model and those affected by the model',
  'this section is for the model use without fine tuning or plugging into a larger ecosystem app',
  'this section addresses misuse malicious use and uses that the model will not work well for',
  'these are the evaluation metrics being used ideally with a description of why',
  'total emissions in grams of co2eq and additional considerations such as electricity usage go here',
];
/** A paragraph that only says that something will be written. */
const PROMISE =
  /^[\s>*_#-]*(?:TODO|TBD|FIXME|XXX|WIP|tba|(?:will|to) be (?:done|written|filled|added|announced|completed|described|provided)|work in progress|coming soon|lorem ipsum|fill (?:this|me) in|placeholder|n\/a\b)/i;
const LABEL = /^\s*(?:[-*+]\s+)?\*\*[^*\n]{1,100}\*\*:?/;

/** The text without labels, promises, links' addresses, marks of a template and sentences of the form. */
export function ownWords(text: string): string {
  return text
    .split(/\r?\n[ \t]*\r?\n/)
    .filter((paragraph) => !PROMISE.test(paragraph))
    .map((paragraph) =>
      paragraph
        .split(/\r?\n/)
        .map((line) => line.replace(LABEL, ''))
        .join(' '),
    )
    .map((paragraph) => withoutForm(plain(paragraph)))
    .join('\n');
}

/** Lower case, without punctuation and addresses, so that a form is known however it is laid out. */
function plain(text: string): string {
  const words = text
    .replaceAll(/\{\{[^{}]{0,500}\}\}/g, ' ')
    .replaceAll(/\]\([^()\s]{0,2000}\)/g, ']')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return ` ${(words ?? []).join(' ')} `;
}

function withoutForm(words: string): string {
  return FORM.reduce((left, sentence) => left.replaceAll(` ${sentence} `, ' '), words);
}
