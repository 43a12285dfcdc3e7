package dev.boardcast.lab.load;

/** How a client behaves. */
enum ClientBehavior {
  /** Reads everything and stays connected. */
  STEADY,
  /** Loses its connection every few seconds and reconnects after a while. */
  JITTER,
  /** Reads 2 KB a second. */
  SLOW,
  /** Stops reading and answering, as behind a dead router, then reconnects. */
  HALF_OPEN,
  /** Uses tokens that are valid for a few seconds. */
  EXPIRED
}
