package dev.boardcast.spi;

/**
 * Maps streams to shards of the event log. All streams {@code user.*} and {@code team.*}, and that
 * of all tasks, are in shard 0, so that a session that follows several of them sees one order;
 * application streams are spread over the others.
 */
public final class Shards {
  /** The shard of {@code user.*}, {@code team.*} and {@link #ALL_TASKS}. */
  public static final int PEOPLE = 0;

  /**
   * The stream of the changes of all tasks, for admins. The topic of this name stands for the
   * streams that its reader may see, so nobody else can ask for this one, nor publish to it.
   */
  public static final String ALL_TASKS = "tasks";

  /** The number of shards; fixed, because a stream must never move to another shard. */
  public static final int COUNT = 4;

  private Shards() {}

  /** The shard of a stream, the same on every node and in every release. */
  public static int of(String stream) {
    if (stream.startsWith("user.") || stream.startsWith("team.")) return PEOPLE;
    if (stream.equals(ALL_TASKS)) return PEOPLE;
    return 1 + Math.floorMod(stream.hashCode(), COUNT - 1);
  }
}
