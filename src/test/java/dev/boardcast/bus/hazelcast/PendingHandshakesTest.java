package dev.boardcast.bus.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingHandshakesTest {
  private final PendingHandshakes pending = new PendingHandshakes();
  private final List<From> added = new ArrayList<>();

  @Test
  void theOldestOfAnAddressIsClosedForOneTooMany() {
    add("10.0.0.2");
    From first = add("10.0.0.1");
    for (int i = 1; i < PendingHandshakes.MAX_OF_ADDRESS; i++) add("10.0.0.1");
    assertEquals(List.of(), closed());
    add("10.0.0.1");
    assertEquals(List.of(first), closed());
  }

  @Test
  void theOldestOfAllIsClosedForOneTooMany() {
    for (int i = 0; i < PendingHandshakes.MAX; i++) add("10.0.0." + i);
    assertEquals(List.of(), closed());
    add("10.0.1.1");
    assertEquals(List.of(added.get(0)), closed());
    assertEquals(PendingHandshakes.MAX, pending.size());
  }

  @Test
  void thoseThatEndedDoNotCount() {
    for (int i = 0; i < 3 * PendingHandshakes.MAX; i++) pending.remove(add("10.0.0.1"));
    assertEquals(List.of(), closed());
    assertEquals(0, pending.size());
  }

  private From add(String address) {
    try {
      var socket = new From(InetAddress.getByName(address));
      added.add(socket);
      pending.add(socket);
      return socket;
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private List<From> closed() {
    return added.stream().filter(From::isClosed).toList();
  }

  /** A socket with the address of its peer, not connected. */
  private static final class From extends Socket {
    private final InetAddress address;

    From(InetAddress address) {
      this.address = address;
    }

    @Override
    public InetAddress getInetAddress() {
      return address;
    }
  }
}
