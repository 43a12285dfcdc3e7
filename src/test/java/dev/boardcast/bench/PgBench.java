package dev.boardcast.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** Runs {@code pgbench} of PostgreSQL with one statement, if it is on the path. */
final class PgBench {
  private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");

  private PgBench() {}

  /** Transactions per second; empty without the program. */
  static OptionalDouble run(String uri, String statement, int writers, int transactions)
      throws IOException, InterruptedException {
    Path script = Files.createTempFile("pgbench", ".sql");
    try {
      Files.writeString(script, statement + ";\n");
      var program =
          new ProcessBuilder(
                  "pgbench",
                  "--no-vacuum",
                  "--protocol=prepared",
                  "--file=" + script,
                  "--client=" + writers,
                  "--jobs=2",
                  "--transactions=" + transactions / writers,
                  uri)
              .redirectErrorStream(true)
              .start();
      String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      var tps = TPS.matcher(output);
      if (program.waitFor() != 0 || !tps.find()) throw new IOException("pgbench: " + output);
      return OptionalDouble.of(Double.parseDouble(tps.group(1)));
    } catch (IOException none) {
      if (none.getMessage().contains("No such file")) return OptionalDouble.empty();
      throw none;
    } finally {
      Files.delete(script);
    }
  }
}
