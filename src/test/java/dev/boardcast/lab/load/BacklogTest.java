package dev.boardcast.lab.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BacklogTest {
  private final Backlog backlog = new Backlog();

  @Test
  void whatComesAfterAllWasHeld() {
    for (int others = 0; others <= 100; others += 10) backlog.look(others, 0);
    for (int number = 1; number <= 100; number++) backlog.took(number);
    assertEquals(100, backlog.most());
  }

  @Test
  void whatNeverComesOnTheLineWasNot() {
    for (int others = 0; others <= 100; others += 10) backlog.look(others, 0);
    for (int number = 1; number <= 20; number++) backlog.took(number);
    backlog.begin();
    for (int number = 21; number <= 100; number++) backlog.took(number);
    assertEquals(20, backlog.most());
  }

  @Test
  void whoKeepsUpHasNothingHeld() {
    for (int number = 1; number <= 100; number++) {
      backlog.took(number);
      backlog.look(number, number);
    }
    assertEquals(0, backlog.most());
  }
}
