package dev.boardcast.spi;

/**
 * Which shard a stream belongs to. All streams of people and teams share shard 0, so that a session
 * that follows several of them sees one order; application streams spread over the others.
 */
public final class Shards {
  /** The shard of {@code user.*} and {@code team.*}. */
  public static final int PEOPLE = 0;

  /** How many there are; fixed, because a stream must never move to another shard. */
  public static final int COUNT = 4;

  private Shards() {}

  /** The shard of a stream, the same on every node and in every release. */
  public static int of(String stream) {
    if (stream.startsWith("user.") || stream.startsWith("team.")) return PEOPLE;
    return 1 + Math.floorMod(stream.hashCode(), COUNT - 1);
  }
}
