package dev.boardcast;

import dev.boardcast.server.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;

/**
 * The program with a clock that shows the time stamp of a file, so that a test can set the time of
 * several processes. The first argument is the file.
 */
public final class ClockedMain {
  private ClockedMain() {}

  public static void main(String[] arguments) {
    var clock = new FileClock(Path.of(arguments[0]));
    System.exit(Main.run(clock, Arrays.copyOfRange(arguments, 1, arguments.length)));
  }

  private static final class FileClock extends Clock {
    private final Path file;

    FileClock(Path file) {
      this.file = file;
    }

    @Override
    public Instant instant() {
      try {
        return Files.getLastModifiedTime(file).toInstant();
      } catch (IOException gone) {
        throw new UncheckedIOException(gone);
      }
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
