package dev.boardcast.load.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.Json;
import dev.boardcast.db.TestServers;
import dev.boardcast.load.lab.Tally;
import dev.boardcast.testing.Leftovers;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The fault matrix on one cluster of three processes: what is lost, doubled or out of order is
 * judged, times are not, as this machine runs other tests beside it.
 *
 * <p>Not here, for their time: {@code kill-api} and {@code stop-api}, since the first node is one
 * that emits, computes or does neither; {@code stop-metrics}, whose board nobody here follows;
 * {@code redis}, whose like is {@code FaultsIT}; {@code partition-gateway} and {@code
 * partition-servers}, more of a kind; and {@code slow-clients}, which measures, and whose likes are
 * {@code LaboratoryIT} and {@code SlowReaderIT}. A partition is in full length, as Hazelcast splits
 * after 15 s only; the command {@code faults} runs all rows so.
 */
@Timeout(600)
class FaultMatrixIT {
  private static final int CLIENTS = 500;
  private static final int PER_SECOND = 20;
  // Longer than a lease, a beacon's absence, and the silence after which alert clients leave.
  private static final int FAULT_SECONDS = 4;
  private static final List<String> ROWS =
      List.of(
          "kill-emitter",
          "kill-metrics",
          "kill-gateway",
          "stop-emitter",
          "stop-gateway",
          "rolling",
          "postgres",
          "cut-clients");

  @TempDir private Path home;

  @Test
  void nothingIsLostWhateverDiesAndNothingIsLeftRunning() throws Exception {
    run(ROWS, Optional.of(FAULT_SECONDS));
  }

  @Test
  void nothingIsLostWhenTheClusterSplitsAndBecomesOneAgain() throws Exception {
    run(List.of("partition-peers"), Optional.empty());
  }

  private void run(List<String> rows, Optional<Integer> seconds) throws Exception {
    // Unpacked once for all tests.
    Files.createDirectories(TestServers.BINARIES);
    Files.createSymbolicLink(home.resolve("binaries"), TestServers.BINARIES.toAbsolutePath());
    var options =
        new MatrixOptions(
            home, "dev.boardcast.Main", rows, 3, CLIENTS, PER_SECOND, seconds, true, false);
    var lines = new ArrayList<String>();
    Vertx vertx = Vertx.vertx();
    try (var matrix = new Matrix(vertx, options)) {
      MatrixReport report = matrix.run(lines::add);
      assertEquals(rows, report.rows().stream().map(RowReport::fault).toList());
      for (RowReport row : report.rows()) {
        // Without root a network cannot be cut.
        if (row.skipped() != null) continue;
        assertTrue(row.kept(), () -> row.fault() + "\n" + row.report().text());
        for (Tally tally : row.report().ledger()) {
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
    assertEquals(List.of(), Leftovers.of(home.toRealPath()));
  }
}
