package dev.boardcast.admin;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.NodeBeacon;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeDirectoryTest {
  private final NodeDirectory directory = new NodeDirectory();

  @Test
  void anotherNodeOfARoleIsOneThatIsUpAndHasIt() {
    directory.received(beacon("self", NodeBeacon.UP, "gateway"));
    directory.received(beacon("api", NodeBeacon.UP, "api"));
    directory.received(beacon("leaving", NodeBeacon.LEAVING, "gateway"));
    assertFalse(directory.hasOther("self", "gateway"));
    directory.received(beacon("other", NodeBeacon.UP, "api", "gateway"));
    assertTrue(directory.hasOther("self", "gateway"));
    directory.received(beacon("other", NodeBeacon.UP, "api", "gateway").gone());
    assertFalse(directory.hasOther("self", "gateway"));
  }

  private static NodeBeacon beacon(String node, String status, String... roles) {
    return new NodeBeacon(
        node,
        "1",
        List.of(roles),
        "127.0.0.1",
        1,
        2,
        status,
        Instant.parse("2025-11-16T12:00:00Z"));
  }
}
