// Room for more numbers: how the typed arrays of a table grow while it is read.

type Numbers = Uint8Array | Int32Array | Uint32Array | Float64Array;

/** The same numbers in an array of twice the length. */
export function doubled<Kind extends Numbers>(numbers: Kind): Kind {
  const larger = new (numbers.constructor as new (length: number) => Kind)(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
