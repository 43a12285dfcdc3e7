package dev.boardcast.lab.load;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Remembers which of the newest event numbers came, to distinguish a duplicate from a late
 * delivery, and which older ones did not. One event loop writes; other threads may read slightly
 * old values.
 */
final class ReceivedNumbers {
  private static final int WINDOW = 256;
  private static final int MAX_MISSING = 50;

  private final long[] window = new long[WINDOW / 64];
  private final List<Integer> missing = new ArrayList<>(0);
  private int first = -1;
  private int newest = -1;

  /** The highest number, -1 for none. */
  int newest() {
    return newest;
  }

  /** Adds a number; false if it is known to have come before. */
  boolean add(int number) {
    if (contains(number)) return false;
    if (first < 0) first = number;
    if (newest < 0) newest = number - 1;
    while (newest < number) advance();
    if (newest - number < WINDOW) window[word(number)] |= bit(number);
    return true;
  }

  /** Numbers between the first and the newest that did not come; at most some of those. */
  IntStream missing() {
    IntStream recent =
        IntStream.rangeClosed(Math.max(first, newest - WINDOW + 1), newest)
            .filter(number -> !contains(number));
    return IntStream.concat(
        List.copyOf(missing).stream().mapToInt(Integer::intValue),
        newest < 0 ? IntStream.of() : recent);
  }

  private void advance() {
    newest++;
    int leaving = newest - WINDOW;
    boolean came = (window[word(newest)] & bit(newest)) != 0;
    if (leaving >= first && !came && missing.size() < MAX_MISSING) missing.add(leaving);
    window[word(newest)] &= ~bit(newest);
  }

  private boolean contains(int number) {
    if (number > newest || newest - number >= WINDOW) return false;
    return (window[word(number)] & bit(number)) != 0;
  }

  private static int word(int number) {
    return number % WINDOW / 64;
  }

  private static long bit(int number) {
    return 1L << (number & 63);
  }
}
