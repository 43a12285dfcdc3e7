package dev.boardcast.testing;

import java.sql.SQLException;
import java.util.UUID;

/** Drops databases of earlier test JVMs; their names contain the process id. */
final class StaleDatabases {
  private StaleDatabases() {}

  /** A name for a database of this JVM. */
  static String name(UUID id) {
    return "t" + ProcessHandle.current().pid() + "_" + id.toString().replace("-", "");
  }

  /** Drops databases whose process has ended. */
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
