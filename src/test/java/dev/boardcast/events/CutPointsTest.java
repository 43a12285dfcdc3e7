package dev.boardcast.events;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CutPointsTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 50, 55, 89, 144, 1000, 1024})
  void aboutOneEventInFiftyIsACutPointHoweverManyOthersAreBetweenTheEventsOfAStream(long stride) {
    int events = 100_000;
    long cuts = LongStream.rangeClosed(1, events).filter(n -> CutPoints.isCut(n * stride)).count();
    assertTrue(cuts > events / 60 && cuts < events / 40, stride + ": " + cuts);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 3, 144, 1024})
  void readersThatBeginAnywhereSoonReadTheSamePages(long stride) {
    for (long begin = 1; begin <= 200; begin++) {
      long at = begin;
      int pages = 0;
      // A page without a cut point ends elsewhere; the next one need not.
      while (!endsAtCutPoint(at, stride) && pages < 8) {
        at += CutPoints.MAX_EVENTS;
        pages++;
      }
      assertTrue(pages < 8, "from " + begin);
    }
  }

  private static boolean endsAtCutPoint(long from, long stride) {
    return LongStream.range(from, from + CutPoints.MAX_EVENTS)
        .anyMatch(n -> CutPoints.isCut(n * stride));
  }
}
