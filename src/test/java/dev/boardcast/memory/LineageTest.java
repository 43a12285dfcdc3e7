package dev.boardcast.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.LogEpoch;
import dev.boardcast.bus.Offset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Positions in a log that several nodes have numbered, one after the other. */
class LineageTest {
  private static final List<LogEpoch> TWO =
      List.of(new LogEpoch("a", 0, false), new LogEpoch("b", 7, false));
  private static final List<LogEpoch> BROKEN =
      List.of(new LogEpoch("a", 0, false), new LogEpoch("b", 7, true));

  private static Optional<Offset> resolve(List<LogEpoch> epochs, String epoch, long sequence) {
    return Lineage.resolve(epochs, 9, new Offset(epoch, sequence));
  }

  @Test
  void anOffsetOfAnEarlierEpochIsTheSamePosition() {
    assertEquals(Optional.of(new Offset("b", 3)), resolve(TWO, "a", 3));
    assertEquals(Optional.of(new Offset("b", 7)), resolve(TWO, "a", 7));
    assertEquals(Optional.of(new Offset("b", 9)), resolve(TWO, "b", 9));
  }

  @Test
  void anOffsetBeyondTheEndOfItsEpochIsNotContinued() {
    assertEquals(Optional.empty(), resolve(TWO, "a", 8));
    assertEquals(Optional.empty(), resolve(TWO, "b", 10));
    assertEquals(Optional.empty(), resolve(TWO, "c", 1));
  }

  @Test
  void anOffsetFromBeforeALossIsNotContinued() {
    assertEquals(Optional.empty(), resolve(BROKEN, "a", 3));
    assertEquals(Optional.of(new Offset("b", 8)), resolve(BROKEN, "b", 8));
  }

  @Test
  void anEventIsOfTheEpochThatItWasNumberedIn() {
    assertEquals("a", Lineage.epochAt(TWO, 7));
    assertEquals("b", Lineage.epochAt(TWO, 8));
    assertEquals("a", Lineage.epochAt(TWO, 0));
    assertNull(Lineage.epochAt(TWO.subList(1, 2), 3));
  }

  @Test
  void logsWithTheSameEpochAtASequenceAreTheSameUpToIt() {
    List<LogEpoch> other = List.of(new LogEpoch("a", 0, false), new LogEpoch("c", 5, false));
    assertTrue(Lineage.isPrefix(other, 5, TWO, 9));
    assertFalse(Lineage.isPrefix(other, 6, TWO, 9));
    assertFalse(Lineage.isPrefix(TWO, 9, TWO, 8));
  }
}
