package dev.boardcast.memory;

import java.util.Arrays;

/** Ascending numbers, appended at the end and removed at the beginning. Not thread safe. */
final class Sequences {
  private long[] numbers = new long[4];
  private int from;
  private int to;

  void add(long number) {
    if (to == numbers.length) {
      int count = to - from;
      int capacity = count > numbers.length / 2 ? numbers.length * 2 : numbers.length;
      var moved = new long[capacity];
      System.arraycopy(numbers, from, moved, 0, count);
      numbers = moved;
      from = 0;
      to = count;
    }
    numbers[to++] = number;
  }

  /** Removes the first number, if it is this one. */
  void removeFirst(long number) {
    if (from < to && numbers[from] == number) from++;
  }

  boolean isEmpty() {
    return from == to;
  }

  long last() {
    return numbers[to - 1];
  }

  /** How many there are. */
  int count() {
    return to - from;
  }

  long get(int index) {
    return numbers[from + index];
  }

  /** The index of the first number above another; {@link #count} if there is none. */
  int firstAbove(long number) {
    int at = Arrays.binarySearch(numbers, from, to, number + 1);
    return (at >= 0 ? at : -at - 1) - from;
  }
}
