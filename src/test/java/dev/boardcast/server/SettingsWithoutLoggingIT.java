package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Program;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reading settings creates no logger: logging is configured from settings, once they are read. */
@Timeout(60)
class SettingsWithoutLoggingIT {
  @Test
  void addressListsAreReadBeforeLoggingIsConfigured() throws Exception {
    try (var program =
        Program.start(
            "config",
            "show",
            "--trusted-proxies=10.0.0.0/8,[2001:db8::]/32",
            "--allow-addresses=192.0.2.0/24",
            "--deny-addresses=192.0.2.1:80")) {
      assertEquals(0, program.exitCode(Duration.ofSeconds(50)));
      var lines = program.remainingLines();
      assertTrue(lines.stream().anyMatch(line -> line.startsWith("trusted-proxies ")));
      // An unconfigured logback writes what libraries debug.
      assertTrue(lines.stream().noneMatch(line -> line.contains("DEBUG")), lines.toString());
      assertEquals("", program.errors());
    }
  }
}
