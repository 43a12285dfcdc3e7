package dev.boardcast.events;

/**
 * Decides behind which events the pages of pollers end. That depends on the sequence alone, not on
 * where a page begins, so readers that begin at different offsets soon read the same pages, which a
 * cache then has once. About one event in {@value #EVERY} is a cut point, in each stream, whatever
 * other streams share its shard.
 */
final class CutPoints {
  /** A page without a cut point ends after so many events. */
  static final int MAX_EVENTS = 200;

  private static final int EVERY = 50;

  private CutPoints() {}

  /** Whether a page ends behind the event of this sequence. */
  static boolean isCut(long sequence) {
    return Long.remainderUnsigned(mix(sequence), EVERY) == 0;
  }

  /** Each bit of the result depends on all of the argument's (the finalizer of SplitMix64). */
  private static long mix(long sequence) {
    long mixed = (sequence ^ (sequence >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
