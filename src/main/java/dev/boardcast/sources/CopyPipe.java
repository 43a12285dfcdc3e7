package dev.boardcast.sources;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * Streams rows from one server to another with COPY: the text form of every type arrives as it is,
 * and no more than a row is in memory.
 */
final class CopyPipe {
  private static final long STEP = 10_000;

  private CopyPipe() {}

  /**
   * Copies the rows of a query.
   *
   * @param into a table with its columns, such as {@code facts (sign, total)}
   * @param estimate of the rows, for progress
   * @return the number of rows
   */
  static long copy(
      Connection from,
      String query,
      Connection to,
      String into,
      long estimate,
      SyncProgress progress)
      throws SQLException {
    CopyOut out =
        from.unwrap(PGConnection.class).getCopyAPI().copyOut("COPY (" + query + ") TO STDOUT");
    CopyIn in = null;
    try {
      in = to.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY " + into + " FROM STDIN");
      long rows = 0;
      for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
        in.writeToCopy(row, 0, row.length);
        if (++rows % STEP == 0) progress.read(rows, estimate);
      }
      return in.endCopy();
    } finally {
      if (in != null && in.isActive()) in.cancelCopy();
      if (out.isActive()) out.cancelCopy();
    }
  }
}
