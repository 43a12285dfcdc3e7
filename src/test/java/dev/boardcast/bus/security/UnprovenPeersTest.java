package dev.boardcast.bus.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnprovenPeersTest {
  private static final int MAX = 32;
  private static final int MAX_OF_ADDRESS = 8;

  private final List<Integer> closed = new ArrayList<>();
  private final UnprovenPeers<Integer> peers =
      new UnprovenPeers<>(MAX, MAX_OF_ADDRESS, closed::add);
  private int added;

  @Test
  void theOldestOfAnAddressIsClosedForOneTooMany() {
    add("10.0.0.2");
    int first = add("10.0.0.1");
    for (int i = 1; i < MAX_OF_ADDRESS; i++) add("10.0.0.1");
    assertEquals(List.of(), closed);
    add("10.0.0.1");
    assertEquals(List.of(first), closed);
  }

  @Test
  void theOldestOfAllIsClosedForOneTooMany() {
    for (int i = 0; i < MAX; i++) add("10.0.0." + i);
    assertEquals(List.of(), closed);
    add("10.0.1.1");
    assertEquals(List.of(1), closed);
    assertEquals(MAX, peers.size());
  }

  @Test
  void thoseThatEndedDoNotCount() {
    for (int i = 0; i < 3 * MAX; i++) peers.remove(add("10.0.0.1"));
    assertEquals(List.of(), closed);
    assertEquals(0, peers.size());
  }

  private int add(String address) {
    try {
      peers.add(++added, InetAddress.getByName(address));
      return added;
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
