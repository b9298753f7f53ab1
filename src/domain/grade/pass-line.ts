// Whether points are enough to pass.

/** `pass` is a share of what could be earned; points have two decimals, and no rounding error may decide. */
export function reaches(total: number, of: number, pass: number): boolean {
  return total >= pass * of - 1e-9;
}
