package dev.boardcast.lab.load;

/** How a client behaves. */
enum ClientBehavior {
  /** Reads all, stays. */
  STEADY,
  /** Loses its line every few seconds and comes back after a while. */
  JITTER,
  /** Reads 2 KB a second. */
  SLOW,
  /** Stops reading and answering, as behind a dead router, then comes back on a new line. */
  HALF_OPEN,
  /** Its tokens are valid for a few seconds only. */
  EXPIRED
}
