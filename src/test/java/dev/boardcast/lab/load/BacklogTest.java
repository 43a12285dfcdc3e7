package dev.boardcast.lab.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BacklogTest {
  private final Backlog backlog = new Backlog();

  @Test
  void whatTheConnectionDeliversLateWasBuffered() {
    for (int others = 0; others <= 100; others += 10) backlog.sample(others, 0);
    for (int number = 1; number <= 100; number++) backlog.received(number);
    assertEquals(100, backlog.max());
  }

  @Test
  void whatTheConnectionNeverDeliversWasNot() {
    for (int others = 0; others <= 100; others += 10) backlog.sample(others, 0);
    for (int number = 1; number <= 20; number++) backlog.received(number);
    backlog.reset();
    for (int number = 21; number <= 100; number++) backlog.received(number);
    assertEquals(20, backlog.max());
  }

  @Test
  void nothingIsBufferedForAClientThatKeepsUp() {
    for (int number = 1; number <= 100; number++) {
      backlog.received(number);
      backlog.sample(number, number);
    }
    assertEquals(0, backlog.max());
  }
}
