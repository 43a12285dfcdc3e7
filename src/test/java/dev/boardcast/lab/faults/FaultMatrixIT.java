package dev.boardcast.lab.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.lab.load.LedgerTotals;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.DataDirProcesses;
import dev.boardcast.testing.TestServers;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The fault matrix on one cluster of three processes: what is lost, doubled or out of order is
 * judged, times are not, as this machine runs other tests beside it.
 *
 * <p>Not here, for their time: {@code partition-gateway}, one more of a kind, and {@code
 * slow-clients}, which measures, and whose likes are {@code LaboratoryIT} and {@code SlowReaderIT}.
 */
@Timeout(900)
class FaultMatrixIT {
  private static final int CLIENTS = 500;
  private static final int PER_SECOND = 20;
  private static final Set<String> LEFT_OUT = Set.of("partition-gateway", "slow-clients");

  @TempDir private Path home;

  @Test
  void nothingIsLostWhateverDiesAndNothingIsLeftRunning() throws Exception {
    List<String> rows = Fault.labels().stream().filter(row -> !LEFT_OUT.contains(row)).toList();
    // Unpacked once for all tests.
    Files.createDirectories(TestServers.BINARIES);
    Files.createSymbolicLink(home.resolve("binaries"), TestServers.BINARIES.toAbsolutePath());
    var options =
        new FaultMatrixOptions(home, rows, 3, CLIENTS, PER_SECOND, Optional.empty(), true, false);
    var lines = new ArrayList<String>();
    Vertx vertx = Vertx.vertx();
    try (var matrix = new FaultMatrix(vertx, options)) {
      FaultMatrixReport report = matrix.run(lines::add);
      assertEquals(rows, report.rows().stream().map(FaultReport::fault).toList());
      for (FaultReport row : report.rows()) {
        // Without root a network cannot be cut.
        if (row.skipped() != null) continue;
        assertTrue(row.kept(), () -> row.fault() + "\n" + row.report().text());
        for (LedgerTotals tally : row.report().ledger()) {
          assertTrue(tally.acknowledged() > 0, tally::toString);
          assertEquals(CLIENTS, tally.clients());
          assertEquals(tally.due(), tally.received());
        }
      }
      assertTrue(Json.MAPPER.valueToTree(report).get("kept").booleanValue());
      assertEquals(rows.size() + 1, lines.size());
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
    assertEquals(List.of(), DataDirProcesses.of(home.toRealPath()));
  }
}
