package dev.boardcast.lab.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SlowClientCostTest {
  private static final List<Long> LITTLE = List.of(300L << 10, 310L << 10, 320L << 10);

  @Test
  void eachFigureIsPrintedWithItsBound() {
    var cost = new SlowClientCost(10, 10.5, LITTLE, LITTLE, 2);
    assertEquals(
        List.of(
            "",
            "others' p99     10.0 ms without, 10.5 ms with, ratio 1.05, below 1.10: kept",
            "nodes' memory   300, 310, 320 MiB without, 300, 310, 320 MiB with, at most 768: kept",
            "slow snapshots  2 updates old at most, 2 allowed: kept"),
        cost.text().lines().map(String::strip).toList());
  }

  @Test
  void latencyAndAgeAreTimeBoundsAndMemoryIsNot() {
    assertFalse(row(new SlowClientCost(10, 11.5, LITTLE, LITTLE, 0)).inTime());
    assertFalse(row(new SlowClientCost(10, 10, LITTLE, LITTLE, 3)).inTime());
    assertTrue(row(new SlowClientCost(10, 11.5, LITTLE, LITTLE, 3)).kept());
    assertFalse(row(new SlowClientCost(10, 10, LITTLE, List.of(800L << 10), 0)).kept());
  }

  private static FaultReport row(SlowClientCost cost) {
    return new FaultReport("slow-clients", "", "", 2, null, cost, null);
  }
}
