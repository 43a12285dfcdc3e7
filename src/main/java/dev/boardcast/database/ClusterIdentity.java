package dev.boardcast.database;

import java.sql.SQLException;

/** Reads the random name of a cluster, which its database keeps. Stateless. */
public final class ClusterIdentity {
  private ClusterIdentity() {}

  /**
   * Migrates the schema, as any node does that starts, and reads the name. Blocks; a database that
   * cannot be reached is given 30 s.
   *
   * @throws IllegalStateException when the database cannot be used
   */
  public static String read(DatabaseConfig config) {
    try {
      String schema = Migrations.applyNow(config);
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
