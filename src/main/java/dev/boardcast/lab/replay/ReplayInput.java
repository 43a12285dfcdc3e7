package dev.boardcast.lab.replay;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Opens recorded facts: a file or the standard input, in gzip or not. */
public final class ReplayInput {
  private static final int HEAD = 1 << 12;
  private static final Path STANDARD_INPUT = Path.of("-");

  private ReplayInput() {}

  /** Whether a path stands for the standard input. */
  public static boolean isStandardInput(Path file) {
    return file.equals(STANDARD_INPUT);
  }

  /**
   * Opens a file; {@code -} is the standard input. The caller closes it.
   *
   * @throws OtherFormat when it begins as no JSON object does
   * @throws IOException when it cannot be read
   */
  public static InputStream open(Path file) throws IOException {
    var raw =
        new BufferedInputStream(
            isStandardInput(file) ? System.in : Files.newInputStream(file), HEAD);
    try {
      var facts = isGzip(raw) ? new BufferedInputStream(new GZIPInputStream(raw), HEAD) : raw;
      requireObjects(facts);
      return facts;
    } catch (IOException | OtherFormat notReadable) {
      raw.close();
      throw notReadable;
    }
  }

  /** Says what a file is instead. */
  public static final class OtherFormat extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OtherFormat(String expected) {
      super(expected);
    }
  }

  private static boolean isGzip(BufferedInputStream in) throws IOException {
    in.mark(2);
    boolean is = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return is;
  }

  private static void requireObjects(BufferedInputStream in) throws IOException {
    in.mark(HEAD);
    int first = in.read();
    for (int read = 1; read < HEAD && isBlank(first); read++) first = in.read();
    in.reset();
    if (first == '[') {
      throw new OtherFormat(
          "one JSON object a line, not a JSON array, which jq -c '.[]' turns into lines");
    }
    if (first >= 0 && first != '{' && !isBlank(first)) {
      throw new OtherFormat("one JSON object a line, not CSV or other text");
    }
  }

  private static boolean isBlank(int each) {
    return each == ' ' || each == '\t' || each == '\r' || each == '\n';
  }
}
