/** Something that the person who called must say otherwise. */
export class WrongUse extends Error {}
