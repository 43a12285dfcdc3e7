package dev.boardcast.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.boardcast.spi.Problem;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PollTurnTest {
  private static final Instant ANSWERED = Instant.parse("2026-03-01T12:00:00.900Z");
  private static final Duration TURN = Duration.ofSeconds(10);

  private final PollTurn turn = PollTurn.parse(PollTurn.after(false, ANSWERED));

  @Test
  void allWhoWereAnsweredInOneSecondSendTheSame() {
    assertEquals(PollTurn.after(false, ANSWERED), PollTurn.after(false, ANSWERED.minusMillis(800)));
  }

  @Test
  void whoComesLaterWaitsToTheSameEnd() {
    assertEquals(Duration.ofMillis(9_100), turn.left(ANSWERED, TURN));
    assertEquals(Duration.ofMillis(4_100), turn.left(ANSWERED.plusSeconds(5), TURN));
    assertEquals(Duration.ZERO, turn.left(ANSWERED.plusSeconds(20), TURN));
  }

  @Test
  void aNodeWhoseClockIsBehindWaitsNoLongerThanATurn() {
    assertEquals(TURN, turn.left(ANSWERED.minusSeconds(20), TURN));
  }

  @Test
  void whatNoNodeCanHaveSentIsAnsweredAtOnce() {
    assertEquals(Duration.ZERO, PollTurn.parse("zzzzzzzz").left(ANSWERED, TURN));
    assertEquals(Duration.ZERO, PollTurn.parse("1").left(ANSWERED, TURN));
  }

  @Test
  void aPageThatIsNotTheLastIsFollowedAtOnce() {
    assertEquals("now", PollTurn.after(true, ANSWERED));
    assertEquals(Duration.ZERO, PollTurn.parse("now").left(ANSWERED, TURN));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "NOW", "0", "-1", "123456789", "a b", "é"})
  void anythingElseIsRefused(String text) {
    assertThrows(Problem.class, () -> PollTurn.parse(text));
  }
}
