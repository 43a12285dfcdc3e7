package dev.boardcast.server.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A server's log: at most two files of about {@link #MAX_BYTES}.
 *
 * @param file the server only ever appends to it
 */
record EmbeddedLog(Path file) {
  static final long MAX_BYTES = 4 << 20;
  private static final int TAIL_BYTES = 4096;
  private static final int TAIL_LINES = 15;

  /**
   * Moves what was written to {@code <file>.1} when it is too long. The server has the file open,
   * so it is copied and emptied; a line written between the two is lost.
   */
  void trim() throws IOException {
    if (!Files.exists(file) || Files.size(file) <= MAX_BYTES) return;
    Files.copy(file, old(), StandardCopyOption.REPLACE_EXISTING);
    try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
  }

  /** The last lines, for a message about a server that did not start. */
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

  EmbeddedFailure failure(String what) {
    return new EmbeddedFailure(what + ". The end of " + file + ":\n" + tail());
  }

  private Path old() {
    return file.resolveSibling(file.getFileName() + ".1");
  }
}
