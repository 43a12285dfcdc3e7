package dev.boardcast.server.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A server's log file, rotated to one older file at {@link #MAX_BYTES}.
 *
 * @param file the server appends to it
 */
record EmbeddedLog(Path file) {
  static final long MAX_BYTES = 4 << 20;
  private static final int TAIL_BYTES = 4096;
  private static final int TAIL_LINES = 15;

  /**
   * Moves a file that is too long to {@code <file>.1}. The server keeps the file open, so it is
   * copied and truncated; a line written between the two is lost.
   */
  void rotate() throws IOException {
    if (!Files.exists(file) || Files.size(file) <= MAX_BYTES) return;
    Path older = file.resolveSibling(file.getFileName() + ".1");
    Files.copy(file, older, StandardCopyOption.REPLACE_EXISTING);
    try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
  }

  /** The last lines. */
  String tail() {
    try (var log = new RandomAccessFile(file.toFile(), "r")) {
      var bytes = new byte[(int) Math.min(TAIL_BYTES, log.length())];
      log.seek(log.length() - bytes.length);
      log.readFully(bytes);
      var lines = new String(bytes, StandardCharsets.UTF_8).strip().lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException absent) {
      return "(no log)";
    }
  }

  /** An exception whose message ends with the last lines. */
  EmbeddedServerException failure(String what) {
    return new EmbeddedServerException(what + ". The end of " + file + ":\n" + tail());
  }
}
