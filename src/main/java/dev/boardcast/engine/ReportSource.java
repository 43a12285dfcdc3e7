package dev.boardcast.engine;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;

/** Draws reports of boards. Thread safe. */
@FunctionalInterface
public interface ReportSource {
  /** What a report is. */
  enum Format {
    PDF("application/pdf"),
    PNG("image/png");

    private final String type;

    Format(String type) {
      this.type = type;
    }

    /** The media type. */
    public String type() {
      return type;
    }
  }

  /**
   * Draws a report; the caller has checked who may see the board.
   *
   * @param board the name of a board, or of a part of one
   * @param parameters {@code from}, {@code to} and {@code compare}, as those of a request
   * @return fails with a {@link dev.boardcast.spi.Problem} when a parameter is wrong, the library
   *     is not on the class path, or too many wait
   */
  Future<byte[]> report(String board, MultiMap parameters, Format format);
}
