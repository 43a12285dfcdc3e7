package dev.boardcast.spi;

/**
 * Maps streams to shards of the event log. All streams {@code user.*} and {@code team.*} are in
 * shard 0, so that a session that follows several of them sees one order; application streams are
 * spread over the others.
 */
public final class Shards {
  /** The shard of {@code user.*} and {@code team.*}. */
  public static final int PEOPLE = 0;

  /**
   * The stream of the changes of all tasks, for admins; no team has an empty id. It is part of the
   * topic {@code tasks} only.
   */
  public static final String ALL_TASKS = "team.";

  /** The number of shards; fixed, because a stream must never move to another shard. */
  public static final int COUNT = 4;

  private Shards() {}

  /** The shard of a stream, the same on every node and in every release. */
  public static int of(String stream) {
    if (stream.startsWith("user.") || stream.startsWith("team.")) return PEOPLE;
    return 1 + Math.floorMod(stream.hashCode(), COUNT - 1);
  }
}
