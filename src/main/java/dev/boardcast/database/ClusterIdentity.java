package dev.boardcast.database;

import java.sql.SQLException;

/** Reads the random name of a cluster, which its database keeps. Stateless. */
public final class ClusterIdentity {
  private ClusterIdentity() {}

  /**
   * Migrates the schema as any node does that starts, unless the setting forbids it, and reads the
   * name. Blocks; a database that cannot be reached is given 30 s.
   *
   * @throws IllegalStateException when the database cannot be used, or the schema lacks migrations
   *     that this node may not apply
   */
  public static String read(DatabaseConfig config) {
    try {
      String schema = Migrations.prepareNow(config);
      try (var connection = Migrations.dataSource(config).getConnection();
          var statement = connection.createStatement();
          var found =
              statement.executeQuery("SELECT name FROM \"" + schema + "\".cluster_identity")) {
        found.next();
        return found.getString(1);
      }
    } catch (SQLException unusable) {
      throw new IllegalStateException(unusable.getMessage(), unusable);
    }
  }
}
