package dev.boardcast.alerts;

/** How one value compares with the bounds of a rule. */
enum Verdict {
  /** Beyond the bound. */
  BREACH,
  /** Within the bound, but not within the bound to clear. */
  BETWEEN,
  /** Within the bound to clear. */
  CLEAR,
  /** There is no value, or too little to judge it by. */
  ABSENT
}
