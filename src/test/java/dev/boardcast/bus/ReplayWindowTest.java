package dev.boardcast.bus;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.boardcast.testing.SettableClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

  private final SettableClock clock = new SettableClock(NOW);
  private final ReplayWindow window = new ReplayWindow(clock);

  @Test
  void aMessageIsAdmittedOnce() {
    window.admit(message(1, Duration.ZERO));
    window.admit(message(2, Duration.ZERO));
    refused(Rejection.REPLAYED, message(1, Duration.ZERO));
  }

  @Test
  void aMessageOfAnotherTimeIsRefused() {
    assertDoesNotThrow(() -> window.admit(message(1, Duration.ofSeconds(59))));
    assertDoesNotThrow(() -> window.admit(message(2, Duration.ofSeconds(-59))));
    refused(Rejection.EXPIRED, message(3, Duration.ofSeconds(61)));
    refused(Rejection.EXPIRED, message(4, Duration.ofSeconds(-61)));
  }

  @Test
  void aMessageIsRememberedForAsLongAsItIsValid() {
    // Of a sender whose clock is ahead: valid for nearly two minutes.
    SignedMessage early = message(1, Duration.ofSeconds(59));
    window.admit(early);
    for (int second = 1; second <= 118; second++) {
      clock.set(NOW.plusSeconds(second));
      refused(Rejection.REPLAYED, early);
    }
    clock.set(NOW.plusSeconds(121));
    window.admit(new SignedMessage(clock.millis(), nonce(2), new byte[0], new byte[0]));
    refused(Rejection.EXPIRED, early);
  }

  @Test
  void itIsBounded() {
    for (int i = 0; i < 200_000; i++) window.admit(message(i, Duration.ZERO));
    refused(Rejection.REPLAYED, message(199_999, Duration.ZERO));
  }

  private void refused(Rejection reason, SignedMessage message) {
    var refused = assertThrows(RejectedMessageException.class, () -> window.admit(message));
    assertEquals(reason, refused.reason());
  }

  private static SignedMessage message(int number, Duration fromNow) {
    return new SignedMessage(
        NOW.plus(fromNow).toEpochMilli(), nonce(number), new byte[0], new byte[0]);
  }

  private static byte[] nonce(int number) {
    return ByteBuffer.allocate(16).putInt(number).array();
  }
}
