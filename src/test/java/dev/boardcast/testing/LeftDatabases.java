package dev.boardcast.testing;

import java.sql.SQLException;
import java.util.UUID;

/** Databases of earlier test JVMs: their names tell the process that made them. */
final class LeftDatabases {
  private LeftDatabases() {}

  /** A name for a database of this JVM. */
  static String name(UUID id) {
    return "t" + ProcessHandle.current().pid() + "_" + id.toString().replace("-", "");
  }

  /** Drops those whose process has ended. */
  static void drop(Sql sql) throws SQLException {
    for (var name :
        sql.column("SELECT datname FROM pg_database WHERE datname ~ '^t[0-9]+_[0-9a-f]{32}$'")) {
      long pid = Long.parseLong(name.substring(1, name.indexOf('_')));
      if (ProcessHandle.of(pid).isEmpty()) {
        sql.run("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
      }
    }
  }
}
