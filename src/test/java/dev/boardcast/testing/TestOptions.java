package dev.boardcast.testing;

import dev.boardcast.BoardcastOptions;
import dev.boardcast.database.DatabaseConfig;

/** Options of nodes in the JVM of a test. */
public final class TestOptions {
  private TestOptions() {}

  /**
   * All roles on free ports of the loopback address, with the secret of {@link Cluster}. Boards and
   * streams without a visibility of their own are public.
   */
  public static BoardcastOptions local(DatabaseConfig db) {
    return BoardcastOptions.local(db.postgresUri(), db.redisUri(), Cluster.SECRET)
        .set("default-visibility", "public");
  }
}
