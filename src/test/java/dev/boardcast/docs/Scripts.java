package dev.boardcast.docs;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The scripts of the guide, and the programs that run them if installed. */
final class Scripts {
  private static final Path HOME = Path.of("target", "readme");

  private Scripts() {}

  /** The block of the guide that names a file, as that file. */
  static Path file(String name, String language) throws IOException {
    Files.createDirectories(HOME);
    String text =
        Docs.blocks(Docs.GUIDE).stream()
            .filter(block -> block.language().equals(language))
            .map(Docs.Block::text)
            .filter(block -> block.contains(name))
            .findFirst()
            .orElseThrow();
    return Files.writeString(HOME.resolve(name), text + "\n");
  }

  /** Whether this machine has a program that accepts these arguments. */
  static boolean runs(String... command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** A running script whose lines can be waited for. */
  static final class Running implements AutoCloseable {
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    Running(List<String> command) throws IOException {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var reader = new Thread(this::read, "output of " + command.get(0));
      reader.setDaemon(true);
      reader.start();
    }

    /** Returns the lines up to the one that begins with {@code start}, inclusive. */
    List<String> until(String start) throws InterruptedException {
      var seen = new ArrayList<String>();
      while (true) {
        String line = lines.poll(20, TimeUnit.SECONDS);
        if (line == null) throw new AssertionError("no line " + start + " after " + seen);
        seen.add(line);
        if (line.startsWith(start)) return seen;
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }

    private void read() {
      try (BufferedReader output = process.inputReader()) {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
          lines.add(line.stripTrailing());
        }
      } catch (IOException gone) {
        // The script ended.
      }
    }
  }
}
