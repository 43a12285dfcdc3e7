package dev.boardcast.testing;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs blocking SQL to prepare and check tests.
 *
 * @param uri as in {@link dev.boardcast.database.DatabaseConfig}
 */
public record Sql(String uri) {

  /** Another database of the same server and user. */
  public Sql in(String database) {
    return new Sql(uri.substring(0, uri.lastIndexOf('/') + 1) + database);
  }

  /** Runs one statement outside a transaction. */
  public void run(String statement) throws SQLException {
    try (var connection = connect();
        var run = connection.createStatement()) {
      run.execute(statement);
    }
  }

  /** The first column of each row, as text. */
  public List<String> column(String query) throws SQLException {
    try (var connection = connect();
        var run = connection.createStatement();
        var rows = run.executeQuery(query)) {
      var column = new ArrayList<String>();
      while (rows.next()) column.add(rows.getString(1));
      return column;
    }
  }

  /** A connection that the caller closes. */
  public Connection connect() throws SQLException {
    var parts = URI.create(uri);
    String[] login = parts.getUserInfo().split(":", 2);
    return DriverManager.getConnection(
        "jdbc:postgresql://"
            + parts.getHost()
            + ":"
            + parts.getPort()
            + parts.getPath()
            + "?currentSchema=boardcast,public",
        login[0],
        login[1]);
  }
}
