package dev.boardcast.lab.load;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Estimates how many events a node and the kernel buffered for one client on one connection: of the
 * events that the connection did deliver, how many other clients had while this one was further
 * back. What the node discarded never comes on that connection. Confined to one event loop.
 */
final class Backlog {
  private static final int MAX_SAMPLES = 2_000;

  private final Deque<Sample> samples = new ArrayDeque<>();
  private long max;

  /** The newest event numbers of other clients and of this one at the same moment. */
  private record Sample(int others, int self) {}

  /** Starts a new connection: what this client lacks now is in the log, not in a buffer. */
  void reset() {
    samples.clear();
  }

  /** Takes a sample; call it a few times a second, while only buffering explains a difference. */
  void sample(int others, int self) {
    if (samples.size() == MAX_SAMPLES) samples.removeLast();
    samples.addLast(new Sample(others, self));
  }

  /** The connection delivered an event. */
  void received(int number) {
    while (!samples.isEmpty() && samples.peekFirst().others() < number) samples.removeFirst();
    if (!samples.isEmpty()) max = Math.max(max, number - samples.peekFirst().self());
  }

  /** Most events at any time on any connection. */
  long max() {
    return max;
  }
}
