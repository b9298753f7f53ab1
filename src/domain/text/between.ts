// A closed range of whole numbers.

export type Between = { min: number; max: number };
