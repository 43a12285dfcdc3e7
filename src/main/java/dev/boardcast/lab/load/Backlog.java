package dev.boardcast.lab.load;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many events a node, and the kernel for it, held for one client on one line: of what the line
 * did bring in the end, how much others had while this client was still further back. What a node
 * did not keep never comes on that line. One event loop.
 */
final class Backlog {
  private static final int KEPT = 2_000;

  private final Deque<Moment> moments = new ArrayDeque<>();
  private long most;

  /** At one moment others had got this far, and the client that far. */
  private record Moment(int others, int self) {}

  /** A new line: what is behind now is in the log, not with the node. */
  void begin() {
    moments.clear();
  }

  /** How far all are; called a few times a second, only while nothing else explains a distance. */
  void look(int others, int self) {
    if (moments.size() == KEPT) moments.removeLast();
    moments.addLast(new Moment(others, self));
  }

  /** An event came on this line. */
  void took(int number) {
    while (!moments.isEmpty() && moments.peekFirst().others() < number) moments.removeFirst();
    if (!moments.isEmpty()) most = Math.max(most, number - moments.peekFirst().self());
  }

  /** Most events at any time, on any line. */
  long most() {
    return most;
  }
}
